// What the scopes bring to every process: the categories of streams that make up the log, and the read models.
import { areaAggregate, areaListProjection } from '#libs/communities';
import { accountAggregate, accountListProjection } from '#libs/identity';
import type { Projection } from '#libs/projections';
import { requestAggregate, requestListProjection, taskBoardProjection } from '#libs/requests';
import { volunteerAggregate, volunteerListProjection } from '#libs/volunteers';

export const CATEGORIES: readonly string[] = [
  areaAggregate,
  accountAggregate,
  volunteerAggregate,
  requestAggregate,
].map(({ category }) => category);

export const PROJECTIONS = [
  areaListProjection,
  accountListProjection,
  volunteerListProjection,
  requestListProjection,
  taskBoardProjection,
] as readonly Projection[];

// What the scopes bring to every process: the categories of streams that make up the log, and the read models.
import { areaAggregate, areaListProjection } from '#libs/communities';
import { disclosureListProjection, DISCLOSURES } from '#libs/disclosures';
import { accountAggregate, accountListProjection, sessionAggregate, sessionListProjection } from '#libs/identity';
import { erasureAggregate, erasureListProjection } from '#libs/erasures';
import type { Projection } from '#libs/projections';
import { requestAggregate, requestListProjection, taskBoardProjection } from '#libs/requests';
import { volunteerAggregate, volunteerListProjection } from '#libs/volunteers';

export const CATEGORIES: readonly string[] = [
  ...[areaAggregate, accountAggregate, sessionAggregate, volunteerAggregate, requestAggregate, erasureAggregate].map(
    ({ category }) => category,
  ),
  DISCLOSURES,
];

export const PROJECTIONS = [
  areaListProjection,
  accountListProjection,
  sessionListProjection,
  volunteerListProjection,
  requestListProjection,
  taskBoardProjection,
  disclosureListProjection,
  erasureListProjection,
] as readonly Projection[];

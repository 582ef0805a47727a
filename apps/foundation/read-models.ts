// The read models of this house: every process that makes or reads them knows the same ones.
import { areaListProjection } from '#libs/communities';
import { accountListProjection } from '#libs/identity';
import type { Projection } from '#libs/projections';
import { requestListProjection, taskBoardProjection } from '#libs/requests';
import { volunteerListProjection } from '#libs/volunteers';

export const PROJECTIONS = [
  areaListProjection,
  accountListProjection,
  volunteerListProjection,
  requestListProjection,
  taskBoardProjection,
] as readonly Projection[];

export { boxEvent, boxListProjection, boxList, boxCounts, poison } from './box-projection.ts';
export type { BoxEvent } from './box-projection.ts';
export { ProjectionHouse } from './projection-house.ts';
export { ManualScheduler } from './manual-scheduler.ts';

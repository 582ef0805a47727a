export { boxCounts, boxEvent, boxList, boxListProjection, poison } from './boxes/index.ts';
export type { BoxEvent } from './boxes/index.ts';
export { ProjectionHouse } from './projection-house.ts';
export { ManualScheduler } from './manual-scheduler.ts';
export { overriding } from './overriding.ts';
export { until } from './until.ts';

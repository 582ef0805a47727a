// The boxes, for processes that tests start: these cannot load what needs a test's own environment.
export { boxCounts, boxEvent, boxList, boxListProjection, poison } from './box-projection.ts';
export type { BoxEvent } from './box-projection.ts';

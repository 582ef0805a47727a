export { Metrics } from './metrics.ts';
export type { AppendOutcome, Reading } from './metrics.ts';

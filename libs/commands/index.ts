export { CommandExecutor } from './command-executor.ts';
export type { Aggregate, CommandOutcome, LoadedAggregate } from './command-executor.ts';

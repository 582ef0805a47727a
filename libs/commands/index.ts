export { CommandExecutor, requireExpectedRevision } from './command-executor.ts';
export type { Aggregate, CommandOutcome, LoadedAggregate } from './command-executor.ts';
export { CurrentStates } from './current-states.ts';
export type { CurrentState } from './current-states.ts';

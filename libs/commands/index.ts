// Load → decide → append for every aggregate, and the present state of those asked for often.
export { CommandExecutor, requireExpectedRevision } from './command-executor.ts';
export type { Aggregate, CommandOutcome, LoadedAggregate } from './command-executor.ts';
export { CurrentStates } from './current-states.ts';
export type { CurrentState } from './current-states.ts';

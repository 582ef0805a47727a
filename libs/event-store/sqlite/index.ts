export { GroupCommit } from './group-commit.ts';
export type { GroupCommitOptions, Outcome } from './group-commit.ts';
export { SqliteEventStore } from './sqlite-event-store.ts';
export type { SqliteEventStoreOptions } from './sqlite-event-store.ts';

export { EventStoreDBStore } from './eventstoredb-store.ts';
export type { EventStoreDBStoreOptions } from './eventstoredb-store.ts';

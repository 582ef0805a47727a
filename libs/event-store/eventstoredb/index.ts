export { EventStoreDbStore } from './eventstoredb-store.ts';
export type { EventStoreDbStoreOptions } from './eventstoredb-store.ts';

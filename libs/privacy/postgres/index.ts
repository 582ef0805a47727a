// Person keys in PostgreSQL: for apps/ and tests only; everything else speaks to the KeyStore port.
export { openPostgresKeys } from './postgres-key-store.ts';
export type { PostgresKeysOptions } from './postgres-key-store.ts';

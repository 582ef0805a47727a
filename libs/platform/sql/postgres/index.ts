export { openPostgres } from './postgres.ts';
export type { Postgres, PostgresOptions } from './postgres.ts';
export type { PostgresAnswer, PostgresSession } from './postgres-session.ts';
export type { DedicatedSession } from './dedicated-connection.ts';
export { migratePostgres } from './migrate-postgres.ts';
export type { PostgresMigrations } from './migrate-postgres.ts';
export { isLasting, PostgresDefect } from './postgres-error.ts';
export { openPostgresReadDatabase } from './postgres-read-database.ts';
export type { PostgresReadDatabase, PostgresReadDatabaseOptions } from './postgres-read-database.ts';

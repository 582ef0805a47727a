export { lockDataDirectory } from './data-directory.ts';
export type { DataDirectoryLock } from './data-directory.ts';
export { flagsHelp, readFlags } from './flags.ts';
export type { Flags } from './flags.ts';
export { Latch } from './latch.ts';
export { createLogger, describeForLog } from './logger.ts';
export type { LogField, LogFields, Logger, LoggerOptions, LogLevel } from './logger.ts';
export { Metrics } from './metrics/index.ts';
export type { AppendOutcome, Reading } from './metrics/index.ts';
export { networkOf } from './network.ts';
export { Attempts, RATE_LIMIT_SCHEMA, rateLimitsInMemory, rateLimitsInPostgres } from './rate-limits/index.ts';
export type { Limiter, RateLimit, RateLimits } from './rate-limits/index.ts';
export { currentRequest, NO_OPERATION, RequestScope, withinRequest } from './request-scope.ts';
export { scaledOut } from './scaled-out.ts';
export type { ScaledOut } from './scaled-out.ts';
export { loadEnvironmentFile } from './environment-file.ts';
export { environmentExample, readSettings, settingsTable } from './settings.ts';
export type { SettingDescription, Settings } from './settings.ts';
export { Shutdown } from './shutdown.ts';
export type { ShutdownOptions } from './shutdown.ts';
export {
  isLasting,
  migratePostgres,
  openPostgres,
  openPostgresReadDatabase,
  PostgresDefect,
} from './sql/postgres/index.ts';
export type {
  DedicatedSession,
  Postgres,
  PostgresMigrations,
  PostgresOptions,
  PostgresReadDatabase,
  PostgresReadDatabaseOptions,
  PostgresSession,
} from './sql/postgres/index.ts';
export { migrate } from './sql/sqlite/migrate.ts';
export type { Migrations } from './sql/sqlite/migrate.ts';
export { openSqlite, requireDurable } from './sql/sqlite/open-sqlite.ts';
export type { SqliteOptions } from './sql/sqlite/open-sqlite.ts';
export { asUnavailable, isDamaged, isSqliteError } from './sql/sqlite/sqlite-error.ts';
export { openReadDatabase } from './sql/sqlite/sqlite-read-database.ts';
export type { ReadDatabaseOptions } from './sql/sqlite/sqlite-read-database.ts';
export type {
  ReadDatabase,
  SqlCell,
  SqlReader,
  SqlRow,
  SqlRowChange,
  SqlTable,
  SqlTransaction,
} from './sql/read-database.ts';
export { ReadModelsMissing } from './sql/read-models-missing.ts';
export { Rounds } from './rounds.ts';
export { systemClock, systemScheduler } from './system.ts';
export type { Scheduler } from './system.ts';
export { openTracing } from './tracing/index.ts';
export type { TraceAttributes, TracedRequest, Tracing } from './tracing/index.ts';
export { unlessAborted } from './unless-aborted.ts';
export { isProviderUrl } from './provider-url.ts';

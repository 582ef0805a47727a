// How often something may be tried, counted in memory or in PostgreSQL.
export { Attempts } from './attempts.ts';
export { RATE_LIMIT_SCHEMA, rateLimitsInMemory, rateLimitsInPostgres } from './rate-limits.ts';
export type { HashKey, Limiter, RateLimit, RateLimits } from './rate-limits.ts';

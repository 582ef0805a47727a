export { openTestPostgres, testServerUrl } from './test-postgres.ts';
export type { TestPostgres } from './test-postgres.ts';
export { dialects, postgres, sqlite } from './read-model-dialects.ts';
export type { Dialect, ReadModelHome } from './read-model-dialects.ts';
export { expectIndexWalks, multiplyRows, plansOf } from './query-plans.ts';

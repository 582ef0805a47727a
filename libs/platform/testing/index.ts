export { openTestPostgres, testServerUrl } from './test-postgres.ts';
export type { TestPostgres } from './test-postgres.ts';

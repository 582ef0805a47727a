// Identity for tests.
export { identityInProcess } from './identity-in-process.ts';
export type { IdentityInProcess } from './identity-in-process.ts';

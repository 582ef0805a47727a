// Test support shared by every scope; never imported by code that ships.
export { given } from './decider-specification.ts';
export type { Outcome } from './decider-specification.ts';

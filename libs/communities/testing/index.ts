// Test support for every scope that works in a community; never imported by code that ships.
export { CommunityHouse, contextAt } from './community-house.ts';
export type { ProjectedHouse } from './community-house.ts';

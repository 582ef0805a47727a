// The record of readings as a Nest module with its GraphQL fields.
export { DisclosuresModule } from './disclosures.module.ts';

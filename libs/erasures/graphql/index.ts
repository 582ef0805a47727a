// Erasures as a Nest module with its GraphQL fields.
export { ErasuresModule } from './erasures.module.ts';

// Identity as a Nest module with its GraphQL fields.
export { IdentityModule } from './identity.module.ts';

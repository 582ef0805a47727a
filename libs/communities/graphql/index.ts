// Communities as a Nest module with its GraphQL fields.
export { CommunitiesModule } from './communities.module.ts';

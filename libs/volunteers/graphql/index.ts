// Volunteers as a Nest module with its GraphQL fields.
export { VolunteersModule } from './volunteers.module.ts';

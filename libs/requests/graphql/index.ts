// Requests as a Nest module with its GraphQL fields.
export { RequestsModule } from './requests.module.ts';

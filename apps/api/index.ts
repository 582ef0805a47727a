// The server as others start it: the command line's demo, the end-to-end tests, and benches that measure a layer of it.
export { createApplication } from './application.ts';
export type { Application } from './application.ts';
export { graphqlOptions } from './graphql-options.ts';
export { HttpServer } from './http-server.ts';

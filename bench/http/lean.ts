// The same small application, served the way our server serves GraphQL: what is gained before any work of our own.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { graphqlOptions, HttpServer } from '#apps/api';
import { InputValidation } from '#libs/graphql-kit';
import { Rows } from './rows.resolver.ts';
import { reportUsage } from './usage.ts';

const fail = (error: unknown): never => {
  throw error;
};
const options = graphqlOptions({
  authenticator: { authenticate: () => Promise.resolve(undefined) },
  introspection: true,
  reads: { write: () => Promise.resolve() },
  report: (_, error) => fail(error),
});

class App {
  declare providers: [Rows];
}
Module({ imports: [GraphQLModule.forRoot(options)], providers: [Rows] })(App);

const app = await NestFactory.create<NestFastifyApplication>(
  App,
  new HttpServer({ report: (_, error) => fail(error) }),
  {
    logger: false,
    bodyParser: false,
  },
);
app.useGlobalPipes(new InputValidation());
await app.listen(0, '127.0.0.1');
reportUsage();
process.on('SIGTERM', () => process.exit(0));
console.log(JSON.stringify({ url: `${await app.getUrl()}/graphql` }));

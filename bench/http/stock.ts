// The peer: a small application as the documentation of Nest builds one with Apollo and Fastify, options at their
// defaults.
import 'reflect-metadata';
import { ApolloDriver } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Rows } from './rows.resolver.ts';
import { reportUsage } from './usage.ts';

class App {
  declare providers: [Rows];
}
Module({ imports: [GraphQLModule.forRoot({ driver: ApolloDriver, autoSchemaFile: true })], providers: [Rows] })(App);

const app = await NestFactory.create(App, new FastifyAdapter(), { logger: false });
await app.listen(0, '127.0.0.1');
reportUsage();
process.on('SIGTERM', () => process.exit(0));
console.log(JSON.stringify({ url: `${await app.getUrl()}/graphql` }));

// The whole server as one object: for the entry file, the command line's demo, and tests, which start it in process.
import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Catch } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { GraphQLSchema } from 'graphql';
import type { Kysely } from 'kysely';
import type { Foundation, FoundationOptions, Services } from '#apps/foundation';
import { openFoundation, startServices } from '#apps/foundation';
import type { ReportDefect } from '#libs/graphql-kit';
import {
  InputValidation,
  limitDocuments,
  MOST_TOKENS,
  Operations,
  SubscriptionDocuments,
  SubscriptionHub,
  SubscriptionServer,
} from '#libs/graphql-kit';
import { Unavailable } from '#libs/kernel';
import type { Settings } from '#libs/platform';
import { systemScheduler } from '#libs/platform';
import type { TaskViews } from '#libs/requests';
import { OfferExpiry, TaskQueries } from '#libs/requests';
import { AppModule } from './app.module.ts';
import { serveGraphiql } from './graphiql.ts';
import { GRAPHQL_PATH } from './graphql-options.ts';
import { serveHealth } from './health.ts';
import { HttpServer } from './http-server.ts';
import { watchViewers } from './viewer-changes.ts';

export interface Application {
  readonly foundation: Foundation;
  readonly services: Services;
  readonly schema: GraphQLSchema;
  /** Where it listens, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Stops taking requests, finishes those in progress, then closes everything. True when all of it closed in time. */
  close(): Promise<boolean>;
}

/**
 * Opens the data directory and serves it.
 *
 * @throws Unavailable or InvalidInput with one sentence for the operator; nothing stays open then
 */
export async function createApplication(settings: Settings, options: FoundationOptions = {}): Promise<Application> {
  const foundation = await openFoundation(settings, options);
  try {
    return await serve(foundation);
  } catch (error) {
    await foundation.shutdown.run();
    throw error;
  }
}

async function serve(foundation: Foundation): Promise<Application> {
  const { settings, logger, store, gate, shutdown } = foundation;
  const services = await startServices(foundation);
  const hub = new SubscriptionHub({
    store,
    projections: gate,
    report: (message, error) => logger.failure(message, error),
  });
  const report: ReportDefect = (requestId, error) => logger.failure('a request failed', error, { requestId });

  const http = new HttpServer((error) => logger.failure('a request failed', error));
  serveHealth(http, foundation);
  if (settings.graphiql) serveGraphiql(http, logger);
  const nest = await createNest(http, AppModule.of({ foundation, services, hub, report }));
  await nest.init();
  const { schema } = nest.get(GraphQLSchemaHost);

  const sockets = subscriptionServer(foundation, services, hub, schema, report);
  hub.onViewerChanges(watchViewers(sockets, services.viewers));
  await hub.start();
  shutdown.add('subscriptions', () => hub.stop());
  const offers = offerExpiry(foundation, services);
  offers.start();
  shutdown.add('offer expiry', () => offers.stop());
  shutdown.add('http', () => nest.close());
  const url = await listen(nest, settings);
  sockets.attach(nest.getHttpServer());
  shutdown.add('sockets', () => sockets.stop());
  return { foundation, services, schema, url, close: () => shutdown.run() };
}

function offerExpiry({ clock, vault, logger, readModels }: Foundation, { requestDesk }: Services): OfferExpiry {
  const tasks = new TaskQueries(readModels.query as Kysely<TaskViews>);
  return new OfferExpiry({
    desk: requestDesk,
    overdue: (now, limit) => tasks.overdueOffers(now, limit),
    clock,
    fingerprint: (payload) => vault.fingerprint(payload),
    logger,
    scheduler: systemScheduler,
  });
}

function createNest(http: HttpServer, module: ReturnType<typeof AppModule.of>): Promise<NestFastifyApplication> {
  return NestFactory.create<NestFastifyApplication>(module, http, {
    // Nest would write errors with their messages, which may quote what was sent.
    logger: false,
    bodyParser: false,
    abortOnError: false,
  }).then((nest) => nest.useGlobalPipes(new InputValidation()).useGlobalFilters(new PassOn()));
}

function subscriptionServer(
  { settings, clock, logger }: Foundation,
  { viewers }: Services,
  hub: SubscriptionHub,
  schema: GraphQLSchema,
  report: ReportDefect,
): SubscriptionServer {
  const documents = new SubscriptionDocuments(schema, [limitDocuments()], MOST_TOKENS);
  return new SubscriptionServer({
    path: GRAPHQL_PATH,
    allowedOrigins: settings.allowedOrigins,
    authenticator: viewers,
    operations: new Operations({ schema, hub, documents, report }),
    clock,
    report: (message, error) => logger.failure(message, error),
  });
}

async function listen(nest: NestFastifyApplication, { host, port }: Settings): Promise<string> {
  try {
    await nest.listen(port, host);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new Unavailable(`Port ${port} is in use. Stop what uses it, or choose another PORT.`);
    throw new Unavailable(
      `The address ${host}:${port} cannot be listened on (${code ?? 'unknown'}). Check HOST and PORT.`,
    );
  }
  const { address, family, port: actual } = nest.getHttpServer().address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`;
}

/** Leaves errors of resolvers to GraphQL, which formats them; Nest would write their messages to its log. */
@Catch()
class PassOn implements ExceptionFilter {
  catch(exception: unknown, _host: ArgumentsHost): unknown {
    return exception instanceof Error ? exception : new Error('Something else than an error was thrown');
  }
}

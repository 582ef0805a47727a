// The whole server as one object: for the entry file, the command line's demo, and tests, which start it in process.
import { setTimeout as pause } from 'node:timers/promises';
import 'reflect-metadata';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Catch } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { GraphQLSchema } from 'graphql';
import type { Entrance, Foundation, FoundationOptions, ReadinessCheck, Services } from '#apps/foundation';
import { openBehindEntrance, reactors, startServices } from '#apps/foundation';
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
import { SECOND, ServerUnavailable } from '#libs/kernel';
import type { Settings } from '#libs/platform';
import { AppModule } from './app.module.ts';
import { serveGraphiql } from './graphiql.ts';
import { GRAPHQL_PATH } from './graphql-options.ts';
import { serveHealth, serveMetrics } from './health.ts';
import { HttpServer } from './http-server.ts';
import { Refusals } from './refusals.ts';
import { requestIdOf } from './request-id.ts';
import { countClose, gaugeSockets, refuseSocket, socketAdmission } from './sockets.ts';
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
 * Opens what the settings name and serves it. Scaled out, it listens from the beginning, waits for servers that are not
 * there yet, and resolves once it serves.
 *
 * @throws Unavailable or InvalidInput with one sentence for the operator; nothing stays open then
 */
export async function createApplication(settings: Settings, options: FoundationOptions = {}): Promise<Application> {
  const { foundation, entrance } = await openBehindEntrance(settings, { role: 'api', ...options });
  try {
    return await serve(foundation, entrance);
  } catch (error) {
    await foundation.shutdown.run();
    throw error;
  }
}

async function serve(foundation: Foundation, entrance: Entrance): Promise<Application> {
  const { settings, logger, clock, store, gate, patience, shutdown, metrics, tracing } = foundation;
  const services = await startServices(foundation);
  const hub = new SubscriptionHub({
    store,
    projections: gate,
    report: (message, error) => logger.failure(message, error),
  });
  const refusals = new Refusals(logger, clock);
  const report: ReportDefect = (requestId, error) => {
    if (error instanceof ServerUnavailable) refusals.note(error);
    else logger.failure('a request failed', error, { requestId });
  };

  const http = new HttpServer({
    report: (requestId, error) => logger.failure('a request failed', error, { requestId }),
    entrance: entrance.server,
    trustedProxies: settings.trustedProxies,
    watch: { logger, metrics, tracing },
  });
  const readiness = serveHealth(http, foundation, () => refusals.recent());
  if (settings.metrics) serveMetrics(http, metrics);
  if (settings.graphiql) serveGraphiql(http, logger);
  const nest = await createNest(http, AppModule.of({ foundation, services, hub, report }));
  await nest.init();
  const { schema } = nest.get(GraphQLSchemaHost);

  const sockets = subscriptionServer(foundation, services, hub, schema, report);
  hub.onViewerChanges(watchViewers(sockets, services.viewers));
  await patience.until('event store', () => hub.start());
  shutdown.add('subscriptions', () => hub.stop());
  foundation.whileLeading(reactors(foundation, services));
  foundation.projector?.start();
  shutdown.add('GraphQL', () => nest.close());
  shutdown.add('http', () => entrance.close());
  entrance.serve(await http.handler());
  if (!entrance.listening) await entrance.listen(settings);
  sockets.attach(entrance.server);
  shutdown.add('sockets', () => sockets.stop());
  shutdown.add('readiness', () => drain(readiness, settings));
  return { foundation, services, schema, url: entrance.url, close: () => shutdown.run() };
}

/** Says no to who watches the process, first of all, and goes on serving until they have had time to hear of it. */
async function drain(readiness: ReadinessCheck, { drainSeconds }: Settings): Promise<void> {
  readiness.stop();
  await pause(drainSeconds * SECOND);
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
  { settings, clock, logger, metrics }: Foundation,
  { viewers, reads }: Services,
  hub: SubscriptionHub,
  schema: GraphQLSchema,
  report: ReportDefect,
): SubscriptionServer {
  const documents = new SubscriptionDocuments(schema, [limitDocuments()], MOST_TOKENS);
  const onOutcome = (field: string, code: string, seconds: number) => metrics.operation(field, code, seconds);
  const sockets = new SubscriptionServer({
    path: GRAPHQL_PATH,
    allowedOrigins: settings.allowedOrigins,
    authenticator: viewers,
    operations: new Operations({ schema, hub, documents, reads, report, onOutcome }),
    clock,
    report: (message, error, requestId) => logger.failure(message, error, { requestId }),
    admit: socketAdmission(settings),
    refuse: refuseSocket,
    requestIdOf: ({ headers }) => requestIdOf(headers),
    onClosed: (code) => countClose(metrics, code),
  });
  gaugeSockets(metrics, sockets);
  return sockets;
}

/** Leaves errors of resolvers to GraphQL, which formats them; Nest would write their messages to its log. */
@Catch()
class PassOn implements ExceptionFilter {
  catch(exception: unknown, _host: ArgumentsHost): unknown {
    return exception instanceof Error ? exception : new Error('Something else than an error was thrown');
  }
}

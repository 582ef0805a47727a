// How GraphQL is served over HTTP: code-first schema with its access rules, bounded documents, masked errors, no
// batching, no telemetry, nothing that depends on NODE_ENV.
import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import type { ApolloDriverConfig } from '@nestjs/apollo';
import { ApolloDriver } from '@nestjs/apollo';
import type { FastifyRequest } from 'fastify';
import { GraphQLError, OperationTypeNode } from 'graphql';
import type { Authenticator, ReadRecord, ReportDefect, SchemaNames } from '#libs/graphql-kit';
import {
  applyAccessRules,
  bearerToken,
  ErrorCode,
  formatError,
  GraphQLContext,
  limitDocuments,
  MOST_TOKENS,
  namesOf,
} from '#libs/graphql-kit';
import { networkOf } from '#libs/platform';
import { CompiledExecution } from './compiled-execution.ts';
import { LEGACY_STATUS } from './legacy-status.ts';
import { WATCHED_OPERATIONS } from './operation-watch.ts';
import { RecordedReads } from './recorded-reads.ts';

export const GRAPHQL_PATH = '/graphql';

export interface GraphqlOptions {
  readonly authenticator: Authenticator;
  readonly introspection: boolean;
  readonly reads: ReadRecord;
  readonly report: ReportDefect;
}

export function graphqlOptions({ authenticator, introspection, reads, report }: GraphqlOptions): ApolloDriverConfig {
  let names: SchemaNames = new Set();
  return {
    driver: ApolloDriver,
    path: GRAPHQL_PATH,
    autoSchemaFile: true,
    buildSchemaOptions: { orphanedTypes: [ErrorCode] },
    transformSchema: (schema) => {
      names = namesOf(schema);
      return applyAccessRules(schema);
    },
    context: (request: FastifyRequest) => contextOf(request, authenticator),
    formatError: (_formatted, error) => formatError(error, report, names),
    autoTransformHttpErrors: false,
    preserveHttpStatusForExecutionErrors: true,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    introspection,
    graphiql: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    parseOptions: { maxLexicalTokens: MOST_TOKENS },
    validationRules: [limitDocuments()],
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      WATCHED_OPERATIONS,
      LEGACY_STATUS,
      ONE_QUERY_OR_MUTATION,
      new CompiledExecution(report),
      new RecordedReads(reads, report),
    ],
    stopOnTerminationSignals: false,
    nodeEnv: 'production',
    logger: SILENT,
  };
}

/** Who asks is looked up for every request. A token that is not good is refused as a whole, not treated as nobody. */
async function contextOf({ headers, id, ip }: FastifyRequest, authenticator: Authenticator): Promise<GraphQLContext> {
  const { authorization } = headers;
  const network = networkOf(ip);
  if (authorization === undefined) return new GraphQLContext(undefined, id, network);
  const token = bearerToken(authorization);
  const viewer = token === undefined ? undefined : await authenticator.authenticate(token).catch(notNow);
  if (!viewer) {
    const extensions = { code: 'UNAUTHENTICATED', http: { status: 401 } };
    throw new GraphQLError('The access token is not, or no longer, good.', { extensions });
  }
  return new GraphQLContext(viewer, id, network);
}

function notNow(error: unknown): never {
  const originalError = error instanceof Error ? error : null;
  throw new GraphQLError('Nobody can be signed in now.', { originalError, extensions: { http: { status: 503 } } });
}

/** Subscriptions are served over WebSocket; executed over HTTP one would be answered once, with nothing. */
const ONE_QUERY_OR_MUTATION: ApolloServerPlugin = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ operation }) => {
      if (operation && operation.operation !== OperationTypeNode.SUBSCRIPTION) return;
      const extensions = { code: 'BAD_REQUEST', http: { status: 400 } };
      const reason = operation ? 'Subscriptions are served over WebSocket.' : 'Name one operation of the document.';
      throw new GraphQLError(reason, { extensions });
    },
  }),
};

const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

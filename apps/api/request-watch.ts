// Every request has an id, which its answer carries; is timed, counted and traced by what it turned out to be; and leaves
// one line in the log, without a value of it.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger, Metrics, TracedRequest, Tracing } from '#libs/platform';
import { RequestScope, withinRequest } from '#libs/platform';
import { SECOND } from '#libs/kernel';
import { GRAPHQL_PATH } from './graphql-options.ts';
import { REQUEST_ID_HEADER } from './request-id.ts';

export interface RequestWatch {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
}

interface Watched {
  readonly scope: RequestScope;
  readonly trace: TracedRequest;
}

/** Before any other hook, so that what they refuse is seen too. */
export function watchRequests(server: FastifyInstance, { logger, metrics, tracing }: RequestWatch): void {
  const watched = new WeakMap<FastifyRequest, Watched>();

  server.addHook('onRequest', (request, reply, done) => {
    const { traceparent } = request.headers;
    const name = isGraphql(request) ? `POST ${GRAPHQL_PATH}` : 'HTTP';
    const trace = tracing.request(name, typeof traceparent === 'string' ? traceparent : undefined);
    watched.set(request, { scope: new RequestScope(request.id, trace), trace });
    void reply.header(REQUEST_ID_HEADER, request.id);
    done();
  });

  // Only here: reading the body ends what was begun before it.
  server.addHook('preHandler', (request, _reply, done) => {
    const of = watched.get(request);
    if (of) withinRequest(of.scope, () => of.trace.run(done));
    else done();
  });

  server.addHook('onResponse', (request, reply, done) => {
    const of = watched.get(request);
    if (of) tell(of, request, reply);
    done();
  });

  function tell({ scope, trace }: Watched, request: FastifyRequest, reply: FastifyReply): void {
    const { operation } = scope;
    const status = reply.statusCode;
    const code = scope.code ?? (status < 400 ? 'OK' : codeOf(status));
    const durationMs = reply.elapsedTime;
    trace.end({ 'http.response.status_code': status, code }, status >= 500);
    if (!isGraphql(request)) {
      logger.debug('answered', { requestId: scope.id, status, durationMs: rounded(durationMs) });
      return;
    }
    metrics.operation(operation, code, durationMs / SECOND);
    logger.info('answered', { requestId: scope.id, operation, code, status, durationMs: rounded(durationMs) });
  }
}

/** Also when the path is written another way, such as `/%67raphql`, and when the method has no route. */
export function isGraphql({ url, routeOptions }: FastifyRequest): boolean {
  return routeOptions.url === GRAPHQL_PATH || url.split('?', 1)[0] === GRAPHQL_PATH;
}

/** Of an answer that is not GraphQL's. */
function codeOf(status: number): string {
  return status >= 500 ? 'INTERNAL' : status === 404 ? 'NOT_FOUND' : 'BAD_REQUEST';
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}

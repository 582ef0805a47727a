// Fastify as it is exposed: JSON only, small bodies, GraphQL by POST only, and answers to wrong requests that repeat
// nothing of them.
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { MOST_HEADERS, SECURITY_HEADERS, STRICT_TRANSPORT_SECURITY } from '#apps/foundation';
import type { GeneralErrorCode } from '#libs/graphql-kit';
import { requestIdOf } from './request-id.ts';
import type { RequestWatch } from './request-watch.ts';
import { isGraphql, watchRequests } from './request-watch.ts';
import { isTextUtf8, readJson, WrongRequest } from './wrong-request.ts';

export const LARGEST_BODY = 100 * 1024;

export interface HttpServerOptions {
  /** Takes defects into the log, under the request's id. */
  readonly report: (requestId: string, error: unknown) => void;
  /** A server that listens, and is closed, by itself, and is given `handler()`; default one of its own. */
  readonly entrance?: Server;
  /** Whose word on where a request came from is believed. */
  readonly trustedProxies?: readonly string[];
  /** Default: nobody looks. */
  readonly watch?: RequestWatch;
}

/** Nest would answer what fails before or beside GraphQL in its own words, with the path in them; this answers instead. */
export class HttpServer extends FastifyAdapter {
  readonly #report: HttpServerOptions['report'];
  readonly #handler: { answer?: RequestListener };

  constructor({ report, entrance, trustedProxies = [], watch }: HttpServerOptions) {
    const handler: { answer?: RequestListener } = {};
    const serverFactory = (answer: RequestListener) => {
      handler.answer = answer;
      return entrance as Server;
    };
    super({
      genReqId: ({ headers }: IncomingMessage) => requestIdOf(headers),
      trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
      bodyLimit: LARGEST_BODY,
      forceCloseConnections: 'idle',
      frameworkErrors: (_error: unknown, _request: unknown, reply: FastifyReply) => {
        void reply.code(400).headers(SECURITY_HEADERS).send(errorBody('BAD_REQUEST', 'The path is not valid.'));
      },
      // The entrance answers what is not HTTP.
      ...(entrance && { serverFactory, clientErrorHandler: () => undefined }),
    });
    this.#report = report;
    this.#handler = handler;
    const server = this.getInstance();
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
      try {
        done(null, readJson(body as Buffer));
      } catch (error) {
        done(error as Error, undefined);
      }
    });
    this.#answerErrors();
    if (watch) watchRequests(server, watch);
    server.addHook('onRequest', secure);
    server.addHook('onRequest', onlyAsServed);
  }

  /** What answers requests, once all routes are known. */
  async handler(): Promise<RequestListener> {
    await this.getInstance().ready();
    const { answer } = this.#handler;
    if (!answer) throw new Error('This server listens by itself');
    return answer;
  }

  /** Nest would set one only after the routes that are not its own. */
  override setErrorHandler() {
    return this.getInstance();
  }

  #answerErrors(): void {
    this.getInstance().setErrorHandler((error: FastifyError, { id }, reply) => {
      const { statusCode: status = 500 } = error;
      if (status >= 500) {
        this.#report(id, error);
        void reply.code(500).send(errorBody('INTERNAL', 'Internal error', { id }));
        return;
      }
      const message =
        error instanceof WrongRequest ? error.message : (SENTENCES[status] ?? 'The request is not valid.');
      void reply.code(status).send(errorBody('BAD_REQUEST', message));
    });
  }

  override setNotFoundHandler() {
    return this.getInstance().setNotFoundHandler((_request, reply) => {
      void reply.code(404).send(errorBody('NOT_FOUND', 'There is nothing here.'));
    });
  }
}

const SENTENCES: Readonly<Record<number, string>> = {
  413: 'The body is too large.',
  415: 'The body must be application/json.',
};

async function secure({ protocol }: FastifyRequest, reply: FastifyReply): Promise<void> {
  void reply.headers(SECURITY_HEADERS);
  if (protocol === 'https') void reply.headers(STRICT_TRANSPORT_SECURITY);
}

const NO_HTTP = 'This is not an HTTP request.';
/** Its own or the one a trusted proxy forwards; the port may be out of range still. */
const HOST = /^(?:[\w.~-]+|\[[\da-f:.]+\])(?::\d*)?$/i;

/** What Node's parser lets through. A request that two servers in a row could read differently is refused. */
function requireHttp({ raw: { httpVersion, rawHeaders }, host, headers: { expect } }: FastifyRequest): void {
  if (rawHeaders.length / 2 > MOST_HEADERS) throw new WrongRequest(431, 'There are too many headers.');
  const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host').length;
  const named = hosts === 1 && HOST.test(host) && URL.canParse(`http://${host}`);
  const ok = (httpVersion === '1.1' && named) || (httpVersion === '1.0' && (named || hosts === 0));
  if (!ok) throw new WrongRequest(400, NO_HTTP);
  if (expect !== undefined && !/100-continue/i.test(expect))
    throw new WrongRequest(417, 'What is expected is not known.');
}

/** Before the body is read. */
async function onlyAsServed(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  requireHttp(request);
  if (!isGraphql(request)) return;
  if (!URL.canParse(request.url, `http://${request.hostname}`)) throw new WrongRequest(400, NO_HTTP);
  if (request.method !== 'POST') {
    void reply.header('allow', 'POST');
    throw new WrongRequest(405, 'GraphQL is served to POST requests.');
  }
  const { 'content-encoding': encoding = 'identity', 'content-type': type } = request.headers;
  if (encoding !== 'identity') throw new WrongRequest(415, 'The body must not be compressed.');
  if (type === undefined || !isTextUtf8(type))
    throw new WrongRequest(415, 'The body must be application/json in UTF-8.');
}

function errorBody(code: GeneralErrorCode, message: string, details?: Readonly<Record<string, string>>) {
  return { errors: [{ message, extensions: { code, ...(details && { details }) } }] };
}

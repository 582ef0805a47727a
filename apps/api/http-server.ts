// Fastify as it is exposed: JSON only, small bodies, GraphQL by POST only, and answers to wrong requests that repeat
// nothing of them.
import { randomUUID } from 'node:crypto';
import type { RequestListener, Server } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { GeneralErrorCode } from '#libs/graphql-kit';
import { GRAPHQL_PATH } from './graphql-options.ts';

const LARGEST_BODY = 100 * 1024;

/** Nest would answer what fails before or beside GraphQL in its own words, with the path in them; this answers instead. */
export class HttpServer extends FastifyAdapter {
  readonly #report: (error: unknown) => void;
  readonly #handler: { answer?: RequestListener };

  /**
   * @param report takes defects into the log
   * @param trustedProxies whose word on where a request came from is believed
   * @param entrance a server that listens, and is closed, by itself, and is given `handler()`; default one of its own
   */
  constructor(report: (error: unknown) => void, entrance?: Server, trustedProxies: readonly string[] = []) {
    const handler: { answer?: RequestListener } = {};
    const serverFactory = (answer: RequestListener) => {
      handler.answer = answer;
      return entrance as Server;
    };
    super({
      genReqId: () => randomUUID(),
      trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
      bodyLimit: LARGEST_BODY,
      forceCloseConnections: 'idle',
      ...(entrance && { serverFactory }),
    });
    this.#report = report;
    this.#handler = handler;
    const server = this.getInstance();
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
      try {
        done(null, JSON.parse(body as string));
      } catch {
        done(new WrongRequest(400, 'The body is not JSON.'), undefined);
      }
    });
    server.addHook('onRequest', onlyPost);
  }

  /** What answers requests, once all routes are known. */
  async handler(): Promise<RequestListener> {
    await this.getInstance().ready();
    const { answer } = this.#handler;
    if (!answer) throw new Error('This server listens by itself');
    return answer;
  }

  override setErrorHandler() {
    return this.getInstance().setErrorHandler((error: FastifyError, _request, reply) => {
      const { statusCode: status = 500 } = error;
      if (status >= 500) {
        this.#report(error);
        void reply.code(500).send(errorBody('INTERNAL', 'Internal error'));
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

class WrongRequest extends Error {
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

const SENTENCES: Readonly<Record<number, string>> = {
  413: 'The body is too large.',
  415: 'The body must be application/json.',
};

async function onlyPost(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (request.url.split('?')[0] !== GRAPHQL_PATH || request.method === 'POST') return;
  void reply.header('allow', 'POST');
  throw new WrongRequest(405, 'GraphQL is served to POST requests.');
}

function errorBody(code: GeneralErrorCode, message: string) {
  return { errors: [{ message, extensions: { code } }] };
}

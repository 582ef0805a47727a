// The HTTP port of a process, open from the beginning: while the servers it stands on are not there yet, it says so, so
// that whoever watches the process sees it live and learns what it waits for.
import type { RequestListener, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { SECOND, Unavailable } from '#libs/kernel';
import type { Settings } from '#libs/platform';
import { Quota, TrustedProxies } from './callers.ts';
import { refuseConnection } from './client-error.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** Longer than a load balancer keeps a connection it might use again. */
const KEEP_ALIVE_MS = 72_000;
const LOOK_FOR_IDLE_MS = 50;
/** Of all headers of a request together. */
const LARGEST_HEADERS = 16_384;
/** One more than are served, so that a request with too many is seen to have them; Node drops those beyond. */
export const MOST_HEADERS = 100;
const HEADERS_WITHIN = 10 * SECOND;

export type EntranceSettings = Pick<
  Settings,
  'connections' | 'connectionsPerAddress' | 'requestSeconds' | 'trustedProxies'
>;

export class Entrance {
  readonly server: Server;
  #answer: RequestListener = (request, response) => this.#sayWhy(request.url, response);
  #waitingFor = '';
  #reason = '';

  constructor({ connections, connectionsPerAddress, requestSeconds, trustedProxies }: EntranceSettings) {
    const requestTimeout = requestSeconds * SECOND;
    const limits = {
      maxHeaderSize: LARGEST_HEADERS,
      requestTimeout,
      headersTimeout: Math.min(HEADERS_WITHIN, requestTimeout),
      connectionsCheckingInterval: Math.min(5 * SECOND, requestTimeout / 2),
      keepAliveTimeout: KEEP_ALIVE_MS,
      // Who answers refuses a request without one, in the words of all refusals.
      requireHostHeader: false,
    };
    this.server = createServer(limits, (request, response) => this.#answer(request, response));
    this.server.maxHeadersCount = MOST_HEADERS + 1;
    this.server.on('clientError', refuseConnection);
    // Node alone would answer without a body and without our headers.
    this.server.on('checkExpectation', (request, response) => this.#answer(request, response));
    const quota = new Quota({ all: connections, each: connectionsPerAddress });
    const proxies = new TrustedProxies(trustedProxies);
    this.server.on('connection', (socket) => admit(socket, quota, proxies));
  }

  get listening(): boolean {
    return this.server.listening;
  }

  /** Where it listens, such as `http://127.0.0.1:3000`. */
  get url(): string {
    const { address, family, port } = this.server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  /** @throws Unavailable with one sentence when the address or port cannot be had */
  async listen({ host, port }: Settings): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    this.server.once('error', reject).listen(port, host, () => resolve(undefined));
    try {
      await promise;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE')
        throw new Unavailable(`Port ${port} is in use. Stop what uses it, or choose another PORT.`);
      throw new Unavailable(
        `The address ${host}:${port} cannot be listened on (${code ?? 'unknown'}). Check HOST and PORT.`,
      );
    } finally {
      this.server.off('error', reject);
    }
  }

  /** What readiness is to say until `serve`. */
  waitsFor(part: string, reason: string): void {
    [this.#waitingFor, this.#reason] = [part, reason];
  }

  /** From now on these answers are given. */
  serve(answer: RequestListener): void {
    this.#answer = answer;
  }

  /** Takes no more connections; resolves when the requests in progress have been answered. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = new Promise((resolve) => this.server.close(resolve));
    // A connection whose request was in progress is idle only afterwards.
    const looking = setInterval(() => this.server.closeIdleConnections(), LOOK_FOR_IDLE_MS);
    await closed;
    clearInterval(looking);
  }

  #sayWhy(url: string | undefined, response: ServerResponse): void {
    const path = url?.split('?')[0];
    if (path === '/livez') return answerJson(response, 200, { status: 'live' });
    response.setHeader('retry-after', '1');
    if (path === '/readyz') {
      const [waitingFor, reason] = [this.#waitingFor, this.#reason];
      return answerJson(response, 503, { status: 'starting', ...(reason && { waitingFor, reason }) });
    }
    const extensions = { code: 'UNAVAILABLE' };
    return answerJson(response, 503, {
      errors: [{ message: 'The server is starting. Try again shortly.', extensions }],
    });
  }
}

export function answerJson(response: ServerResponse, status: number, body: object): void {
  const headers = { ...SECURITY_HEADERS, 'content-type': 'application/json; charset=utf-8' };
  response.writeHead(status, headers).end(JSON.stringify(body));
}

/** A trusted proxy speaks for many addresses: only the total bounds its connections. */
function admit(socket: Socket, quota: Quota, proxies: TrustedProxies): void {
  const { remoteAddress = '' } = socket;
  const leave = quota.take(
    proxies.include(remoteAddress) ? `${remoteAddress} ${String(socket.remotePort)}` : remoteAddress,
  );
  if (leave) socket.once('close', leave);
  else socket.destroy();
}

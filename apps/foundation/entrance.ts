// The HTTP port of a process, open from the beginning: while the servers it stands on are not there yet, it says so, so
// that whoever watches the process sees it live and learns what it waits for.
import type { RequestListener, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Unavailable } from '#libs/kernel';
import type { Settings } from '#libs/platform';

/** Longer than a load balancer keeps a connection it might use again. */
const KEEP_ALIVE_MS = 72_000;
const LOOK_FOR_IDLE_MS = 50;

export class Entrance {
  readonly server: Server;
  #answer: RequestListener = (request, response) => this.#sayWhy(request.url, response);
  #waitingFor = '';
  #reason = '';

  constructor() {
    this.server = createServer((request, response) => this.#answer(request, response));
    this.server.keepAliveTimeout = KEEP_ALIVE_MS;
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
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

// A graphql-transport-ws client that hides nothing: every message can be sent, every answer and close code seen.
import WebSocket from 'ws';

export interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

export interface SocketOptions {
  readonly protocols?: string[];
  readonly headers?: Record<string, string>;
}

export class SocketClient {
  readonly #socket: WebSocket;
  readonly #messages: Message[] = [];
  #arrival = Promise.withResolvers<undefined>();
  /** Resolves when the socket is closed, by whomever. */
  readonly closed: Promise<Closed>;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      this.#messages.push(JSON.parse((data as Buffer).toString('utf8')) as Message);
      this.#arrived();
    });
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
        this.#arrived();
      });
    });
  }

  #arrived(): void {
    const { resolve } = this.#arrival;
    this.#arrival = Promise.withResolvers();
    resolve(undefined);
  }

  /** Rejects, with the HTTP status where there is one, when the server does not want it. */
  static open(
    url: string,
    { protocols = ['graphql-transport-ws'], headers = {} }: SocketOptions,
  ): Promise<SocketClient> {
    const socket = new WebSocket(url, protocols, { headers });
    const client = new SocketClient(socket);
    return new Promise((resolve, reject) => {
      socket.on('open', () => resolve(client));
      socket.on('error', reject);
      socket.on('unexpected-response', (_request, response) => reject(new Error(`HTTP ${response.statusCode ?? 0}`)));
    });
  }

  send(message: object | string | Buffer): void {
    this.#socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables: object = {}): void {
    this.send({ id, type: 'subscribe', payload: { query, variables } });
  }

  /** The next message of this type, in order; rejects when the socket closes first. */
  async next<M extends Message = Message>(type: string, id?: string): Promise<M> {
    return (await this.#take([type], id)) as M;
  }

  /** Data of the next `next` message of a subscription; rejects when the server ends it with an error. */
  async data<Data>(id: string): Promise<Data> {
    const { type, payload } = await this.#take(['next', 'error'], id);
    if (type === 'error') throw new Error(`Subscription ${id}: ${JSON.stringify(payload)}`);
    return (payload as { data: Data }).data;
  }

  /**
   * Resolves once the server has taken in everything sent before. A subscription to offers or to one request is looked
   * up first and may begin later: give it a position to begin after.
   */
  async settled(): Promise<void> {
    this.send({ type: 'ping' });
    await this.next('pong');
  }

  async #take(types: readonly string[], id?: string): Promise<Message> {
    for (;;) {
      const index = this.#messages.findIndex(
        (message) => types.includes(message.type) && (id === undefined || message.id === id),
      );
      const [message] = index < 0 ? [] : this.#messages.splice(index, 1);
      if (message) return message;
      if (this.#socket.readyState > WebSocket.OPEN) throw new Error(`The socket closed before ${types.join(' or ')}`);
      await this.#arrival.promise;
    }
  }

  /** Messages that have come and not been taken. */
  get waiting(): readonly Message[] {
    return this.#messages;
  }

  terminate(): void {
    this.#socket.terminate();
  }
}

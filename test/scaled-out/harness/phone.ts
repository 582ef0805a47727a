// A phone that follows one subscription, at whichever server it is moved to, and goes on after the last position seen.
import { setTimeout } from 'node:timers/promises';
import { GraphqlClient } from '../../e2e/harness/client.ts';
import { rootField } from '../../e2e/harness/documents.ts';
import type { Json, Person } from '../../e2e/harness/person.ts';
import type { SocketClient } from '../../e2e/harness/socket-client.ts';

const ID = 'followed';
const LOOK_EVERY_MS = 20;

export class Phone {
  /** What it was told, in the order it was told it. */
  readonly told: Json[] = [];
  readonly #owner: Person;
  readonly #field: string;
  readonly #variables: object;
  #after: string;
  #socket: SocketClient | undefined;
  #taking: Promise<void> = Promise.resolve();

  /** @param after where it begins to follow */
  constructor(owner: Person, field: string, after: string, variables: object = {}) {
    this.#owner = owner;
    this.#field = field;
    this.#variables = variables;
    this.#after = after;
  }

  /** Leaves the server it is at, and resolves once the one at this address has taken the subscription up. */
  async moveTo(address: string): Promise<void> {
    await this.leave();
    const socket = await new GraphqlClient(address).connect(this.#owner.member.token);
    this.#socket = socket;
    socket.subscribe(ID, rootField(this.#field).document, { ...this.#variables, after: this.#after });
    if (!(await this.hears(30_000))) throw new Error(`No server at ${address}`);
    this.#taking = this.#take(socket);
  }

  /** Whether the server answers. */
  async hears(withinMs: number): Promise<boolean> {
    const given = new AbortController();
    this.#socket?.send({ type: 'ping' });
    const pong = this.#socket?.next('pong').then(() => true);
    const patience = setTimeout(withinMs, false, { signal: given.signal });
    patience.catch(() => undefined);
    return Promise.race([pong ?? false, patience]).finally(() => given.abort());
  }

  /** Resolves once the server is gone. */
  async cutOff(): Promise<void> {
    await this.#socket?.closed;
  }

  /** Drops the connection without a word. */
  async leave(): Promise<void> {
    this.#socket?.terminate();
    await this.#taking;
  }

  /** Resolves once it was told what was at this position. */
  async until(position: string, withinMs = 30_000): Promise<void> {
    const end = performance.now() + withinMs;
    while (this.#after < position) {
      await setTimeout(LOOK_EVERY_MS);
      if (performance.now() > end)
        throw new Error(`Stayed at ${this.#after}: ${JSON.stringify(this.#socket?.waiting)}`);
    }
  }

  async #take(socket: SocketClient): Promise<void> {
    for (;;) {
      const value = await socket.data<Json>(ID).catch(() => undefined);
      if (!value) return;
      this.told.push(value[this.#field]);
      this.#after = value[this.#field].position;
    }
  }
}

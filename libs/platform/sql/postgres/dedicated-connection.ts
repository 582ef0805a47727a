// One connection outside the pool, for what belongs to a session: advisory locks and notifications. It tells when it is
// gone, because so is what was held through it.
import pg from 'pg';
import type { PostgresAddress } from './postgres-address.ts';
import { classified } from './postgres-error.ts';
import { toAnswer } from './postgres-pool.ts';
import type { PostgresAnswer, PostgresSession } from './postgres-session.ts';
import type { SessionSettings } from './session-settings.ts';
import { clientConfig } from './session-settings.ts';

export interface DedicatedSession extends PostgresSession {
  /** Listens for NOTIFY on a channel; the listener gets the payload. */
  onNotification(channel: string, listener: (payload: string) => void): Promise<void>;
  /** Resolves when the connection is gone though nobody released it. */
  readonly lost: Promise<Error>;
  /** Ends the connection, and with it its locks. */
  release(): Promise<void>;
}

const GOOD_BYE_MS = 1_000;

export class DedicatedConnection implements DedicatedSession {
  readonly lost: Promise<Error>;
  readonly #client: pg.Client;
  readonly #name: string;
  readonly #lost = Promise.withResolvers<Error>();
  #released = false;

  private constructor(client: pg.Client, name: string) {
    this.#client = client;
    this.#name = name;
    this.lost = this.#lost.promise;
    client.on('error', (error) => this.#lose(error));
    client.on('end', () => this.#lose(new Error('Connection terminated')));
  }

  static async open(address: PostgresAddress, settings: SessionSettings): Promise<DedicatedConnection> {
    try {
      const client = new pg.Client(clientConfig(address, settings));
      const connection = new DedicatedConnection(client, address.name);
      await client.connect();
      return connection;
    } catch (error) {
      throw classified(error, address.name);
    }
  }

  async query(sql: string, parameters: readonly unknown[] = []): Promise<PostgresAnswer> {
    try {
      return toAnswer(await this.#client.query(sql, [...parameters]));
    } catch (error) {
      throw classified(error, this.#name);
    }
  }

  async onNotification(channel: string, listener: (payload: string) => void): Promise<void> {
    this.#client.on('notification', (notification) => {
      if (notification.channel === channel) listener(notification.payload ?? '');
    });
    await this.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
  }

  async release(): Promise<void> {
    this.#released = true;
    // A server that stands still does not say good-bye.
    const hangUp = setTimeout(() => this.#client.connection.stream.destroy(), GOOD_BYE_MS);
    await this.#client.end().catch(() => undefined);
    clearTimeout(hangUp);
  }

  #lose(error: Error): void {
    if (!this.#released) this.#lost.resolve(classified(error, this.#name));
  }
}

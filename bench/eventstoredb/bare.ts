// The limit: the client by itself, as its documents use it. No time limits, no retries; an append that fails ends the
// bench, and a subscription that breaks does too.
import { EventStoreDBClient, jsonEvent, NO_STREAM, streamNameFilter } from '@eventstore/db-client';
import type { Append } from '../append/workload.ts';

export class BareClient {
  readonly #client: EventStoreDBClient;

  constructor(connectionString: string) {
    this.#client = EventStoreDBClient.connectionString(connectionString);
  }

  append({ stream, revision, event: { id, type, data, metadata } }: Append): Promise<unknown> {
    const expectedRevision = revision === 0 ? NO_STREAM : BigInt(revision - 1);
    return this.#client.appendToStream(stream, jsonEvent({ id, type, data, metadata }), { expectedRevision });
  }

  /** From the beginning until it has seen so many events. */
  async catchUp(prefix: string, events: number): Promise<void> {
    const subscription = this.#client.subscribeToAll({ filter: streamNameFilter({ prefixes: [prefix] }) });
    let seen = 0;
    for await (const { event } of subscription) {
      if (event && (seen += 1) === events) break;
    }
    await subscription.unsubscribe();
  }

  async close(): Promise<void> {
    await this.#client.dispose();
  }
}

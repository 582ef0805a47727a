// The connection to one server or cluster. Of the client it uses what is sound: finding the leader, channels, TLS and
// credentials. The calls over it are ours, because the client's own share a table of appends among all clients of a
// process, cannot filter a read, and some have no time limit.
import { EventStoreDBClient } from '@eventstore/db-client';
import { Unavailable } from '#libs/kernel';
import type { ServerAddress } from './connection-string.ts';
import { within } from './limits.ts';
import type { BatchCall, ReadCall, ReadReq, StreamsClient as Streams } from './protocol.ts';
import { StreamsClient } from './protocol.ts';

/** A gRPC channel's worth of calls. A new session may speak to another node, which may know less of the log. */
export interface Session {
  readonly streams: Streams;
}

const UNAVAILABLE = 14;
const CLOSING_MS = 1_000;
const RENEWING_MS = 100;

export class Connection extends EventStoreDBClient {
  #newest: Streams | undefined;
  #closed = false;

  constructor({ nodes, channel, credentials }: ServerAddress) {
    super(nodes as ConstructorParameters<typeof EventStoreDBClient>[0], channel, credentials);
    // The client calls this without awaiting it, and it rejects when the answer names no leader or the search for one
    // fails: an unhandled rejection, which would end the process.
    const heal = this.handleError;
    this.handleError = async (client, error) => heal(client, error).catch(() => undefined);
  }

  /** @throws Unanswered when it cannot be begun within `beginMs`, because no node is found */
  async batchAppend(beginMs: number): Promise<{ call: BatchCall; session: Session }> {
    return this.#call(beginMs, (streams) => streams.batchAppend(...this.#arguments(undefined)));
  }

  /**
   * @param limitMs how long the whole read may take; without it, as long as the connection lives
   * @throws Unanswered when it cannot be begun within `beginMs`
   */
  async read(request: ReadReq, beginMs: number, limitMs?: number): Promise<{ call: ReadCall; session: Session }> {
    return this.#call(beginMs, (streams) => streams.read(request, ...this.#arguments(limitMs)));
  }

  /** False once a call was made over a newer channel. */
  isNewest({ streams }: Session): boolean {
    return streams === this.#newest;
  }

  /** Goes on over a new channel. Calls on the old one may still be answered. */
  async renew({ streams }: Session): Promise<void> {
    const silent = Object.assign(new Error('The server is silent.'), { code: UNAVAILABLE });
    // It takes longer only where a node is being looked for already, which is what was wanted.
    await within(RENEWING_MS, this.handleError(streams, silent)).catch(() => undefined);
  }

  /** Cancels every call and closes the channel. */
  async close(): Promise<void> {
    this.#closed = true;
    await within(CLOSING_MS, this.dispose()).catch(() => undefined);
    // The client closes a channel that it replaces, but never its last one.
    this.#newest?.close();
  }

  /** A follower may lag behind, so every call asks for the leader. */
  #arguments(limitMs: number | undefined) {
    const deadline = limitMs === undefined ? Infinity : this.createDeadline(limitMs);
    return this.callArguments({ requiresLeader: true }, { deadline });
  }

  async #call<Call extends BatchCall | ReadCall>(
    beginMs: number,
    start: (streams: Streams) => Call,
  ): Promise<{ call: Call; session: Session }> {
    let session: Session | undefined;
    const begin = this.GRPCStreamCreator(StreamsClient, 'bangbangwo', (streams) => {
      if (this.#closed) throw new Unavailable('The event store is closed.');
      session = { streams };
      this.#newest = streams;
      return start(streams);
    });
    const beginning = begin();
    try {
      const call = await within(beginMs, beginning);
      if (!session) throw new Error('A call without a session.');
      return { call, session };
    } catch (error) {
      // Nobody waits for it any more, should it begin after all.
      beginning.then(
        (late) => late.cancel(),
        () => undefined,
      );
      throw error;
    }
  }
}

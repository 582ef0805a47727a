// Reads that are made again, over another connection if need be, while trying again may help: they change nothing, so
// they may be made as often as one likes.
import type { BoundedRead, ReadAnswer } from './bounded-read.ts';
import { readBounded } from './bounded-read.ts';
import type { CallFailure } from './call-failure.ts';
import { callFailure, moreTelling, shown } from './call-failure.ts';
import type { Connection } from './connection.ts';
import type { Limits } from './limits.ts';
import { BackOff, pause } from './limits.ts';

export class Reads {
  readonly limits: Limits;
  readonly #connection: Connection;
  readonly #name: string;

  /** @param name of the server, for sentences */
  constructor(connection: Connection, limits: Limits, name: string) {
    this.limits = limits;
    this.#connection = connection;
    this.#name = name;
  }

  /** One attempt; its error is the call's. */
  once<T>(read: BoundedRead<T>): Promise<ReadAnswer<T>> {
    return readBounded(this.#connection, read);
  }

  /** @throws Unavailable once `limits.readMs` have passed, or at once for what will not pass; the signal's reason */
  async persistently<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const deadline = Date.now() + this.limits.readMs;
    const backOff = new BackOff();
    let said: CallFailure | undefined;
    for (;;) {
      signal?.throwIfAborted();
      try {
        return await work();
      } catch (error) {
        const failure = callFailure(error);
        if (!failure || signal?.aborted) throw error;
        said = moreTelling(said, failure);
        const wait = backOff.next();
        if (failure.outlook !== 'again' || Date.now() + wait >= deadline) throw shown(said, this.#name);
        await pause(wait, signal);
      }
    }
  }
}

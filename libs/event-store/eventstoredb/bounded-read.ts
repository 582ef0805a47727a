// One read of at most so many events. However it ends, the call is cancelled: one that is left open keeps the server
// sending.
import { callFailure } from './call-failure.ts';
import type { Connection } from './connection.ts';
import { within } from './limits.ts';
import type { ReadCall, ReadReq, ReadResp } from './protocol.ts';
import type { WireRecord } from './wire-event.ts';

/** Where an answer came from. Another node, or the same one after a break, may know less of the log. */
export interface Source {
  readonly session: unknown;
  readonly node: string;
}

export interface ReadAnswer<T> {
  /** In the order of reading. */
  readonly taken: readonly T[];
  /** False when the stream does not exist. */
  readonly found: boolean;
  readonly source: Source;
}

export function isSameSource(one: Source, other: Source): boolean {
  return one.session === other.session && one.node === other.node;
}

export interface BoundedRead<T> {
  readonly request: ReadReq;
  /** How long all of it may take. */
  readonly limitMs: number;
  readonly signal: AbortSignal | undefined;
  /** Makes of every event what is wanted of it, while the server sends the next. */
  readonly take: (record: WireRecord) => T;
}

/** @throws the call's error; Unanswered after `limitMs`; the signal's reason */
export async function readBounded<T>(connection: Connection, read: BoundedRead<T>): Promise<ReadAnswer<T>> {
  const { request, limitMs } = read;
  const { call, session } = await connection.read(request, limitMs, limitMs);
  try {
    // A little longer than the call's own deadline, for a deadline that is not kept.
    const { taken, found } = await within(limitMs + 100, collected(call, read));
    return { taken, found, source: { session: session.streams, node: call.getPeer() } };
  } catch (error) {
    // A silent connection goes on being one; whoever tries again gets another.
    if (callFailure(error)?.outlook === 'again') await connection.renew(session);
    throw error;
  } finally {
    call.cancel();
  }
}

function collected<T>(call: ReadCall, { signal, take }: BoundedRead<T>): Promise<{ taken: T[]; found: boolean }> {
  return new Promise((resolve, reject) => {
    const taken: T[] = [];
    let found = true;
    const abort = () => reject(signal?.reason as Error);
    const leave = () => signal?.removeEventListener('abort', abort);
    call.on('data', (answer: ReadResp) => {
      const record = answer.getEvent()?.getEvent();
      if (!record) {
        found &&= !answer.hasStreamNotFound();
        return;
      }
      try {
        taken.push(take(record));
      } catch (error) {
        reject(error instanceof Error ? error : new Error('An event cannot be read.', { cause: error }));
      }
    });
    call.on('error', (error: Error) => {
      leave();
      reject(error);
    });
    call.on('end', () => {
      leave();
      resolve({ taken, found });
    });
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

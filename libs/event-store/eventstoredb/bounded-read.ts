// One read of at most so many events. However it ends, the call is cancelled: one that is left open keeps the server
// sending.
import { callFailure } from './call-failure.ts';
import type { Connection } from './connection.ts';
import { within } from './limits.ts';
import type { ReadCall, ReadEvent, ReadReq, ReadResp } from './protocol.ts';

/** Where an answer came from. Another node, or the same one after a break, may know less of the log. */
export interface Source {
  readonly session: unknown;
  readonly node: string;
}

export interface ReadAnswer {
  readonly events: readonly ReadEvent[];
  /** False when the stream does not exist. */
  readonly found: boolean;
  readonly source: Source;
}

export function isSameSource(one: Source, other: Source): boolean {
  return one.session === other.session && one.node === other.node;
}

/** @throws the call's error; Unanswered after `limitMs`; the signal's reason */
export async function readBounded(
  connection: Connection,
  request: ReadReq,
  limitMs: number,
  signal: AbortSignal | undefined,
): Promise<ReadAnswer> {
  const { call, session } = await connection.read(request, limitMs, limitMs);
  try {
    // A little longer than the call's own deadline, for a deadline that is not kept.
    const { events, found } = await within(limitMs + 100, collected(call, signal));
    return { events, found, source: { session: session.streams, node: call.getPeer() } };
  } catch (error) {
    // A silent connection goes on being one; whoever tries again gets another.
    if (callFailure(error)?.outlook === 'again') await connection.renew(session);
    throw error;
  } finally {
    call.cancel();
  }
}

function collected(call: ReadCall, signal: AbortSignal | undefined): Promise<{ events: ReadEvent[]; found: boolean }> {
  return new Promise((resolve, reject) => {
    const events: ReadEvent[] = [];
    let found = true;
    const abort = () => reject(signal?.reason as Error);
    const leave = () => signal?.removeEventListener('abort', abort);
    call.on('data', (answer: ReadResp) => {
      const event = answer.getEvent();
      if (event) events.push(event);
      else if (answer.hasStreamNotFound()) found = false;
    });
    call.on('error', (error: Error) => {
      leave();
      reject(error);
    });
    call.on('end', () => {
      leave();
      resolve({ events, found });
    });
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

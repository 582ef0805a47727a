// Hints that something was written, told by NOTIFY. What was told while there was no connection is lost, so a new
// connection is a hint too.
import { setTimeout } from 'node:timers/promises';
import type { DedicatedSession } from './dedicated-connection.ts';

/** Waits before the next attempt to connect; the last one repeats. */
const RECONNECT_MS = [100, 500, 2_000, 5_000];

/** A hint after each connection and each notification, until the signal aborts. Never rejects. */
export async function* wakeupsOf(
  connect: () => Promise<DedicatedSession>,
  channel: string,
  signal: AbortSignal,
): AsyncGenerator<void> {
  const bell = new Bell(signal);
  for (let failures = 0; !signal.aborted; failures += 1) {
    const session = await listening(connect, channel, bell).catch(() => undefined);
    if (session) {
      failures = -1;
      yield* ringing(session, bell, signal);
    } else {
      const wait = RECONNECT_MS[Math.min(failures, RECONNECT_MS.length - 1)];
      await setTimeout(wait, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function listening(
  connect: () => Promise<DedicatedSession>,
  channel: string,
  bell: Bell,
): Promise<DedicatedSession> {
  const session = await connect();
  try {
    await session.onNotification(channel, () => bell.ring());
    return session;
  } catch (error) {
    await session.release();
    throw error;
  }
}

async function* ringing(session: DedicatedSession, bell: Bell, signal: AbortSignal): AsyncGenerator<void> {
  const lost = new AbortController();
  void session.lost.then(() => {
    lost.abort();
    bell.ring();
  });
  try {
    while (!lost.signal.aborted && !signal.aborted) {
      yield;
      await bell.rung();
    }
  } finally {
    await session.release();
  }
}

/** However often it rang while nobody waited, it is heard once. */
class Bell {
  #heard = Promise.withResolvers<undefined>();

  constructor(signal: AbortSignal) {
    signal.addEventListener('abort', () => this.ring(), { once: true });
  }

  ring(): void {
    this.#heard.resolve(undefined);
  }

  async rung(): Promise<void> {
    await this.#heard.promise;
    this.#heard = Promise.withResolvers<undefined>();
  }
}

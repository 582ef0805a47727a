// A slow reader costs one flag: wake-ups it has not taken are one.
import { describe, expect, it } from '@jest/globals';
import { WakeupSignal } from './wakeup-signal.ts';

describe('the wake-up signal', () => {
  it('makes one of all that came since the last was taken', async () => {
    const signal = new WakeupSignal();
    const leave = new AbortController();
    const wakeups = signal.subscribe(leave.signal)[Symbol.asyncIterator]();
    for (let count = 0; count < 1_000; count += 1) signal.notify();
    expect(await wakeups.next()).toMatchObject({ done: false });
    const next = wakeups.next();
    leave.abort();
    expect(await next).toMatchObject({ done: true });
  });

  it('wakes every subscriber, and counts from subscribing on', async () => {
    const signal = new WakeupSignal();
    const [one, two] = [1, 2].map(() => signal.subscribe(new AbortController().signal)[Symbol.asyncIterator]());
    signal.notify();
    expect(await one?.next()).toMatchObject({ done: false });
    expect(await two?.next()).toMatchObject({ done: false });
  });

  it('ends for all when the store closes, also for those who come later', async () => {
    const signal = new WakeupSignal();
    const waiting = signal.subscribe(new AbortController().signal)[Symbol.asyncIterator]().next();
    signal.close();
    expect(await waiting).toMatchObject({ done: true });
    expect(await signal.subscribe(new AbortController().signal)[Symbol.asyncIterator]().next()).toMatchObject({
      done: true,
    });
  });
});

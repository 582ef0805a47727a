// Looks follow each other whatever becomes of them, and none begins once no more are wanted.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { createLogger } from './logger.ts';
import { Rounds } from './rounds.ts';
import type { Scheduler } from './system.ts';

describe('rounds', () => {
  let due: (() => void)[];
  let looks: PromiseWithResolvers<unknown>[];
  let signals: AbortSignal[];
  let failures: unknown[];
  let rounds: Rounds;
  const scheduler: Scheduler = {
    after(_, callback) {
      due.push(callback);
      return () => {
        due = due.filter((each) => each !== callback);
      };
    },
  };
  beforeEach(() => {
    [due, looks, signals, failures] = [[], [], [], []];
    const logger = { ...createLogger({ level: 'silent' }), failure: (...told: unknown[]) => failures.push(told) };
    const look = (signal: AbortSignal) => {
      signals.push(signal);
      const one = Promise.withResolvers<unknown>();
      looks.push(one);
      return one.promise;
    };
    rounds = new Rounds({ look, failure: 'no luck', logger, scheduler });
    rounds.start();
  });
  const begin = () => due.pop()?.();

  it('come one after the other, also after one that failed, which is reported', async () => {
    expect(looks).toHaveLength(0);
    begin();
    expect([looks.length, due.length]).toEqual([1, 0]);
    looks[0]!.reject(new Error('lost'));
    await setImmediate();
    expect(failures).toEqual([['no luck', new Error('lost')]]);
    begin();
    looks[1]!.resolve(undefined);
    await setImmediate();
    expect([looks.length, due.length, failures.length]).toEqual([2, 1, 1]);
  });

  it('end with the look in progress, which is told so, and none follows', async () => {
    begin();
    let stopped = false;
    const stopping = rounds.stop().then(() => (stopped = true));
    await setImmediate();
    expect([stopped, signals[0]?.aborted]).toEqual([false, true]);
    looks[0]!.resolve(undefined);
    await stopping;
    expect(due).toHaveLength(0);
  });

  it('do not begin once they were stopped', async () => {
    await rounds.stop();
    expect(due).toHaveLength(0);
  });
});

// The only places that touch real time. Everything else is handed a clock and a scheduler, so tests can hand others.
import type { Clock } from '#libs/kernel';
import { instantOf } from '#libs/kernel';

export const systemClock: Clock = { now: () => instantOf(Date.now()) };

/** Runs things later. Never keeps the process alive by itself. */
export interface Scheduler {
  /** Calls back once after `milliseconds`, unless the returned function is called first. */
  after(milliseconds: number, callback: () => void): () => void;
}

export const systemScheduler: Scheduler = {
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
};

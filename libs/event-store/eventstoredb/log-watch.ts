// Tells waiting readers that the log has grown: at once through one subscription that all of them share, and, should that
// fall silent, by looking at the head now and then. It only wakes; nothing is read or lost through it.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Position } from '#libs/kernel';
import { WakeupSignal } from '#libs/event-store';
import { callFailure, Unanswered } from './call-failure.ts';
import type { Connection } from './connection.ts';
import type { LogReader } from './log-reader.ts';
import type { Limits } from './limits.ts';
import { BackOff } from './limits.ts';
import { logPositionOf } from './position.ts';
import type { ReadCall, ReadResp } from './protocol.ts';
import { subscriptionRequest } from './read-request.ts';
import type { StreamNames } from './stream-names.ts';
import { positionOfRecord } from './wire-event.ts';

export class LogWatch {
  readonly #connection: Connection;
  readonly #log: LogReader;
  readonly #names: StreamNames;
  readonly #limits: Limits;
  readonly #wakeups = new WakeupSignal((watched) => this.#watch(watched));
  /** Up to here readers were told. */
  #told: Position | undefined;
  /** The last event that came through a subscription, or the head it began at: the next one begins there. */
  #last: Position | undefined;
  #watching = new AbortController();

  constructor(connection: Connection, log: LogReader, names: StreamNames, limits: Limits) {
    this.#connection = connection;
    this.#log = log;
    this.#names = names;
    this.#limits = limits;
  }

  subscribe(signal: AbortSignal): AsyncIterable<void> {
    return this.#wakeups.subscribe(signal);
  }

  /** The log is known to reach this far. */
  tell(position: Position): void {
    if (this.#told !== undefined && position <= this.#told) return;
    this.#told = position;
    this.#wakeups.notify();
  }

  close(): void {
    this.#wakeups.close();
  }

  /** The first reader starts the watch and the last one ends it. */
  #watch(watched: boolean): void {
    this.#watching.abort();
    if (!watched) return;
    this.#watching = new AbortController();
    this.#last = undefined;
    void this.#follow(this.#watching.signal);
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const backOff = new BackOff();
    while (!signal.aborted) {
      // What ended it is of no interest here: whoever reads meets the same trouble, and tells it.
      await this.#followOnce(signal, backOff).catch(() => undefined);
      await sleep(backOff.next(), undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #followOnce(signal: AbortSignal, backOff: BackOff): Promise<void> {
    const after = (this.#last ??= await this.#log.head(signal));
    this.#wakeups.notify();
    const request = subscriptionRequest({ streamPrefixes: this.#names.prefixes }, logPositionOf(after));
    const { call, session } = await this.#connection.read(request, this.#limits.readAnswerMs);
    const ended = new AbortController();
    try {
      const watched = AbortSignal.any([signal, ended.signal]);
      await Promise.race([this.#received(call, backOff), this.#polled(watched), abortOf(signal)]);
    } catch (error) {
      if (callFailure(error)?.outlook === 'again') await this.#connection.renew(session);
      throw error;
    } finally {
      ended.abort();
      call.cancel();
    }
  }

  /** Settles when the subscription ends, however it does. Nothing in its listeners throws. */
  #received(call: ReadCall, backOff: BackOff): Promise<void> {
    return new Promise((resolve, reject) => {
      call.on('data', (answer: ReadResp) => {
        backOff.reset();
        const record = answer.getEvent()?.getEvent();
        // Checkpoints are left alone: some servers send them for events that are still to come.
        if (!record) return;
        const position = positionOfRecord(record);
        if (this.#last === undefined || position > this.#last) this.#last = position;
        this.tell(position);
      });
      call.on('error', reject);
      call.on('end', resolve);
    });
  }

  /** @throws Unanswered when the subscription has not brought what the head said one look earlier */
  async #polled(signal: AbortSignal): Promise<void> {
    let due: Position | undefined;
    for (;;) {
      await sleep(this.#limits.pollMs, undefined, { signal, ref: false });
      const head = await this.#log.head(signal);
      this.tell(head);
      const last = this.#last ?? head;
      if (due !== undefined && last < due) throw new Unanswered('The subscription is silent.');
      due = head;
    }
  }
}

function abortOf(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

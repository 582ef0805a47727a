// Reads the log once for everybody, in order, and goes on where it was after any failure.
import { setTimeout as pause } from 'node:timers/promises';
import type { EventStore, LogPage, RecordedEvent } from '#libs/event-store';
import type { Position } from '#libs/kernel';
import { SECOND, START_OF_LOG } from '#libs/kernel';
import { Latch } from '#libs/platform';

export interface LogFollowerOptions {
  readonly store: EventStore;
  readonly types: readonly string[];
  /** Resolves when everything that is read to tell events has taken in the position. */
  ready(position: Position): Promise<void>;
  /** Called for one event at a time; called again for the same event after it has failed. */
  tell(event: RecordedEvent, attempt: number): Promise<void>;
  readonly report: (message: string, error: unknown) => void;
}

const PAGE = 500;
/** Wake-ups are hints; the head is looked at this often without one. */
const LOOK_ANYWAY = SECOND;
const RETRY_AFTER = SECOND;

export class LogFollower {
  readonly #options: LogFollowerOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #told: Position = START_OF_LOG;
  readonly #more = new Latch();
  /** An outage is reported when it begins. */
  #waitingForLog = false;

  constructor(options: LogFollowerOptions) {
    this.#options = options;
  }

  /** Everything up to here has been told, or is being told to those who were there when it began. */
  get told(): Position {
    return this.#told;
  }

  /** Begins at the log's end as it is now. */
  async start(): Promise<void> {
    this.#told = await this.#options.store.head();
    this.#running = this.#follow();
    void this.#listen();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#more.open();
    await this.#running;
  }

  async #follow(): Promise<void> {
    const { store, report } = this.#options;
    const { signal } = this.#stop;
    let after = this.#told;
    while (!signal.aborted) {
      try {
        const page = await store.readAll({ after, types: this.#options.types, limit: PAGE, signal });
        await this.#tellPage(page);
        after = page.next;
        this.#waitingForLog = false;
        if (page.next >= page.head) await this.#moreToRead();
      } catch (error) {
        if (this.#stopping()) return;
        if (!this.#waitingForLog) report('subscriptions wait for the log', error);
        this.#waitingForLog = true;
        await pause(RETRY_AFTER, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #tellPage({ events, next }: LogPage): Promise<void> {
    const last = events.at(-1);
    if (last) await this.#options.ready(last.position);
    for (const event of events) {
      this.#told = event.position;
      await this.#tellUntilDone(event);
      if (this.#stopping()) return;
    }
    this.#told = next;
  }

  async #tellUntilDone(event: RecordedEvent): Promise<void> {
    const { signal } = this.#stop;
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      try {
        await this.#options.tell(event, attempt);
        return;
      } catch (error) {
        this.#options.report('an event could not be told yet', error);
        await pause(RETRY_AFTER, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  #stopping(): boolean {
    return this.#stop.signal.aborted;
  }

  async #listen(): Promise<void> {
    const { signal } = this.#stop;
    try {
      for await (const _ of this.#options.store.wakeups(signal)) this.#more.open();
    } catch (error) {
      if (!signal.aborted) this.#options.report('wake-ups ended, polling instead', error);
    }
  }

  async #moreToRead(): Promise<void> {
    const timer = setTimeout(() => this.#more.open(), LOOK_ANYWAY).unref();
    await this.#more.wait();
    clearTimeout(timer);
  }
}

// The log, with every append counted by how it ended and seen in traces. What is appended is not looked at.
import type { AppendOptions, AppendResult, EventStore, LogPage, NewEvent, StreamPage } from '#libs/event-store';
import type { ReadAllOptions, ReadStreamOptions } from '#libs/event-store';
import type { Position } from '#libs/kernel';
import { CommandIdReused, Conflict } from '#libs/kernel';
import type { Metrics, Tracing } from '#libs/platform';

export class MeasuredStore implements EventStore {
  readonly #store: EventStore;
  readonly #metrics: Metrics;
  readonly #tracing: Tracing;

  constructor(store: EventStore, metrics: Metrics, tracing: Tracing) {
    this.#store = store;
    this.#metrics = metrics;
    this.#tracing = tracing;
  }

  append(stream: string, events: readonly NewEvent[], options: AppendOptions): Promise<AppendResult> {
    const attributes = { 'event.category': stream.split('-', 1).join(''), 'event.count': events.length };
    return this.#tracing.part('append', attributes, async () => {
      try {
        const result = await this.#store.append(stream, events, options);
        this.#metrics.append(result.duplicate ? 'duplicate' : 'appended', events.length);
        return result;
      } catch (error) {
        this.#metrics.append(isConflict(error) ? 'conflict' : 'failed', events.length);
        throw error;
      }
    });
  }

  readStream(stream: string, options?: ReadStreamOptions): Promise<StreamPage> {
    return this.#store.readStream(stream, options);
  }

  readAll(options: ReadAllOptions): Promise<LogPage> {
    return this.#store.readAll(options);
  }

  wakeups(signal: AbortSignal): AsyncIterable<void> {
    return this.#store.wakeups(signal);
  }

  head(): Promise<Position> {
    return this.#store.head();
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}

/** Somebody else was faster, or this very command was sent twice at once. */
function isConflict(error: unknown): boolean {
  return error instanceof Conflict || error instanceof CommandIdReused;
}

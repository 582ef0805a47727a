// Writes to the shared log as the leader does: checks, appends, remembers recent ids. Without a quorum a write waits for
// followers that do not come: its caller is told of a time-out, and whether it counts is known only later.
import { randomUUID } from 'node:crypto';
import { checkCommit, type Expected, RecentIds } from '../log/commit-check.ts';
import type { EventLog } from '../log/event-log.ts';
import type { ProposedEvent, StoredEvent } from '../log/stored-event.ts';
import { metastreamOf, SOFT_DELETED } from '../log/stream-metadata.ts';
import type { Written } from '../protocol/append-messages.ts';

export type Outcome =
  | (Written & { readonly kind: 'written' })
  | { readonly kind: 'wrong-version'; readonly current: number }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'timeout' };

export interface WriterOptions {
  readonly log: EventLog;
  /** How many recent events are recognised by id alone. */
  readonly recentIds: number;
  readonly commitTimeoutMs: number;
  /** After how many events the server writes statistics of its own; 0 for never. */
  readonly statisticsEvery: number;
}

export class Writer {
  readonly #options: WriterOptions;
  readonly #recent: RecentIds;
  #held: (() => unknown)[] | undefined;
  #sinceStatistics = 0;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#recent = new RecentIds(options.recentIds);
  }

  append(stream: string, expected: Expected, events: readonly ProposedEvent[]): Outcome | Promise<Outcome> {
    return this.#replicated(() => this.#appendNow(stream, expected, events));
  }

  /** Deletes a stream: for good, or so that it may be written again. */
  delete(stream: string, expected: Expected, forGood: boolean): Outcome | Promise<Outcome> {
    return this.#replicated(() => this.#deleteNow(stream, expected, forGood));
  }

  /** From now on writes are not replicated. */
  loseQuorum(): void {
    this.#held ??= [];
  }

  /** Writes that were not replicated are now, or they are lost with the leader that took them. */
  regainQuorum(heldWrites: 'kept' | 'lost'): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    if (heldWrites === 'kept') for (const write of held) write();
  }

  /** A node that starts again knows no recent ids. */
  forgetRecentIds(): void {
    this.#recent.forget();
  }

  /** Events of the server's own, as they lie between those of its users. */
  writeStatistics(times = 1): void {
    const stream = '$stats-127.0.0.1:2113';
    for (let time = 0; time < times; time += 1) {
      if (this.#options.log.lastRevision(stream) < 0)
        this.#store(metastreamOf(stream), [systemEvent('$metadata', { $maxAge: 86_400 })]);
      this.#store(stream, [systemEvent('$statsCollected', { 'proc-cpu': 1.5, 'es-checksum': 0 })]);
    }
  }

  #appendNow(stream: string, expected: Expected, events: readonly ProposedEvent[]): Outcome {
    const ids = events.map(({ id }) => id);
    const decision = checkCommit(this.#options.log, this.#recent, stream, expected, ids);
    if (decision.kind === 'repeat') return written(decision.last);
    if (decision.kind !== 'append') return decision;
    const stored = this.#store(stream, events);
    const last = stored.at(-1);
    if (decision.undelete && stored[0])
      this.#store(metastreamOf(stream), [systemEvent('$metadata', { $tb: stored[0].revision })]);
    this.#countTowardsStatistics(stored.length);
    return last
      ? written(last)
      : { kind: 'written', revision: this.#options.log.lastRevision(stream), position: undefined };
  }

  #deleteNow(stream: string, expected: Expected, forGood: boolean): Outcome {
    const { log } = this.#options;
    const decision = checkCommit(log, this.#recent, stream, expected, []);
    if (decision.kind === 'wrong-version' || decision.kind === 'deleted') return decision;
    if (forGood) return written(log.tombstone(stream, systemEvent('$streamDeleted')));
    const [stored] = this.#store(metastreamOf(stream), [softDeletion()]);
    return { kind: 'written', revision: stored!.revision, position: stored!.position };
  }

  #store(stream: string, events: readonly ProposedEvent[]): StoredEvent[] {
    if (events.length === 0) return [];
    const stored = this.#options.log.append(stream, events);
    for (const event of stored) this.#recent.remember(event);
    return stored;
  }

  #replicated(write: () => Outcome): Outcome | Promise<Outcome> {
    if (!this.#held) return write();
    this.#held.push(write);
    return new Promise((resolve) => {
      setTimeout(() => resolve({ kind: 'timeout' }), this.#options.commitTimeoutMs).unref();
    });
  }

  #countTowardsStatistics(events: number): void {
    this.#sinceStatistics += events;
    if (this.#options.statisticsEvery === 0 || this.#sinceStatistics < this.#options.statisticsEvery) return;
    this.#sinceStatistics = 0;
    this.writeStatistics();
  }
}

function written({ revision, position }: StoredEvent): Outcome {
  return { kind: 'written', revision, position };
}

function softDeletion(): ProposedEvent {
  return { ...systemEvent('$metadata'), data: Buffer.from(`{"$tb":${SOFT_DELETED}}`) };
}

function systemEvent(type: string, data: object = {}): ProposedEvent {
  return { id: randomUUID(), type, json: true, data: Buffer.from(JSON.stringify(data)), metadata: Buffer.alloc(0) };
}

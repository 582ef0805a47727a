// Whether an append is taken, recognised as a repeat, or refused: the server's own rules. An exact expectation compares
// with the events stored behind it; `any` and `exists` know only the ids of recent events.
import type { EventLog } from './event-log.ts';
import type { StoredEvent } from './stored-event.ts';
import { isSoftDeleted, metastreamOf } from './stream-metadata.ts';

export type Expected = number | 'no-stream' | 'exists' | 'any';

export type Decision =
  | { readonly kind: 'append'; readonly undelete: boolean }
  | { readonly kind: 'repeat'; readonly last: StoredEvent }
  | { readonly kind: 'wrong-version'; readonly current: number }
  | { readonly kind: 'deleted' };

/** The ids of the latest events, each with the last place it was written to. Lost when a node restarts. */
export class RecentIds {
  readonly #places = new Map<string, StoredEvent>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  remember(event: StoredEvent): void {
    this.#places.delete(event.id);
    this.#places.set(event.id, event);
    if (this.#places.size > this.#limit) this.#places.delete(this.#places.keys().next().value!);
  }

  find(id: string): StoredEvent | undefined {
    return this.#places.get(id);
  }

  forget(): void {
    this.#places.clear();
  }
}

export function checkCommit(
  log: EventLog,
  recent: RecentIds,
  stream: string,
  expected: Expected,
  ids: readonly string[],
): Decision {
  const state = log.stream(stream);
  if (state.tombstoned) return { kind: 'deleted' };
  const current = state.events.length - 1;
  const softDeleted = isSoftDeleted(state.metadata);
  if (expected === 'exists') {
    if (softDeleted) return { kind: 'deleted' };
    if (current < 0 && log.lastRevision(metastreamOf(stream)) < 0) return { kind: 'wrong-version', current };
  }
  if (expected === 'any' || expected === 'exists') return checkRecent(recent, stream, ids, current, softDeleted);
  const revision = expected === 'no-stream' ? -1 : expected;
  if (revision === current) return { kind: 'append', undelete: softDeleted };
  if (revision > current || ids.length === 0) return { kind: 'wrong-version', current };
  return checkStored(state.events, ids, revision, softDeleted);
}

function checkRecent(
  recent: RecentIds,
  stream: string,
  ids: readonly string[],
  current: number,
  undelete: boolean,
): Decision {
  let last: StoredEvent | undefined;
  for (const id of ids) {
    const found = recent.find(id);
    if (found?.stream !== stream) return last ? { kind: 'wrong-version', current } : { kind: 'append', undelete };
    last = found;
  }
  return last ? { kind: 'repeat', last } : { kind: 'append', undelete };
}

function checkStored(
  stored: readonly StoredEvent[],
  ids: readonly string[],
  revision: number,
  softDeleted: boolean,
): Decision {
  const current = stored.length - 1;
  const differs = ids.findIndex((id, index) => stored[revision + 1 + index]?.id !== id);
  if (differs < 0) return { kind: 'repeat', last: stored[revision + ids.length]! };
  if (differs === 0 && revision === -1 && softDeleted) return { kind: 'append', undelete: true };
  return { kind: 'wrong-version', current };
}

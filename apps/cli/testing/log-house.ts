// Logs to move, for specifications: stores in a directory of their own, and files of what they hold.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deterministicId } from '#libs/event-store';
import type { EventStore, NewEvent } from '#libs/event-store';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import type { Clock, Instant, JsonObject } from '#libs/kernel';
import type { EventFile } from '../transfer/event-file.ts';
import { eventFile } from '../transfer/event-file.ts';
import { exportEvents } from '../transfer/export-events.ts';
import { EventImport } from '../transfer/import-events.ts';

const AT = '2026-03-01T08:00:00.000Z' as Instant;
const CLOCK: Clock = { now: () => AT };

/** A text that no sentence may repeat. */
export const CANARY = '王小明13812345678';

export class LogHouse {
  readonly #directory = mkdtempSync(join(tmpdir(), 'log-house-'));
  readonly #opened: EventStore[] = [];
  #files = 0;

  open(name = `${String(this.#opened.length)}.db`): EventStore {
    const store = SqliteEventStore.open({ file: join(this.#directory, name), clock: CLOCK });
    this.#opened.push(store);
    return store;
  }

  /** A log in which streams take turns, in runs of several events and with every kind of content. */
  async written(events = 40): Promise<EventStore> {
    const store = this.open();
    await write(store, events);
    return store;
  }

  async exported(store: EventStore, leaveOut?: readonly string[]): Promise<string> {
    let text = '';
    await exportEvents(
      store,
      async (piece) => {
        text += piece;
      },
      { clock: CLOCK, leaveOut, onCount: () => undefined, onEvents: () => undefined },
    );
    return text;
  }

  /** Works with a file that holds this. */
  async with<T>(content: string | Uint8Array, work: (file: EventFile) => Promise<T>): Promise<T> {
    const path = join(this.#directory, `${String((this.#files += 1))}.jsonl`);
    writeFileSync(path, content);
    const handle = await open(path, 'r');
    try {
      return await work(eventFile('moved.jsonl', handle));
    } finally {
      await handle.close();
    }
  }

  /** The whole import; answers how many events were there, and how many were appended. */
  imported(text: string, store: EventStore, appendsAtOnce = 8): Promise<{ known: number; appended: number }> {
    return this.with(text, async (file) => {
      const { last } = await file.check();
      const importing = new EventImport(file, { store, appendsAtOnce });
      const known = await importing.compare();
      const appended = await importing.append();
      await importing.verify(last);
      return { known, appended };
    });
  }

  read(name: string): string {
    return readFileSync(join(this.#directory, name), 'utf8');
  }

  async remove(): Promise<void> {
    for (const store of this.#opened) await store.close();
    rmSync(this.#directory, { recursive: true });
  }
}

const STREAMS = ['area', 'request', 'request', 'volunteer', 'account'];
const CONTENTS: readonly JsonObject[] = [
  { note: CANARY, list: [1, -0.5, 1e21, null, true, { b: 1, a: [] }] },
  { text: 'line\nfeed \u2028 "quoted" \\ \u0000 \ud83d\ude00', lone: '\ud800' },
  {},
];

async function write(store: EventStore, count: number): Promise<void> {
  const revisions = new Map<string, number>();
  for (let index = 0; index < count;) {
    const stream = `${STREAMS[index % STREAMS.length] ?? ''}-${deterministicId('stream', String(index % 7))}`;
    const revision = revisions.get(stream) ?? -1;
    const run = Math.min(1 + (index % 3), count - index);
    const events = Array.from({ length: run }, (_, at) => eventOf(index + at));
    await store.append(stream, events, { expected: revision < 0 ? 'no-stream' : revision });
    revisions.set(stream, revision + run);
    index += run;
  }
}

export function eventOf(index: number): NewEvent {
  return {
    id: deterministicId('event', String(index)),
    type: `Type${String(index % 4)}`,
    data: { index, ...CONTENTS[index % CONTENTS.length] },
    metadata: {
      version: 1,
      commandId: deterministicId('command', String(index)),
      commandHash: 'hash',
      actorId: 'system',
      actorRole: 'SYSTEM',
      communityId: deterministicId('community'),
      occurredAt: AT,
      recordedAt: AT,
    },
  };
}

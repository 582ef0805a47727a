// A process to be killed: many callers append commands of one to four events and print each command once it is
// acknowledged. Started with a mutant's name it breaks a promise on purpose, which the test must notice.
import { randomUUID } from 'node:crypto';
import type { EventMetadata, Instant } from '#libs/kernel';
import type { AppendResult, EventStore, ExpectedRevision, NewEvent } from '#libs/event-store';
import { SqliteEventStore } from '#libs/event-store/sqlite';

type Append = (store: EventStore, stream: string, events: NewEvent[], expected: ExpectedRevision) => Promise<unknown>;

const CALLERS = 16;

const BEHAVIOURS: Readonly<Record<string, Append>> = {
  correct: (store, stream, events, expected) => store.append(stream, events, { expected }),

  'acknowledges-before-commit': async (store, stream, events, expected) => {
    await new Promise(setImmediate);
    void store.append(stream, events, { expected });
  },

  'splits-commands': async (store, stream, events) => {
    let result: AppendResult | undefined;
    for (const event of events) result = await store.append(stream, [event], { expected: 'any' });
    return result;
  },
};

const [file = '', behaviour = ''] = process.argv.slice(2);
const append = BEHAVIOURS[behaviour];
if (!append) throw new Error(`There is no behaviour ${behaviour}.`);
const store = SqliteEventStore.open({ file });
await Promise.all(Array.from({ length: CALLERS }, () => appendForEver(store, append)));

async function appendForEver(to: EventStore, using: Append): Promise<void> {
  const stream = `request-${randomUUID()}`;
  let revision = -1;
  for (;;) {
    const events = command(1 + Math.floor(Math.random() * 4));
    await using(to, stream, events, revision < 0 ? 'no-stream' : revision);
    // Writing to a pipe is synchronous here: what was printed is out before the next line runs.
    process.stdout.write(`${events.map(({ id }) => id).join(' ')}\n`);
    revision += events.length;
  }
}

function command(size: number): NewEvent[] {
  const at = '2026-03-01T08:00:00.000Z' as Instant;
  const metadata: EventMetadata = {
    version: 1,
    commandId: randomUUID(),
    commandHash: 'hash',
    actorId: 'system',
    actorRole: 'OFFICE',
    communityId: 'community',
    occurredAt: at,
    recordedAt: at,
  };
  const note = 'x'.repeat(200);
  return Array.from({ length: size }, () => ({ id: randomUUID(), type: 'Written', data: { size, note }, metadata }));
}

// A process to be killed: it appends to a log and projects it in small transactions, and prints each position it
// serves. Started with a mutant's name it moves the checkpoint outside the rows' transaction, which the test must notice.
import { join } from 'node:path';
import type { ReadDatabase, SqlTransaction } from '#libs/platform';
import { createLogger, openReadDatabase, systemClock } from '#libs/platform';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import { ProjectionEngine } from '#libs/projections';
import { boxEvent, boxListProjection } from '#libs/projections/testing/boxes';

type Write = ReadDatabase['write'];

/** Splits every write in two: what `first` says of a statement decides in which part it runs. */
function inTwoParts(write: Write, checkpointFirst: boolean): Write {
  return async (work) => {
    const late: (() => Promise<unknown>)[] = [];
    let transaction: SqlTransaction;
    const put = (isCheckpoint: boolean, act: (on: SqlTransaction) => Promise<unknown>) => {
      if (isCheckpoint === checkpointFirst) return act(transaction);
      late.push(() => act(transaction));
      return Promise.resolve(1);
    };
    const answer = await write((real) => {
      transaction = real;
      const split: Partial<SqlTransaction> = {
        run: (sql, parameters) => put(true, (on) => on.run(sql, parameters)) as Promise<number>,
        upsert: (table, rows) => put(false, (on) => on.upsert(table, rows)) as Promise<void>,
        update: (table, changes) => put(false, (on) => on.update(table, changes)) as Promise<void>,
        add: (table, rows) => put(false, (on) => on.add(table, rows)) as Promise<void>,
        remove: (table, keys) => put(false, (on) => on.remove(table, keys)) as Promise<void>,
      };
      return work(Object.assign(Object.create(real) as SqlTransaction, split));
    });
    await new Promise(setImmediate);
    await write(async (real) => {
      transaction = real;
      for (const act of late) await act();
    });
    return answer;
  };
}

const [directory = '', behaviour = ''] = process.argv.slice(2);
const store = SqliteEventStore.open({ file: join(directory, 'events.db') });
const database = openReadDatabase({ file: join(directory, 'read-models.db') });
const logger = createLogger({ level: 'silent' });
const engine = new ProjectionEngine({
  ...{ store, database, logger, clock: systemClock },
  projections: [boxListProjection()],
  batchSize: 1 + Math.floor(Math.random() * 8),
});
engine.onAdvance((_, position) => process.stdout.write(`${position}\n`));
await engine.start();
await engine.waitFor(await store.head(), { timeoutMs: 60_000 });
if (behaviour !== 'correct')
  database.write = inTwoParts(database.write.bind(database), behaviour === 'checkpoint-then-rows');

for (let n = Number(await store.head()); ; n += 8) {
  const appends = Array.from({ length: 8 }, (_, i) => {
    const shelf = 'abc'[(n + i) % 3] ?? 'a';
    const event = (n + i) % 11 === 10 ? ({ type: 'BoxRemoved', data: {} } as const) : placed(shelf, n + i);
    return store.append(`box-${String((n + i) % 23)}`, [boxEvent(event, `${String(process.pid)}-${String(n + i)}`)], {
      expected: 'any',
    });
  });
  await Promise.all(appends);
}

function placed(shelf: string, weight: number) {
  return { type: 'BoxPlaced', data: { shelf, weight } } as const;
}

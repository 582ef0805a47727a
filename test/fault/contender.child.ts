// A process to be killed, frozen and thawed: it contends for making the read models, tells its parent what becomes of it,
// and leaves a trace of every transaction in the database. As the mutant it moves checkpoints wherever they are, which
// the test must notice.
import { setTimeout } from 'node:timers/promises';
import { EventStoreDBStore } from '#libs/event-store/eventstoredb';
import type { ReadDatabase, Scheduler, SqlCell, SqlTransaction } from '#libs/platform';
import { createLogger, openPostgres, openPostgresReadDatabase, systemClock, systemScheduler } from '#libs/platform';
import { LeaderLock, Projector } from '#libs/projections';
import { boxListProjection } from '#libs/projections/testing/boxes';
import type { Contention, Told } from './contender.ts';

const { eventStoreUrl, url, schema, name, isFenced, hurry } = JSON.parse(process.argv[2] ?? '{}') as Contention;
/** Before a transaction, so that a leader can be struck with one in hand. */
const LONGEST_THOUGHT_MS = 100;
const CHECKPOINT = 'UPDATE "projectionGeneration" SET "position"';

const tell = (told: Told) => {
  if (process.connected) process.send?.(told);
};
process.on('disconnect', () => process.exit());

const scheduler: Scheduler = { after: (wait, callback) => systemScheduler.after(wait / hurry, callback) };
const applicationName = name;
const store = EventStoreDBStore.open({ url: eventStoreUrl, categories: ['box'], limits: { pollMs: 1_000 / hurry } });
const database = await openPostgresReadDatabase({
  ...{ url, schema, applicationName, connections: 4, frozenAfterMs: 5_000 / hurry },
});
const write = database.write.bind(database);
let term = 0;

database.write = async (work) => {
  tell('writes');
  const ofTerm = term;
  await setTimeout(Math.random() * LONGEST_THOUGHT_MS);
  try {
    const answer = await write((transaction) => work(traced(transaction, ofTerm)));
    tell('wrote');
    return answer;
  } catch (error) {
    if ((error as Error).constructor.name === 'LostRace') tell('lost a race');
    throw error;
  }
};

function traced(transaction: SqlTransaction, ofTerm: number): SqlTransaction {
  const run = transaction.run.bind(transaction);
  transaction.run = async (sql: string, parameters: readonly SqlCell[] = []) => {
    if (!sql.startsWith(CHECKPOINT)) return run(sql, parameters);
    const [to, from] = [parameters[0]!, parameters.at(-1)!];
    const changed = isFenced
      ? await run(sql, parameters)
      : await run(sql.replace(/ AND "position" = \?$/, ''), parameters.slice(0, -1));
    const values = [name, ofTerm, from, to];
    await run('INSERT INTO "trace" ("by", "term", "from", "to") VALUES (?, ?, ?, ?)', values);
    return changed;
  };
  return transaction;
}

const postgres = await openPostgres({ url, schema, applicationName, connections: 1 });
const connect = (silenceMs: number) => postgres.dedicated({ idleTimeoutMs: silenceMs / hurry });
const projector = new Projector({
  ...{ store, database: database satisfies ReadDatabase, scheduler, clock: systemClock },
  lock: new LeaderLock({ connect, name: 'contenders', scheduler }),
  projections: [boxListProjection()],
  logger: createLogger({ level: 'silent' }),
  batchSize: 1 + Math.floor(Math.random() * 16),
});
projector.whileLeading(() => {
  term += 1;
  tell('leads');
  return async () => tell('made way');
});
projector.start();
tell('contends');

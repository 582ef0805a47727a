// However often the leading projector is killed, or frozen and thawed after another one took over: the read models are
// those of a replay, nobody writes after somebody else has, and every one that was thawed makes way. FAULT_KILLS says how
// often in all; the mutant shows that the test would notice.
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { EventStoreDBStore } from '#libs/event-store/eventstoredb';
import type { PostgresReadDatabase } from '#libs/platform';
import { createLogger, systemClock } from '#libs/platform';
import type { TestPostgres } from '#libs/platform/testing';
import { openTestPostgres } from '#libs/platform/testing';
import { hashTables, ProjectionEngine } from '#libs/projections';
import { boxEvent, boxListProjection } from '#libs/projections/testing';
import { describeScaledOut } from '../support/deployment/index.ts';
import { SimulatorProcess } from '../support/eventstoredb-simulator/index.ts';
import { Pair } from './contender.ts';

/** As many kills as freezes. */
const EACH = Math.max(3, Math.round(Number(process.env['FAULT_KILLS'] ?? 6) / 2));
const SECONDS_PER_KILL = 15;
/** At the same time, each with read models of its own. */
const PAIRS = 5;
const MOST_ROUNDS_OF_A_MUTANT = 60;
const HURRY = 5;

const projection = boxListProjection();

describeScaledOut('projectors that succeed one another', () => {
  let simulator: SimulatorProcess;
  let store: EventStoreDBStore;
  let server: TestPostgres;
  let pairs: { readonly pair: Pair; readonly database: PostgresReadDatabase }[];
  let events: Events;

  beforeAll(async () => {
    [simulator, server] = await Promise.all([SimulatorProcess.start(), openTestPostgres()]);
    store = EventStoreDBStore.open({ url: simulator.connectionString, categories: ['box'] });
  });

  afterAll(async () => {
    await store.close();
    await server.discard();
    await simulator.stop();
  });

  beforeEach(() => {
    pairs = [];
    events = new Events(store);
  });

  afterEach(async () => {
    await events.end();
    await Promise.all(pairs.map(({ pair }) => pair.stop()));
  });

  /** @param schema for the read models of this pair alone */
  async function contend(schema: string, isFenced = true) {
    const postgres = await server.postgres({ schema, connections: 1 });
    await postgres.query(`CREATE TABLE "trace"
      ("id" bigint GENERATED ALWAYS AS IDENTITY, "by" text, "term" integer, "from" text, "to" text)`);
    const database = await server.readDatabase({ schema, connections: 3 });
    const { url } = server.options;
    const pair = new Pair({ eventStoreUrl: simulator.connectionString, url, schema, isFenced, hurry: HURRY });
    pairs.push({ pair, database });
    return { pair, database };
  }

  async function replayHash(): Promise<string> {
    const database = await server.readDatabase({ schema: `replay_${Math.random().toString(36).slice(2)}` });
    const logger = createLogger({ level: 'silent' });
    const engine = new ProjectionEngine({ store, database, projections: [projection], logger, clock: systemClock });
    await engine.start();
    await engine.waitFor(await store.head(), { timeoutMs: 60_000 });
    await engine.stop();
    return hashTables(database, projection);
  }

  it(
    `leave the read models of a replay, ${String(EACH)} times killed and ${String(EACH)} times frozen`,
    async () => {
      const here = await Promise.all(Array.from({ length: PAIRS }, (_, index) => contend(`pair_${String(index)}`)));
      let left = EACH;
      const struck = here.map(async ({ pair }) => {
        while (left-- > 0) {
          await pair.killLeader();
          await pair.freezeLeader();
        }
      });
      await Promise.all(struck);
      await events.end();
      const head = await store.head();
      const replay = await replayHash();
      let transactions = 0;
      for (const { database } of here) {
        await caughtUp(database, head);
        const trace = await traceOf(database);
        expect({ hash: await hashTables(database, projection), ...trace }).toMatchObject({
          ...{ hash: replay, gaps: 0, returns: 0 },
        });
        transactions += trace.transactions;
      }
      const racesLost = here.reduce((sum, { pair }) => sum + pair.racesLost, 0);
      process.stdout.write(
        `the leader was killed ${EACH} times and frozen ${EACH} times over ${events.count} events: ` +
          `${transactions} transactions, and ${racesLost} refused to who no longer led\n`,
      );
    },
    EACH * SECONDS_PER_KILL * 1_000 + 60_000,
  );

  it(
    'would notice a projector that does not compare checkpoints',
    async () => {
      const { pair, database } = await contend('mutant', false);
      let rounds = 0;
      for (let noticed = false; !noticed && rounds < MOST_ROUNDS_OF_A_MUTANT; rounds += 1) {
        await pair.freezeLeader();
        noticed = (await traceOf(database)).gaps > 0;
      }
      expect(rounds).toBeLessThan(MOST_ROUNDS_OF_A_MUTANT);
      await events.end();
      await caughtUp(database, await store.head());
      expect(await hashTables(database, projection)).not.toBe(await replayHash());
    },
    MOST_ROUNDS_OF_A_MUTANT * SECONDS_PER_KILL * 1_000,
  );
});

/** Appends without a pause until it is ended. */
class Events {
  readonly #store: EventStoreDBStore;
  readonly #running: Promise<void>;
  #over = false;
  count = 0;

  constructor(store: EventStoreDBStore) {
    this.#store = store;
    this.#running = this.#run();
  }

  async end(): Promise<void> {
    this.#over = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#over) {
      await Promise.all(Array.from({ length: 6 }, () => this.#append((this.count += 1))));
      // Several pairs have to keep up with it.
      await setTimeout(60);
    }
  }

  #append(n: number): Promise<unknown> {
    const shelf = 'abc'[n % 3] ?? 'a';
    const placed = { type: 'BoxPlaced', data: { shelf, weight: n % 10 } } as const;
    const event = n % 11 === 10 ? ({ type: 'BoxRemoved', data: {} } as const) : placed;
    return this.#store.append(`box-${String(n % 23)}`, [boxEvent(event, n)], { expected: 'any' });
  }
}

async function caughtUp(database: PostgresReadDatabase, head: string): Promise<void> {
  const end = performance.now() + 60_000;
  for (;;) {
    const [{ position } = {}] = await database.all('SELECT "position" FROM "projectionGeneration"');
    if (String(position) >= head) return;
    if (performance.now() > end) throw new Error(`The read models stay at ${String(position)} of ${head}.`);
    await setTimeout(20);
  }
}

/** What the transactions tell: each begins where the last one ended, and nobody comes back within a term. */
async function traceOf(database: PostgresReadDatabase) {
  const trace = await database.all('SELECT "by", "term", "from", "to" FROM "trace" ORDER BY "id"');
  const terms = trace.map(({ by, term }) => `${String(by)} ${String(term)}`);
  const turns = terms.filter((term, index) => term !== terms[index - 1]);
  return {
    transactions: trace.length,
    gaps: trace.filter(({ from }, index) => index > 0 && from !== trace[index - 1]?.['to']).length,
    returns: turns.length - new Set(turns).size,
  };
}

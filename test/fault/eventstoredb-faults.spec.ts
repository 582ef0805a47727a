// However often connections break, servers restart, leaders change and answers come late, nothing that was acknowledged
// is lost, nothing is doubled, and who follows the log sees all of it. FAULT_KILLS says how often; the mutants show that
// the test would notice.
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EventStoreDBStore } from '#libs/event-store/eventstoredb';
import type { FaultRequest } from '../support/eventstoredb-simulator/index.ts';
import { EventStoreSimulator } from '../support/eventstoredb-simulator/index.ts';
import type { Behaviour } from './eventstoredb-load.ts';
import { CORRECT, Load } from './eventstoredb-load.ts';

const FAILURES = Number(process.env['FAULT_KILLS'] ?? 5);
const SECONDS_PER_FAILURE = 10;
const FAILURES_OF_A_MUTANT = 20;

/** Commands acknowledged between two failures. */
const BREATH = 20;

type Trouble = (simulator: EventStoreSimulator, load: Load) => Promise<unknown>;

const injected =
  (request: Omit<FaultRequest, 'times'>): Trouble =>
  (simulator) =>
    simulator.faults.inject({ ...request, times: 1 }).reached();

const TROUBLES: readonly (readonly [string, Trouble])[] = [
  ['the connection is dropped before an append', injected({ method: 'batchAppend', behaviour: 'drop' })],
  [
    'the connection is dropped after an append',
    injected({ method: 'batchAppend', behaviour: 'drop', moment: 'after' }),
  ],
  ['the connection is dropped during a read', injected({ method: 'readAll', behaviour: 'drop', afterEvents: 1 })],
  [
    'the connection is dropped during the subscription',
    injected({ method: 'subscribeToAll', behaviour: 'drop', afterEvents: 3 }),
  ],
  ['the server restarts', (simulator) => simulator.restart()],
  ['the leader changes', async (simulator) => simulator.changeLeader()],
  [
    'the answer comes late',
    async (simulator, load) => {
      const held = simulator.faults.inject({ method: 'batchAppend', behaviour: 'hold', moment: 'after', times: 1 });
      await held.reached();
      await load.progress(BREATH);
      held.release();
    },
  ],
];

const LIMITS = { appendAnswerMs: 250, appendMs: 2_000, pollMs: 100 };

describe('a house on EventStoreDB', () => {
  let simulator: EventStoreSimulator;
  let stores: EventStoreDBStore[];
  beforeEach(async () => {
    simulator = await EventStoreSimulator.start({ nodes: 3 });
    stores = [1, 2, 3].map(() => open());
  });
  afterEach(async () => {
    simulator.faults.releaseAll();
    await Promise.all(stores.map((store) => store.close()));
    await simulator.stop();
  });

  function open(limits: Partial<typeof LIMITS> = {}): EventStoreDBStore {
    const url = simulator.connectionString;
    return EventStoreDBStore.open({ url, categories: ['request'], limits: { ...LIMITS, ...limits } });
  }

  it.each(TROUBLES)(
    `loses, doubles and misses nothing when %s, ${String(FAILURES)} times`,
    async (name, trouble) => {
      const load = new Load(stores);
      for (let failure = 0; failure < FAILURES; failure += 1) {
        await load.progress(BREATH);
        await trouble(simulator, load);
      }
      await load.progress(BREATH);
      const { acknowledged, ...broken } = await load.findings();
      process.stdout.write(
        `${name} ${String(FAILURES)} times: ${acknowledged.toLocaleString('en')} commands acknowledged, ` +
          `${String(broken.lost)} lost, ${String(broken.doubled)} doubled, ${String(broken.gaps)} gaps\n`,
      );
      expect(broken).toEqual({ lost: 0, doubled: 0, halfCommands: 0, gaps: 0 });
    },
    FAILURES * SECONDS_PER_FAILURE * 1_000,
  );

  const MUTANTS: readonly (readonly [string, 'doubled' | 'gaps', Partial<Behaviour>])[] = [
    [
      'is sent new events for a command whose outcome is unknown',
      'doubled',
      {
        again: (events) => events.map((event) => ({ ...event, id: randomUUID() })),
        expectedAgain: () => 'any',
      },
    ],
    ['is followed from head to head', 'gaps', { next: async (_page, store) => store.head() }],
  ];
  it.each(MUTANTS)(
    'would be noticed if it %s',
    async (_name, broken, mutant) => {
      // Given up at the first failure, so that it is the caller's part to send again.
      const impatient = [1, 2, 3].map(() => open({ appendAnswerMs: 20, appendMs: 20 }));
      stores.push(...impatient);
      const load = new Load(impatient, { ...CORRECT, ...mutant });
      for (let failure = 0; failure < FAILURES_OF_A_MUTANT; failure += 1) {
        await load.progress(BREATH);
        await injected({ method: 'batchAppend', behaviour: 'drop', moment: 'after' })(simulator, load);
      }
      expect((await load.findings())[broken]).toBeGreaterThan(0);
    },
    FAILURES_OF_A_MUTANT * SECONDS_PER_FAILURE * 1_000,
  );
});

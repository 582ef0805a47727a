// However often a process is killed while it projects, the read models it leaves behind lead to the same tables as a
// replay of the log. FAULT_KILLS says how often; the mutants show that the test would notice.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { hashTables } from '#libs/projections';
import { sqlite } from '#libs/platform/testing';
import { boxListProjection, ProjectionHouse } from '#libs/projections/testing';

const KILLS = Number(process.env['FAULT_KILLS'] ?? 5);
const KILLS_PER_LOG = 10;
/** Most often a few are enough; not every kill falls between the two writes. */
const MOST_KILLS_OF_A_MUTANT = 100;
const SECONDS_PER_KILL = 5;
const CHILD = fileURLToPath(new URL('./projector.child.ts', import.meta.url));

type Behaviour = 'correct' | 'rows-then-checkpoint' | 'checkpoint-then-rows';

/** Lets a process append and project in the directory, and kills it `afterMs` after it first served a position. */
async function projectUntilKilled(directory: string, behaviour: Behaviour, afterMs: number): Promise<void> {
  const child = spawn(process.execPath, ['--conditions=source', CHILD, directory, behaviour], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let killing: NodeJS.Timeout | undefined;
  child.stdout.on('data', () => (killing ??= setTimeout(() => child.kill('SIGKILL'), afterMs)));
  await once(child, 'close');
  if (child.signalCode !== 'SIGKILL') throw new Error('The projecting process ended by itself.');
}

/** What the next process makes of the file that was left behind, beside a replay of the whole log. */
async function resumedAndReplayed(directory: string) {
  const house = await ProjectionHouse.open(sqlite, directory);
  const left = (await house.database.all('SELECT "position" FROM "projectionGeneration"'))[0]?.['position'];
  const head = await house.store.head();
  const engine = await house.engine();
  await engine.waitFor(head, { timeoutMs: 60_000 });
  const resumed = await hashTables(house.database, boxListProjection());
  const replayed = await house.replayHash();
  await house.release();
  return { resumed, replayed, events: Number(head), behind: Number(head) - Number(left) };
}

describe('a process killed while it projects', () => {
  let houses: ProjectionHouse[];

  beforeEach(() => {
    houses = [];
  });

  afterEach(async () => {
    for (const house of houses) await house.remove();
  });

  async function newDirectory(): Promise<string> {
    const house = await ProjectionHouse.open();
    houses.push(house);
    await house.release();
    return house.directory;
  }

  it(
    `leaves read models that lead to the same tables as a replay, ${String(KILLS)} times`,
    async () => {
      let directory = '';
      let [drifted, amidst, events] = [0, 0, 0];
      for (let kill = 0; kill < KILLS; kill += 1) {
        if (kill % KILLS_PER_LOG === 0) directory = await newDirectory();
        await projectUntilKilled(directory, 'correct', Math.random() * 100);
        const found = await resumedAndReplayed(directory);
        if (found.resumed !== found.replayed) drifted += 1;
        if (found.behind > 0) amidst += 1;
        events = Math.max(events, found.events);
      }
      process.stdout.write(
        `killed ${KILLS} times, ${amidst} of them behind the log (longest ${events} events): ${drifted} drifted\n`,
      );
      expect(drifted).toBe(0);
      expect(amidst).toBeGreaterThan(0);
    },
    KILLS * SECONDS_PER_KILL * 1_000,
  );

  it.each(['rows-then-checkpoint', 'checkpoint-then-rows'] as const)(
    'would notice an engine that writes %s',
    async (mutant) => {
      let noticed = false;
      for (let kills = 0; !noticed && kills < MOST_KILLS_OF_A_MUTANT; kills += 1) {
        const directory = await newDirectory();
        await projectUntilKilled(directory, mutant, 20 + Math.random() * 80);
        const { resumed, replayed } = await resumedAndReplayed(directory);
        noticed = resumed !== replayed;
      }
      expect(noticed).toBe(true);
    },
    MOST_KILLS_OF_A_MUTANT * SECONDS_PER_KILL * 1_000,
  );
});

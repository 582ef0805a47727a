// However often an import is killed: every row it acknowledged is whole, no request holds half a command, no row is
// there twice, a repeat completes it, and the read models equal a rebuild. FAULT_KILLS says how often.
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Foundation } from '#apps/foundation';
import type { RequestViews } from '#libs/requests';
import { ResolutionQueries } from '#libs/requests';
import { viewsOf } from '../../apps/cli/commands/workplace.ts';
import { ImportHouse } from './import-house.ts';

const KILLS = Number(process.env['FAULT_KILLS'] ?? 5);
const KILLS_PER_HOUSE = 20;
const SECONDS_PER_KILL = 15;
const ROWS = 600;
const LATEST_KILL_MS = 300;
const MOST_KILLS_OF_A_MUTANT = 60;
const UNHARMED = { lost: 0, illegal: 0, doubled: 0, vanished: 0 };

describe('an import that is killed', () => {
  let houses: ImportHouse[] = [];
  afterEach(() => {
    for (const house of houses) house.remove();
    houses = [];
  });

  function newHouse(): ImportHouse {
    const house = new ImportHouse(ROWS);
    houses.push(house);
    return house;
  }

  /** Repeats the import to its end and holds the outcome against a rebuild, and against a start without read models. */
  async function complete(house: ImportHouse): Promise<void> {
    expect(house.importAll()).toMatch(/^Read 600 rows .*\nImported \d+ rows? as \d+ events\./);
    expect(house.importAll()).toContain('Imported 0 rows as 0 events. 600 rows had been imported before.');
    expect(await house.inspect()).toEqual({ ...UNHARMED, whole: ROWS });
    const followed = await readModels(house, async (foundation) => {
      const queries = new ResolutionQueries(viewsOf<RequestViews>(foundation));
      const [{ communityId } = { communityId: '' }] = await viewsOf<RequestViews>(foundation)
        .selectFrom('requestList')
        .select('communityId')
        .limit(1)
        .execute();
      expect(await queries.tally({ communityIds: [communityId] })).toEqual(house.figures);
    });
    expect(await readModels(house, (foundation) => house.rebuildAll(foundation))).toEqual(followed);
    house.forgetReadModels();
    expect(await readModels(house)).toEqual(followed);
  }

  async function readModels(house: ImportHouse, before?: (foundation: Foundation) => Promise<void>): Promise<string[]> {
    const foundation = await house.open();
    try {
      await before?.(foundation);
      return await house.hashes(foundation);
    } finally {
      await foundation.shutdown.run();
    }
  }

  it(
    `loses nothing it acknowledged and can be repeated to its end, ${String(KILLS)} times`,
    async () => {
      let house = newHouse();
      let [inHouse, amidst, rows, before] = [0, 0, 0, 0];
      for (let kills = 0; kills < KILLS;) {
        const killed = await house.importUntilKilled(
          kills % 3 === 2 ? 'opened' : 'first row',
          Math.random() * LATEST_KILL_MS,
        );
        const { whole, ...harm } = await house.inspect();
        expect(harm).toEqual(UNHARMED);
        rows += whole - before;
        before = whole;
        if (killed) kills += 1;
        if (killed && whole > 0 && whole < ROWS) amidst += 1;
        // Half of the time the next process has to make the read models anew, too.
        if (Math.random() < 0.5) house.forgetReadModels();
        if (killed && (inHouse += 1) < KILLS_PER_HOUSE && whole < ROWS) continue;
        await complete(house);
        house.remove();
        [houses, inHouse, before] = [[], 0, 0];
        house = newHouse();
      }
      if (inHouse > 0) await complete(house);
      process.stdout.write(
        `killed ${String(KILLS)} imports, ${String(amidst)} of them amidst their rows, ${String(rows)} of which were whole\n`,
      );
      expect(amidst).toBeGreaterThan(0);
    },
    Math.max(60, KILLS * SECONDS_PER_KILL) * 1_000,
  );

  it('would be noticed if it acknowledged too soon', async () => {
    const house = newHouse();
    let lost = 0;
    for (let kill = 0; lost === 0 && kill < MOST_KILLS_OF_A_MUTANT; kill += 1) {
      await house.importUntilKilled('first row', Math.random() * LATEST_KILL_MS, 'acknowledges-too-soon');
      ({ lost } = await house.inspect());
    }
    expect(lost).toBeGreaterThan(0);
  }, 60_000);
});

// A house scaled out goes on by itself whatever befalls its servers and processes, in any order and several at a time:
// what was acknowledged is there once, no stream has a gap, what is served equals a replay. FAULT_KILLS says how many
// troubles there are, FAULT_SEED which.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Api } from '../e2e/harness/api.ts';
import { readLog } from '../e2e/harness/log.ts';
import { Neighbourhood } from '../e2e/harness/neighbourhood.ts';
import { Person } from '../e2e/harness/person.ts';
import { hashReadModels, hashReplay } from '../e2e/harness/read-models.ts';
import type { RecordedEvent } from '#libs/event-store';
import { Deployment } from '../support/deployment/index.ts';
import { postgresBinaries, PostgresServer } from '../support/postgres-server.ts';
import { lostOrDoubled, slotsOf } from './changes.ts';
import type { Trouble } from './house-troubles.ts';
import { TROUBLES } from './house-troubles.ts';
import { House, Load } from './house.ts';

const FAULTS = Number(process.env['FAULT_KILLS'] ?? 10);
const SEED = Number(process.env['FAULT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const SECONDS_PER_FAULT = 10;
const CLIENTS = 8;
/** Acknowledged between two troubles, in spite of all that are not over. */
const BREATH = 10;
const WELL_WITHIN_MS = 120_000;
const PLACES = new Set(TROUBLES.map(({ place }) => place)).size;

const installed = postgresBinaries() !== undefined;

(installed ? describe : describe.skip)(
  `a house scaled out${installed ? '' : ' (skipped: no PostgreSQL server is installed)'}`,
  () => {
    let postgres: PostgresServer;
    let deployment: Deployment | undefined;
    let volunteers: Person[];
    let people: Neighbourhood;

    beforeEach(async () => {
      postgres = await PostgresServer.start({ settings: ['max_connections=300'] });
      deployment = await Deployment.start({ postgres: postgres.url, simulator: { nodes: 3 } });
      await deployment.ready();
      const api = await Api.start({ house: deployment });
      people = await Neighbourhood.at(api);
      const { administrator, communityId, world } = people;
      await administrator.order('setPolicy', { communityId, openTaskLimit: 1_000 });
      const members = await Promise.all(Array.from({ length: CLIENTS }, () => world.volunteer()));
      volunteers = members.map((member) => new Person(api, member));
      await api.close();
    });

    afterEach(async () => {
      await deployment?.stop();
      await postgres.remove();
    });

    it(
      `loses nothing, doubles nothing and is well again after ${String(FAULTS)} troubles`,
      async () => {
        const house = await struck(deployment!);
        const api = await Api.start({ house: deployment! });
        try {
          const log = await readLog(api.application.foundation.store);
          const changes = house.load.clients.flatMap((client) => client.changes);
          process.stdout.write(
            `${String(FAULTS)} troubles (seed ${String(SEED)}): ${changes.length.toLocaleString('en')} changes ` +
              `acknowledged, ${house.load.seen.toLocaleString('en')} of them read at once at the other server\n`,
          );
          expect(changes.every(({ told }) => told !== undefined)).toBe(true);
          expect(lostOrDoubled(changes, log)).toEqual([]);
          expect(gapsIn(log)).toEqual([]);
          expect(house.ended).toEqual([]);
          expect(await hashReadModels(api)).toEqual(await hashReplay(api));
          for (const volunteer of volunteers) {
            const here = { office: people.office.at(api), volunteer: volunteer.at(api) };
            const { held, counted } = await slotsOf(here, await api.application.foundation.store.head());
            expect(counted).toBe(held);
          }
        } finally {
          await api.close();
        }
      },
      FAULTS * SECONDS_PER_FAULT * 1_000 + 120_000,
    );

    /** Lets troubles strike, each as soon as its place is free of others, and resolves when all is well again. */
    async function struck(of: Deployment): Promise<House> {
      const chance = chanceFrom(SEED);
      const addresses = of.apis.map(({ url }) => url);
      const house = new House(of, postgres, await Load.begin(people, volunteers, addresses), chance);
      const underWay = new Map<Trouble['place'], Promise<unknown>>();
      for (let fault = 0; fault < FAULTS; fault += 1) {
        await house.load.progress(BREATH);
        if (underWay.size === PLACES) await Promise.race(underWay.values());
        const free = TROUBLES.filter(({ place }) => !underWay.has(place));
        const { place, strike } = free[Math.floor(chance() * free.length)]!;
        const over = strike(house).then(() => underWay.delete(place));
        over.catch(() => undefined);
        underWay.set(place, over);
      }
      await Promise.all(underWay.values());
      await house.load.progress(BREATH * CLIENTS);
      await house.load.end();
      for (const each of of.processes) await each.until(({ status }) => status === 'ready', WELL_WITHIN_MS);
      return house;
    }
  },
);

/** Where a revision does not follow the one before. */
function gapsIn(log: readonly RecordedEvent[]): string[] {
  const revisions = new Map<string, number>();
  return log.flatMap(({ stream, revision }) => {
    const follows = revision === (revisions.get(stream) ?? -1) + 1;
    revisions.set(stream, revision);
    return follows ? [] : [`${stream} ${String(revision)}`];
  });
}

/** The same numbers for the same seed. */
function chanceFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

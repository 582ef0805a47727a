// What can befall a house scaled out while it works: each trouble strikes, and resolves once it is over and the processes
// it concerned are well again, none of them started by anyone but the trouble that ended it.
import { setTimeout } from 'node:timers/promises';
import type { DeployedProcess } from '../support/deployment/index.ts';
import type { FaultRequest } from '../support/eventstoredb-simulator/index.ts';
import type { House } from './house.ts';

export interface Trouble {
  readonly name: string;
  /** One trouble at a time in each place. */
  readonly place: 'event store' | 'database' | 'api' | 'projector';
  readonly strike: (house: House) => Promise<unknown>;
}

const HEALED_WITHIN_MS = 120_000;
const LATE_BY_CHANGES = 20;
const LONGEST_STANDSTILL_MS = 1_500;

const injected =
  (request: Omit<FaultRequest, 'times'>) =>
  async ({ deployment }: House) =>
    (await deployment.simulator.inject({ ...request, times: 1 })).reached();

const standstill = (house: House) => setTimeout(house.chance() * LONGEST_STANDSTILL_MS);

const ofEventStore: Record<string, Trouble['strike']> = {
  'all connections dropped': ({ deployment }) => deployment.simulator.ask('dropConnections'),
  'connection dropped before an append': injected({ method: 'batchAppend', behaviour: 'drop' }),
  'connection dropped after an append': injected({ method: 'batchAppend', behaviour: 'drop', moment: 'after' }),
  'connection dropped in a read': injected({ method: 'readAll', behaviour: 'drop', afterEvents: 1 }),
  'connection dropped in the subscription': injected({ method: 'subscribeToAll', behaviour: 'drop' }),
  restarted: ({ deployment }) => deployment.simulator.ask('restart'),
  'another leader': ({ deployment }) => deployment.simulator.ask('changeLeader'),
  async 'no leader for a while'(house) {
    await house.deployment.simulator.ask('loseLeader');
    await standstill(house);
    await house.deployment.simulator.ask('changeLeader');
  },
  'silent to an append': injected({ method: 'batchAppend', behaviour: 'silence', moment: 'after' }),
  'silent to a read': injected({ method: 'readAll', behaviour: 'silence' }),
  async 'late with an answer'({ deployment, load }) {
    const held = await deployment.simulator.inject({ method: 'batchAppend', behaviour: 'hold', moment: 'after' });
    await held.reached();
    await Promise.race([load.progress(LATE_BY_CHANGES), setTimeout(LONGEST_STANDSTILL_MS)]);
    await held.release();
  },
  async frozen(house) {
    house.deployment.simulator.freeze();
    await standstill(house);
    house.deployment.simulator.thaw();
  },
};

const ofDatabase: Record<string, Trouble['strike']> = {
  restarted: ({ postgres }) => postgres.restart('fast'),
  crashed: ({ postgres }) => postgres.restart('immediate'),
  async frozen(house) {
    house.postgres.freeze(true);
    await standstill(house);
    house.postgres.freeze(false);
  },
};

const ofApis: Record<string, Trouble['strike']> = {
  killed: (house) => replaced(house, house.deployment.apis[house.chance() < 0.5 ? 0 : 1]!),
};

const ofProjectors: Record<string, Trouble['strike']> = {
  'the leading one killed': async (house) => replaced(house, await house.deployment.leader(HEALED_WITHIN_MS)),
  'the other one killed': async (house) => {
    const leader = await house.deployment.leader(HEALED_WITHIN_MS);
    await replaced(
      house,
      house.deployment.projectors.find((each) => each !== leader)!,
    );
  },
  async 'the leading one frozen'({ deployment }) {
    const leader = await deployment.leader(HEALED_WITHIN_MS);
    leader.freeze();
    await deployment.leader(HEALED_WITHIN_MS);
    leader.thaw();
    await well(leader);
  },
};

export const TROUBLES: readonly Trouble[] = [
  ...in_('event store', ofEventStore),
  ...in_('database', ofDatabase),
  ...in_('api', ofApis),
  ...in_('projector', ofProjectors),
];

function in_(place: Trouble['place'], strikes: Record<string, Trouble['strike']>): Trouble[] {
  return Object.entries(strikes).map(([name, strike]) => ({ name, place, strike }));
}

async function replaced(house: House, process: DeployedProcess): Promise<void> {
  await house.replace(process);
  await well(process);
}

function well(process: DeployedProcess): Promise<unknown> {
  return process.until(({ status }) => status === 'ready', HEALED_WITHIN_MS);
}

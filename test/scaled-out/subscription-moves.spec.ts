// A subscription moves from an API process that was killed, or stands still, to the other one, while offers are made
// without a pause: all of them are told once and in order, however often it moves.
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Position } from '#libs/kernel';
import { Api } from '../e2e/harness/api.ts';
import { readLog } from '../e2e/harness/log.ts';
import { Neighbourhood } from '../e2e/harness/neighbourhood.ts';
import { Person } from '../e2e/harness/person.ts';
import type { DeployedProcess } from '../support/deployment/index.ts';
import { Deployment, describeScaledOut } from '../support/deployment/index.ts';
import { OfficeWork } from './harness/office-work.ts';
import { Phone } from './harness/phone.ts';

const MOVES = 6;
const OFFERS_BETWEEN = 3;
/** The moment within the offers that follow is left to chance. */
const ANY_MOMENT_MS = 150;
/** A phone takes a server for gone that has not answered for so long. */
const PATIENCE_MS = 500;

interface Trouble {
  readonly strike: (server: DeployedProcess) => Promise<void>;
  readonly noticedBy: (phone: Phone) => Promise<void>;
  readonly heal: (server: DeployedProcess) => Promise<void>;
}

const killed: Trouble = {
  strike: (server) => server.kill(),
  noticedBy: (phone) => phone.cutOff(),
  heal: (server) => server.restart(),
};

const frozen: Trouble = {
  strike: async (server) => server.freeze(),
  noticedBy: async (phone) => expect(await phone.hears(PATIENCE_MS)).toBe(false),
  heal: async (server) => server.thaw(),
};

describeScaledOut('a subscription that moves between API processes', () => {
  let house: Deployment | undefined;
  let api: Api;
  let people: Neighbourhood;

  beforeAll(async () => {
    house = await Deployment.start({ projectors: 1 });
    await house.ready();
    api = await Api.start({ house });
    people = await Neighbourhood.at(api);
  });

  afterAll(async () => {
    await api.stop();
    await house?.stop();
  });

  it.each([
    ['killed', killed],
    ['frozen', frozen],
  ])(
    'tells everything once, in order, when the server it is at is %s',
    async (_, trouble) => {
      const { office, deputy, volunteer, otherVolunteer, communityId } = people;
      const { id } = await people.raise();
      const start = (await people.head()) as Position;
      const third = new Person(api, await people.world.volunteer());
      const phones = [volunteer, otherVolunteer, third].map((owner) => new Phone(owner, 'taskOffered', start));
      const screen = new Phone(deputy, 'requestChanged', start, { id });
      const all = [...phones, screen];

      const work = await moved(all, (address) => new OfficeWork(office, address, communityId, id), trouble);
      await work.end();

      const log = await readLog(api.application.foundation.store, start);
      const offers = log.filter(({ type }) => type === 'RequestDispatched');
      const changes = log.filter(({ stream }) => stream === `request-${String(id)}`);
      await Promise.all(phones.map((phone) => phone.until(offers.at(-1)!.position)));
      await screen.until(changes.at(-1)!.position);
      await Promise.all(all.map((phone) => phone.leave()));

      const told = offers.map(({ position, data }) => ({ position, taskId: data['taskId'] }));
      for (const phone of phones) expect(phone.told.map(offerOf)).toEqual(told);
      expect(screen.told.map(({ position, type }) => ({ position, type }))).toEqual(
        changes.map(({ position, type }) => ({ position, type })),
      );
      process.stdout.write(`moved ${MOVES} times: ${offers.length} offers, ${changes.length} changes of one request\n`);
      expect(offers.length).toBeGreaterThan(MOVES * OFFERS_BETWEEN);
    },
    300_000,
  );

  /** Lets trouble strike the server the phones are at, again and again; the work goes through the other one. */
  async function moved(
    phones: readonly Phone[],
    begin: (address: string) => OfficeWork,
    { strike, noticedBy, heal }: Trouble,
  ): Promise<OfficeWork> {
    let [here, there] = house!.apis as [DeployedProcess, DeployedProcess];
    const work = begin(there.url);
    await Promise.all(phones.map((phone) => phone.moveTo(here.url)));
    for (let move = 0; move < MOVES; move += 1) {
      await work.rounds(OFFERS_BETWEEN);
      await setTimeout(Math.random() * ANY_MOMENT_MS);
      await strike(here);
      await Promise.all(phones.map((phone) => noticedBy(phone)));
      await Promise.all(phones.map((phone) => phone.moveTo(there.url)));
      await heal(here);
      await here.ready();
      await work.moveTo(here.url);
      [here, there] = [there, here];
    }
    return work;
  }
});

const offerOf = ({ position, task }: { position: string; task: { id: string } }) => ({ position, taskId: task.id });

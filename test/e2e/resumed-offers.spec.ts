// A volunteer's phone that lost its signal misses nothing: offers since a position are told once, in order, then the
// live ones, whether the server was stopped in between or killed; and who may not take a task never hears of it.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Api } from './harness/api.ts';
import { GraphqlClient } from './harness/client.ts';
import { rootField } from './harness/documents.ts';
import { Neighbourhood } from './harness/neighbourhood.ts';
import type { Json, Person } from './harness/person.ts';
import { ServerProcess } from './harness/server-process.ts';
import type { SocketClient } from './harness/socket-client.ts';

const OFFERED = rootField('taskOffered').document;

/** A server that can be made to go away, its data kept. */
interface Running {
  readonly client: GraphqlClient;
  end(): Promise<unknown>;
}

const inProcess = async (directory: string): Promise<Running> => {
  const api = await Api.start({ directory: join(directory, 'data') });
  return { client: api, end: () => api.close() };
};

const asProcess = (ending: (server: ServerProcess) => Promise<unknown>) => async (directory: string) => {
  const server = ServerProcess.start(directory);
  return { client: new GraphqlClient(await server.url), end: () => ending(server) };
};

const terminated = asProcess((server) => {
  server.signal('SIGTERM');
  return server.ended;
});
const killed = asProcess((server) => server.kill());

let directory: string;
let people: Neighbourhood;
let running: Running | undefined;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'bangbangwo-resume-'));
  const api = await Api.start({ directory: join(directory, 'data') });
  people = await Neighbourhood.at(api);
  await api.close();
});

afterEach(async () => {
  await running?.end();
  rmSync(directory, { recursive: true, force: true });
});

/** Raises a request and offers it; answers the task's id and the position of its offer. */
async function offer(office: Person, communityId: string, terms: object = {}) {
  const report = { communityId, channel: 'PHONE', category: 'SANITATION', matter: 'M' };
  const { id: requestId } = (await office.order('raiseRequest', report)).request;
  const { request, position } = await office.order('dispatchRequest', { requestId, ...terms });
  return { taskId: request.taskId as string, position: position as string };
}

async function subscribe(client: GraphqlClient, by: Person, after?: string): Promise<SocketClient> {
  const socket = await client.connect(by.member.token);
  socket.subscribe('offers', OFFERED, after === undefined ? {} : { after });
  await socket.settled();
  return socket;
}

const told = async (socket: SocketClient): Promise<Json> => (await socket.data<Json>('offers')).taskOffered;

/** Takes as many offers as are expected, and looks that nothing else has come when a last one has. */
async function expectOffers(socket: SocketClient, expected: readonly { taskId: string; position: string }[]) {
  const seen: Json[] = [];
  for (let count = 0; count < expected.length; count += 1) seen.push(await told(socket));
  expect(seen.map(({ position, task }) => ({ taskId: task.id, position }))).toEqual(expected);
  expect(seen.every(({ task }) => task.contact === null && !task.mine)).toBe(true);
  expect(socket.waiting).toEqual([]);
}

describe.each([
  ['stopped and started in one process', inProcess],
  ['stopped by SIGTERM', terminated],
  ['killed by SIGKILL', killed],
])('a subscription resumed when the server was %s', (_, start) => {
  it('tells every offer since the position, once, in order, then the live ones', async () => {
    running = await start(directory);
    let { client } = running;
    let [office, otherOffice] = [people.office.at(client), people.otherOffice.at(client)];
    const { communityId, volunteer, otherVolunteer, world } = people;
    const before = await subscribe(client, volunteer);
    const seen = await offer(office, communityId);
    await expectOffers(before, [seen]);
    before.terminate();

    const missed = [await offer(office, communityId)];
    await offer(office, communityId, { volunteerId: otherVolunteer.volunteerId });
    await offer(office, communityId, { skills: ['MAGIC'] });
    await offer(otherOffice, world.otherCommunityId);
    missed.push(await offer(office, communityId, { volunteerId: volunteer.volunteerId }));
    // Accepted meanwhile: still told, so that the phone knows where it is, but as it is now and without a contact.
    missed.push(await offer(office, communityId));
    await otherVolunteer.at(client).order('acceptTask', { taskId: missed[2]!.taskId });
    await running.end();

    running = await start(directory);
    client = running.client;
    [office, otherOffice] = [office.at(client), otherOffice.at(client)];
    for (let count = 0; count < 3; count += 1) missed.push(await offer(office, communityId));
    const [socket, fresh] = [await subscribe(client, volunteer, seen.position), await subscribe(client, volunteer)];
    const live = [await offer(office, communityId)];
    await offer(office, communityId, { volunteerId: otherVolunteer.volunteerId });
    live.push(await offer(office, communityId));
    await expectOffers(fresh, live);
    await expectOffers(socket, [...missed, ...live]);
    const again = await subscribe(client, volunteer, missed[1]!.position);
    await expectOffers(again, [...missed.slice(2), ...live]);
    again.terminate();
  }, 60_000);
});

describe('a subscription that catches up while offers keep coming', () => {
  it('has no gap and no double between what it missed and what is live', async () => {
    running = await inProcess(directory);
    const { client } = running;
    const [office, { communityId, volunteer }] = [people.office.at(client), people];
    const first = await offer(office, communityId);
    const offered: { taskId: string; position: string }[] = [];
    const enough = new AbortController();
    const offering = (async () => {
      while (!enough.signal.aborted) offered.push(await offer(office, communityId));
    })();
    const sockets: SocketClient[] = [];
    for (let count = 0; count < 5; count += 1) {
      const more = offered.length + 4;
      while (offered.length < more) await new Promise(setImmediate);
      sockets.push(await subscribe(client, volunteer, first.position));
    }
    enough.abort();
    await offering;
    for (const socket of sockets) await expectOffers(socket, offered);
  }, 60_000);
});

describe('the briefing of an offer', () => {
  it('ends with the offer, for all but who accepted it, and with their task', async () => {
    running = await inProcess(directory);
    const { client } = running;
    const [office, { communityId, volunteer, otherVolunteer }] = [people.office.at(client), people];
    const [mine, other] = [volunteer.at(client), otherVolunteer.at(client)];
    const briefing = 'Ring twice, she hears badly';
    const first = await offer(office, communityId);
    const offers: Record<string, { taskId: string; position: string }> = {};
    for (const name of ['standing', 'accepted', 'released', 'recalled', 'closed', 'mine'])
      offers[name] = await offer(office, communityId, { briefing });
    const task = (name: string) => ({ taskId: offers[name]!.taskId });
    const request = (name: string) => ({ requestId: offers[name]!.taskId.slice(0, 36) });
    for (const name of ['accepted', 'released']) await other.order('acceptTask', task(name));
    await other.order('releaseTask', { ...task('released'), reason: 'R' });
    await office.order('recallOffer', { ...request('recalled'), reason: 'R' });
    await office.order('withdrawRequest', request('closed'));
    await mine.order('acceptTask', task('mine'));

    const socket = await subscribe(client, volunteer, first.position);
    const shown = new Map<string, unknown>();
    while (shown.size < Object.keys(offers).length) {
      const { task: offered } = await told(socket);
      shown.set(offered.id, offered.briefing);
    }
    expect(Object.keys(offers).filter((name) => shown.get(offers[name]!.taskId) !== null)).toEqual(['standing']);
    expect(shown.get(offers['standing']!.taskId)).toBe(briefing);

    const held = async () => {
      const { edges } = await mine.read('myTasks', { status: ['ACCEPTED', 'RELEASED'] });
      return (edges as Json[]).map(({ node }) => node.briefing);
    };
    expect(await held()).toEqual([briefing]);
    await mine.order('releaseTask', { ...task('mine'), reason: 'R' });
    expect(await held()).toEqual([null]);
  });
});

describe('who may not take a task', () => {
  it.each([
    ['off duty', 'setDuty', { onDuty: false }, true],
    ['suspended', 'suspendVolunteer', { reason: 'Complaint' }, true],
    ['without the skill', 'setVolunteerSkills', { skills: [] }, false],
  ])(
    'being %s, hears nothing of it, neither live nor when catching up after others have heard',
    async (_, out, how, all) => {
      running = await inProcess(directory);
      const { client } = running;
      const [office, { communityId, volunteer, otherVolunteer }] = [people.office.at(client), people];
      const { volunteerId } = otherVolunteer;
      const first = await offer(office, communityId);
      const [witness, live] = [await subscribe(client, volunteer), await subscribe(client, otherVolunteer)];
      const unskilled = await offer(office, communityId);
      await expectOffers(live, [unskilled]);
      await office.order(out, { volunteerId, ...how });
      const missed = await offer(office, communityId, { skills: ['CARE'] });
      await expectOffers(witness, [unskilled, missed]);
      const late = await subscribe(client, otherVolunteer, first.position);
      // An offer to this one volunteer is told whatever they are kept from, after all that came before it.
      const last = await offer(office, communityId, { volunteerId });
      await expectOffers(live, [last]);
      await expectOffers(late, all ? [last] : [unskilled, last]);
    },
  );
});

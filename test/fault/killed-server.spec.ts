// However often the server is killed amidst the changes of many clients: what was acknowledged is there afterwards, what
// was not can be sent again and happens once, and the read models equal a replay. FAULT_KILLS says how often.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { Api } from '../e2e/harness/api.ts';
import { GraphqlClient } from '../e2e/harness/client.ts';
import { Neighbourhood, newId } from '../e2e/harness/neighbourhood.ts';
import { Person } from '../e2e/harness/person.ts';
import { servedAndReplayed } from '../e2e/harness/read-models.ts';
import { ServerProcess } from '../e2e/harness/server-process.ts';
import { signIn } from '../e2e/harness/world.ts';
import { START_OF_LOG } from '#libs/kernel';

/** A server takes longer to start than a store: a quarter of the rounds the others have. */
const KILLS = Math.max(3, Math.round(Number(process.env['FAULT_KILLS'] ?? 12) / 4));
const SECONDS_PER_KILL = 15;
const CLIENTS = 12;
const LONGEST_LIFE_MS = 1_500;

/** A change somebody sent, and what they were told of it. */
interface Change {
  readonly mutation: string;
  readonly by: 'office' | 'volunteer';
  readonly input: { readonly commandId: string };
  /** Revision and position, once acknowledged. */
  told: string | undefined;
}

/** Who the clients act for. */
type People = Readonly<Record<Change['by'], Person>>;

/** One client's way through the lives of requests: the next change is known only once the last one is acknowledged. */
class Client {
  readonly #communityId: string;
  readonly changes: Change[] = [];
  #requestId = '';

  constructor(communityId: string) {
    this.#communityId = communityId;
  }

  /** Sends changes until one is not answered; that one is sent again first when it goes on. */
  async work(people: People): Promise<void> {
    for (;;) {
      const last = this.changes.at(-1);
      const change = last && last.told === undefined ? last : this.#next();
      if (change !== last) this.changes.push(change);
      try {
        change.told = await send(change, people);
      } catch (error) {
        if (error instanceof Refused) throw error;
        return;
      }
      if (change.mutation === 'raiseRequest') this.#requestId = change.told.split(' ')[0] ?? '';
    }
  }

  #next(): Change {
    const requestId = this.#requestId;
    const report = { communityId: this.#communityId, channel: 'PHONE', category: 'SANITATION', matter: 'M' };
    const life: [string, Change['by'], object][] = [
      ['raiseRequest', 'office', report],
      ['dispatchRequest', 'office', { requestId }],
      ['acceptTask', 'volunteer', { taskId: `${requestId}.1` }],
      ['reportDone', 'volunteer', { taskId: `${requestId}.1`, result: 'R' }],
      ['confirmResolution', 'office', { requestId }],
    ];
    const [mutation, by, input] = life[this.changes.length % life.length]!;
    return { mutation, by, input: { commandId: newId(), ...input }, told: undefined };
  }
}

class Refused extends Error {}

async function send({ mutation, by, input }: Change, people: People): Promise<string> {
  const { value, errors, text } = await people[by].send(mutation, input);
  if (errors) throw new Refused(`${mutation}: ${text}`);
  const { revision, requestId, id } = value.request ?? value.task;
  return [requestId ?? id, revision, value.position].map(String).join(' ');
}

it(
  `nothing acknowledged is lost by a server killed ${String(KILLS)} times`,
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'bangbangwo-killed-'));
    const data = join(directory, 'data');
    try {
      const { communityId, people } = await prepare(data);
      const clients = Array.from({ length: CLIENTS }, () => new Client(communityId));
      let underWay = 0;
      for (let kill = 0; kill < KILLS; kill += 1) {
        await runUntilKilled(directory, people, clients);
        underWay += clients.filter(({ changes }) => changes.at(-1)?.told === undefined).length;
      }
      const acknowledged = clients.flatMap(({ changes }) => changes).filter(({ told }) => told !== undefined);
      const log = await readLog(data);
      const lost = acknowledged.filter(({ input, told }) => log.get(input.commandId)?.join() !== told);
      process.stdout.write(
        `killed the server ${String(KILLS)} times: ${acknowledged.length.toLocaleString('en')} changes acknowledged, ` +
          `${String(lost.length)} lost or doubled; ${String(underWay)} were under way\n`,
      );
      expect(lost).toEqual([]);
      expect(acknowledged.length).toBeGreaterThan(KILLS * CLIENTS);
      const { served, replayed } = await servedAndReplayed(data);
      expect(served).toEqual(replayed);
      await expectSlotsInStep(data, people, clients);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
  60_000 + KILLS * SECONDS_PER_KILL * 1_000,
);

async function prepare(data: string): Promise<{ communityId: string; people: People }> {
  const api = await Api.start({ directory: data });
  const { administrator, communityId, office, volunteer } = await Neighbourhood.at(api);
  await administrator.order('setPolicy', { communityId, openTaskLimit: 1_000 });
  await api.close();
  return { communityId, people: { office, volunteer } };
}

/** The same people at this server; their tokens are short-lived. */
async function signedIn(server: GraphqlClient, { office, volunteer }: People): Promise<People> {
  const again = async ({ member }: Person) =>
    new Person(server, { ...member, token: await signIn(server, member.username) });
  return { office: await again(office), volunteer: await again(volunteer) };
}

async function runUntilKilled(directory: string, people: People, clients: readonly Client[]): Promise<void> {
  const server = ServerProcess.start(directory);
  try {
    const here = await signedIn(new GraphqlClient(await server.url), people);
    // Sent again after the restart, a change answers what it answered before: it is there, and once.
    const recent = clients.flatMap(({ changes }) => changes.slice(-6).filter(({ told }) => told !== undefined));
    for (const change of recent) expect(await send(change, here)).toBe(change.told);
    const working = clients.map((client) => client.work(here));
    setTimeout(() => server.signal('SIGKILL'), Math.random() * LONGEST_LIFE_MS);
    await Promise.all(working);
  } finally {
    await server.kill();
  }
}

/** By command id, what a client was told of each of its events. */
async function readLog(data: string): Promise<ReadonlyMap<string, string[]>> {
  const api = await Api.start({ directory: data });
  const log = new Map<string, string[]>();
  const { store } = api.application.foundation;
  for (let after = START_OF_LOG; ;) {
    const { events, next, head } = await store.readAll({ after });
    for (const { metadata, stream, revision, position } of events) {
      const told = [stream.slice('request-'.length), revision, position].join(' ');
      log.set(metadata.commandId, [...(log.get(metadata.commandId) ?? []), told]);
    }
    after = next;
    if (next >= head) break;
  }
  await api.close();
  return log;
}

/** Once everybody has sent again what was not acknowledged, the volunteer holds as many slots as tasks. */
async function expectSlotsInStep(data: string, people: People, clients: readonly Client[]): Promise<void> {
  const api = await Api.start({ directory: data });
  const here = await signedIn(api, people);
  for (const { changes } of clients) {
    for (const change of changes.slice(-1)) change.told ??= await send(change, here);
  }
  const { volunteerId } = people.volunteer;
  const atLeast = await api.application.foundation.store.head();
  const held = await here.volunteer.read('myTasks', { status: ['ACCEPTED', 'IN_PROGRESS'], atLeast });
  const { openTasks } = await here.office.read('volunteer', { id: volunteerId, atLeast });
  await api.close();
  expect(openTasks).toBe(held.totalCount);
}

// However often the server is killed amidst the changes of many clients: what was acknowledged is there afterwards, what
// was not can be sent again and happens once, and the read models equal a replay. FAULT_KILLS says how often.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import type { RecordedEvent } from '#libs/event-store';
import { Api } from '../e2e/harness/api.ts';
import { GraphqlClient } from '../e2e/harness/client.ts';
import { readLog } from '../e2e/harness/log.ts';
import { Neighbourhood } from '../e2e/harness/neighbourhood.ts';
import { servedAndReplayed } from '../e2e/harness/read-models.ts';
import { ServerProcess } from '../e2e/harness/server-process.ts';
import type { People } from './changes.ts';
import { Client, lostOrDoubled, send, signedIn, slotsOf } from './changes.ts';

/** A server takes longer to start than a store: a quarter of the rounds the others have. */
const KILLS = Math.max(3, Math.round(Number(process.env['FAULT_KILLS'] ?? 12) / 4));
const SECONDS_PER_KILL = 15;
const CLIENTS = 12;
const LONGEST_LIFE_MS = 1_500;

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
      const lost = lostOrDoubled(acknowledged, await logIn(data));
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

async function runUntilKilled(directory: string, people: People, clients: readonly Client[]): Promise<void> {
  const server = ServerProcess.start(directory);
  try {
    const here = await bothSignedIn(new GraphqlClient(await server.url), people);
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

async function logIn(data: string): Promise<RecordedEvent[]> {
  const api = await Api.start({ directory: data });
  return readLog(api.application.foundation.store).finally(() => api.close());
}

async function bothSignedIn(server: GraphqlClient, { office, volunteer }: People): Promise<People> {
  return { office: await signedIn(server, office), volunteer: await signedIn(server, volunteer) };
}

/** Once everybody has sent again what was not acknowledged, the volunteer holds as many slots as tasks. */
async function expectSlotsInStep(data: string, people: People, clients: readonly Client[]): Promise<void> {
  const api = await Api.start({ directory: data });
  const here = await bothSignedIn(api, people);
  for (const { changes } of clients) {
    for (const change of changes.slice(-1)) change.told ??= await send(change, here);
  }
  const { held, counted } = await slotsOf(here, await api.application.foundation.store.head());
  await api.close();
  expect(counted).toBe(held);
}

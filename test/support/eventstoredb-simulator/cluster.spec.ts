// Three nodes over one log, and who may speak to them.
import { readFileSync } from 'node:fs';
import { EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import { afterEach, describe, expect, it } from '@jest/globals';
import { certificateAuthorityFile } from './index.ts';
import { clientOf, closeAll, collect, connect, errorOf, ordered, revisions } from './specs.harness.ts';

afterEach(closeAll);

const NEW = { expectedRevision: NO_STREAM } as const;
const one = (port: number | undefined) => clientOf(`esdb://127.0.0.1:${port}?tls=false`);

describe('A cluster', () => {
  it('is discovered, and its leader found', async () => {
    const { simulator, client } = await connect({ nodes: 3 });
    expect(simulator.changeLeader()).toBe(1);
    await client.appendToStream('request-1', ordered(), NEW);
    expect(simulator.journal.of('gossip').answered).toBeGreaterThan(0);
    for (const port of simulator.ports)
      expect(revisions(await collect(one(port).readStream('request-1')))).toEqual([0]);
  });

  it('has followers that name the leader instead of writing', async () => {
    const { simulator } = await connect({ nodes: 3 });
    const error = await errorOf(one(simulator.ports[2]).appendToStream('request-1', ordered(), NEW));
    expect(error).toMatchObject({ type: 'not-leader', leader: { address: '127.0.0.1', port: simulator.ports[0] } });
    const reading = one(simulator.ports[2]).readAll({ maxCount: 1, requiresLeader: true });
    expect(await errorOf(collect(reading))).toMatchObject({ type: 'not-leader' });
  });

  it('is written to through a follower that forwards', async () => {
    const { simulator } = await connect({ nodes: 3, followerWrites: 'forwarded' });
    const follower = one(simulator.ports[2]);
    expect(await follower.appendToStream('request-1', ordered(), NEW)).toMatchObject({ success: true });
  });

  it('is written to by the same client after another node leads', async () => {
    const { simulator, client } = await connect({ nodes: 3 });
    await client.appendToStream('request-1', ordered(), NEW);
    simulator.changeLeader();
    const next = () => client.appendToStream('request-1', ordered(), { expectedRevision: 0n });
    expect(await errorOf(next())).toMatchObject({ type: 'not-leader' });
    expect(await next()).toMatchObject({ nextExpectedRevision: 1n });
  });

  it('may have a node that lags', async () => {
    const { simulator, client } = await connect({ nodes: 3 });
    await client.appendToStream('request-1', [ordered(), ordered()], NEW);
    simulator.lag(1, 1);
    await client.appendToStream('request-2', ordered(), NEW);
    const behind = one(simulator.ports[1]);
    expect(revisions(await collect(behind.readStream('request-1')))).toEqual([0]);
    expect(await errorOf(collect(behind.readStream('request-2')))).toMatchObject({ type: 'stream-not-found' });
    simulator.lag(1, undefined);
    expect(revisions(await collect(behind.readStream('request-1')))).toEqual([0, 1]);
  });
});

describe('A server that cannot serve', () => {
  const ONE_BY_ONE = { ...NEW, credentials: { username: 'admin', password: 'changeit' } };

  it('says that it is not ready', async () => {
    const { simulator, client } = await connect();
    simulator.setReady(false);
    expect(await errorOf(client.appendToStream('request-1', ordered(), NEW))).toMatchObject({
      type: 'unknown',
      message: expect.stringContaining('Server Is Not Ready'),
    });
    expect(await errorOf(client.appendToStream('request-1', ordered(), ONE_BY_ONE))).toMatchObject({
      type: 'unavailable',
    });
    simulator.setReady(true);
    expect(await client.appendToStream('request-1', ordered(), NEW)).toMatchObject({ success: true });
  });

  it('is not ready while no node leads', async () => {
    const { simulator, client } = await connect();
    simulator.loseLeader();
    expect(await errorOf(collect(client.readAll({ maxCount: 1 })))).toMatchObject({ type: 'unavailable' });
    simulator.changeLeader(0);
    expect(await collect(client.readAll({ maxCount: 1 }))).toHaveLength(1);
  });

  it.each([
    ['kept', 2],
    ['lost', 1],
  ] as const)('lets writes time out without a quorum, and they are %s', async (heldWrites, stored) => {
    const { simulator, client } = await connect({ commitTimeoutMs: 1 });
    await client.appendToStream('request-0', ordered(), NEW);
    simulator.loseQuorum();
    expect(await errorOf(client.appendToStream('request-1', ordered(), NEW))).toMatchObject({
      type: 'deadline-exceeded',
    });
    expect(simulator.events.filter(({ stream }) => stream.startsWith('request-'))).toHaveLength(1);
    simulator.regainQuorum(heldWrites);
    expect(simulator.events.filter(({ stream }) => stream.startsWith('request-'))).toHaveLength(stored);
  });
});

describe('A secure server', () => {
  const users = [
    { name: 'admin', password: 'changeit', administrator: true },
    { name: 'clerk', password: 'a:b@c' },
  ];
  const secure = (simulator: { ports: readonly number[] }, login: string) =>
    clientOf(
      `esdb://${login}localhost:${simulator.ports[0]}?tls=true&tlsCAFile=${encodeURIComponent(certificateAuthorityFile)}`,
    );

  it('serves those who know the password', async () => {
    const { client } = await connect({ tls: true, nodes: 3 });
    await client.appendToStream('request-1', ordered(), NEW);
    expect(revisions(await collect(client.readStream('request-1')))).toEqual([0]);
  });

  it('turns away those who do not', async () => {
    const { simulator } = await connect({ tls: true, credentials: users });
    const wrong = secure(simulator, 'admin:wrong@');
    expect(await errorOf(collect(wrong.readAll({ maxCount: 1 })))).toMatchObject({ type: 'access-denied', code: 16 });
    expect(await errorOf(wrong.appendToStream('request-1', ordered(), NEW))).toMatchObject({ type: 'access-denied' });
    const nameless = secure(simulator, '');
    expect(await errorOf(nameless.appendToStream('request-1', ordered(), NEW))).toMatchObject({
      type: 'access-denied',
    });
    expect(await errorOf(collect(nameless.readAll({ maxCount: 1 })))).toMatchObject({ type: 'access-denied', code: 7 });
  });

  it('shows the whole log to administrators only', async () => {
    const { simulator } = await connect({ tls: true, credentials: users });
    const clerk = secure(simulator, 'clerk:a%3Ab%40c@');
    await clerk.appendToStream('request-1', ordered(), NEW);
    expect(await errorOf(collect(clerk.readAll({ maxCount: 1 })))).toMatchObject({ type: 'access-denied' });
  });

  it('is not trusted without its authority', async () => {
    const { simulator } = await connect({ tls: true });
    const endpoint = { address: 'localhost', port: simulator.ports[0]! };
    const stranger = new EventStoreDBClient({ endpoint }, {});
    expect(await errorOf(collect(stranger.readAll({ maxCount: 1 })))).toMatchObject({ type: 'unavailable' });
    expect(readFileSync(certificateAuthorityFile, 'utf8')).toContain('BEGIN CERTIFICATE');
  });
});

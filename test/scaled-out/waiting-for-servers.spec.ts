// Servers that are not there yet: every process lives, says in one sentence what it waits for, logs each change once, and
// serves as soon as they come, without a restart. The operator's commands do not wait.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeployedProcess } from '../support/deployment/index.ts';
import { SimulatorProcess } from '../support/eventstoredb-simulator/index.ts';
import { postgresBinaries, PostgresServer } from '../support/postgres-server.ts';
import { refusalOfCli } from './harness/refusal.ts';
import { expectDiscretion, linesOf, SECRET } from './harness/spoken.ts';

(postgresBinaries() ? describe : describe.skip)('servers that are not there yet', () => {
  const directory = mkdtempSync(join(tmpdir(), 'bangbangwo-waiting-'));
  const processes: DeployedProcess[] = [];
  let postgres: PostgresServer;
  let simulator: SimulatorProcess | undefined;
  let port: number;
  let environment: Record<string, string>;

  beforeAll(async () => {
    const [gone, server] = await Promise.all([
      SimulatorProcess.start(),
      PostgresServer.start({ password: SECRET, settings: ['hot_standby=on'] }),
    ]);
    postgres = server;
    port = gone.ports[0]!;
    environment = {
      EVENTSTORE_URL: gone.connectionString,
      DATABASE_URL: server.url,
      MASTER_KEY: randomBytes(32).toString('base64'),
      ERASURE_LIST_FILE: join(directory, 'erasures.list'),
    };
    await Promise.all([gone.stop(), server.stop()]);
  }, 60_000);

  afterAll(async () => {
    await Promise.all(processes.map((each) => each.kill()));
    await Promise.all([simulator?.stop(), postgres.remove()]);
    rmSync(directory, { recursive: true, force: true });
  });

  const start = async (app: 'api' | 'projector', over: Record<string, string> = {}) => {
    const added = new DeployedProcess(app, directory, { ...environment, ...over });
    await added.listening();
    return added;
  };
  const waiting = (each: DeployedProcess, part: string, sentence: RegExp) =>
    each.until((report) => report.waitingFor === part && sentence.test(report.reason ?? ''));
  const statusOf = async (each: DeployedProcess, path: string) => (await fetch(each.url + path)).status;

  it('are waited for, live and not ready, one after the other', async () => {
    processes.push(await start('api'), await start('projector'));
    const [api, projector] = processes;
    for (const each of processes) {
      await waiting(
        each,
        'event store',
        /^EventStoreDB at 127\.0\.0\.1:\d+ cannot be used now: it cannot be reached\.$/,
      );
      expect(await statusOf(each, '/livez')).toBe(200);
      expect(await statusOf(each, '/readyz')).toBe(503);
    }
    const asked = await fetch(`${api!.url}/graphql`, { method: 'POST' });
    expect({ status: asked.status, body: await asked.json() }).toMatchObject({
      status: 503,
      body: { errors: [{ extensions: { code: 'UNAVAILABLE' } }] },
    });

    simulator = await SimulatorProcess.start({ port });
    const unreachable = /^PostgreSQL at 127\.0\.0\.1:\d+ cannot be used now: it cannot be reached\.$/;
    for (const each of processes) await waiting(each, 'person keys', unreachable);

    await postgres.stepBack();
    for (const each of processes) await waiting(each, 'person keys', /read-only/);

    await postgres.promote();
    await projector!.until(({ status, role }) => status === 'ready' && role === 'leading');
    await api!.ready();
    for (const each of processes) {
      const parts = linesOf(each.said, 'waited for and found').map(({ part }) => part);
      expect(parts).toEqual(['event store', 'person keys']);
      const told = linesOf(each.said, 'waiting').map(({ part, reason }) => `${String(part)} ${String(reason)}`);
      expect(told.length).toBeLessThanOrEqual(6);
      expect(told.filter((one, index) => one === told[index - 1])).toEqual([]);
      expectDiscretion(each.said);
    }
  });

  it.each<[string, () => Record<string, string>, string]>([
    [
      'an event store whose name nobody knows',
      () => ({ EVENTSTORE_URL: 'esdb://nowhere.invalid:2113' }),
      'event store',
    ],
    [
      'an event store that wants TLS, without',
      () => ({ EVENTSTORE_URL: `esdb://127.0.0.1:${new URL(postgres.url).port}?tls=false` }),
      'event store',
    ],
    [
      'a database whose name nobody knows',
      () => ({ DATABASE_URL: `postgres://a:${SECRET}@nowhere.invalid/b` }),
      'keys',
    ],
  ])('may be on their way for long: %s', async (_, over, part) => {
    const projector = await start('projector', over());
    const report = await projector.until(({ reason }) => reason !== undefined);
    expect(report).toMatchObject({
      status: 'starting',
      waitingFor: expect.stringContaining(part),
      reason: expect.stringMatching(/^(EventStoreDB|PostgreSQL) at [\w.]+:\d+ cannot be used now: [^.]+\.$/),
    });
    expect(await projector.stop()).toBe(0);
    expectDiscretion(projector.said);
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['the database', () => postgres.stop(), /^PostgreSQL at \S+ cannot be used now: it cannot be reached\.$/],
    [
      'the event store, too',
      () => simulator!.stop(),
      /^EventStoreDB at \S+ cannot be used now: it cannot be reached\.$/,
    ],
  ])('are not waited for by a command: %s', async (_, stop, sentence) => {
    await stop();
    const commands = [['accounts', 'list'], ['rebuild'], ['export-keys', 'keys.jsonl'], ['skip', 'request-list', '1']];
    const began = performance.now();
    const said = await Promise.all(commands.map((args) => refusalOfCli(args, environment)));
    expect(performance.now() - began).toBeLessThan(30_000);
    // Keys are in the database alone.
    for (const [index, one] of said.entries()) expect(one).toMatch(index === 2 ? /^PostgreSQL at .*\.$/ : sentence);
  });

  it('are not waited for by a command that moves the log', async () => {
    expect(await refusalOfCli(['export-events', 'log.jsonl'], environment)).toMatch(
      /^EventStoreDB at .* be reached\.$/,
    );
  });
});

// However often moving a log is killed: what is in the target is a beginning of the file, given again it goes on from there,
// and in the end both logs are equal. A file whose writing was killed is refused. FAULT_KILLS says how often.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EVENTS_FILE, openServerStore } from '#apps/foundation';
import { readLog } from '#libs/event-store/contract';
import type { EventStore } from '#libs/event-store';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import { readSettings, scaledOut } from '#libs/platform';
import { LogHouse } from '../../apps/cli/testing/log-house.ts';
import { EventStoreSimulator } from '../support/eventstoredb-simulator/index.ts';

const KILLS = Number(process.env['FAULT_KILLS'] ?? 5);
const KILLS_PER_MOVE = 10;
const SECONDS_PER_KILL = 15;
const CLI = fileURLToPath(new URL('../../dist/apps/cli/main.js', import.meta.url));

let directory: string;
let house: LogHouse;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'killed-moves-'));
  house = new LogHouse();
});
afterEach(async () => {
  await house.remove();
  rmSync(directory, { recursive: true });
});

const at = (name: string) => join(directory, name);
const body = (text: string) => text.slice(text.indexOf('\n'));

/** Where a log is moved to: what a process is told of it, and a look at what is there. */
interface Target {
  readonly environment: Readonly<Record<string, string>>;
  readonly open: () => EventStore | undefined;
  readonly discard: () => Promise<void>;
}

async function directoryTarget(): Promise<Target> {
  const data = mkdtempSync(at('data-'));
  const file = join(data, EVENTS_FILE);
  return {
    environment: { DATA_DIR: data },
    open: () => (existsSync(file) ? SqliteEventStore.open({ file }) : undefined),
    discard: async () => undefined,
  };
}

async function serverTarget(): Promise<Target> {
  const simulator = await EventStoreSimulator.start();
  const environment = {
    EVENTSTORE_URL: simulator.connectionString,
    // Asked for beside it, and not needed to move a log.
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    ERASURE_LIST_FILE: '/nowhere/erasures.list',
  };
  const servers = scaledOut(readSettings(environment))!;
  return { environment, open: () => openServerStore(servers), discard: () => simulator.stop() };
}

/** Runs a command; kills it, if told to, some time after it first said something. */
async function run(argv: readonly string[], environment: Target['environment'], killAfterMs?: number) {
  const child = spawn(process.execPath, [CLI, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let said = '';
  let killing: NodeJS.Timeout | undefined;
  const kill = (text: string) => {
    said += text;
    if (killAfterMs === undefined) return;
    killing ??= setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  };
  child.stdout.setEncoding('utf8').on('data', kill);
  child.stderr.setEncoding('utf8').on('data', kill);
  await once(child, 'close');
  clearTimeout(killing);
  return { code: child.exitCode, killed: child.signalCode === 'SIGKILL', said };
}

async function idsIn({ open }: Target): Promise<string[]> {
  const store = open();
  if (!store) return [];
  const ids = (await readLog(store)).map(({ id }) => id);
  await store.close();
  return ids;
}

describe('moving a log', () => {
  it.each([
    { where: 'a data directory', newTarget: directoryTarget, events: 6_000, latestKillMs: 300 },
    { where: 'a server', newTarget: serverTarget, events: 2_000, latestKillMs: 1_000 },
  ])(
    `goes on wherever it was killed on its way into $where, ${String(KILLS)} times`,
    async ({ where, newTarget, events, latestKillMs }) => {
      const source = await house.written(events);
      const ids = (await readLog(source)).map(({ id }) => id);
      const text = await house.exported(source);
      writeFileSync(at('log.jsonl'), text);
      let [amidst, move] = [0, 0];
      for (let kills = 0; kills < KILLS; move += 1) {
        const target = await newTarget();
        const { environment } = target;
        for (let [inMove, before] = [0, 0]; inMove < KILLS_PER_MOVE && kills < KILLS; inMove += 1) {
          const { killed } = await run(['import-events', at('log.jsonl')], environment, Math.random() * latestKillMs);
          const found = await idsIn(target);
          expect(found).toEqual(ids.slice(0, found.length));
          expect(found.length).toBeGreaterThanOrEqual(before);
          before = found.length;
          if (!killed) break;
          kills += 1;
          if (found.length > 0 && found.length < ids.length) amidst += 1;
        }
        expect(await run(['import-events', at('log.jsonl')], environment)).toMatchObject({ code: 0 });
        const again = at(`again-${String(move)}.jsonl`);
        expect(await run(['export-events', again], environment)).toMatchObject({ code: 0 });
        expect(body(readFileSync(again, 'utf8'))).toBe(body(text));
        await target.discard();
      }
      process.stdout.write(
        `killed ${String(KILLS)} moves into ${where}, ${String(amidst)} of them amidst their events\n`,
      );
      expect(amidst).toBeGreaterThan(0);
    },
    Math.max(120, KILLS * SECONDS_PER_KILL) * 1_000,
  );

  it('takes no file whose writing was killed', async () => {
    const data = at('data');
    mkdirSync(data);
    const store = SqliteEventStore.open({ file: join(data, EVENTS_FILE) });
    await house.imported(await house.exported(await house.written(500)), store, 256);
    await store.close();
    for (let kill = 0; kill < 20; kill += 1) {
      rmSync(at('half.jsonl'), { force: true });
      if (await killOnceThere(data)) break;
    }
    const { code, said } = await run(['import-events', at('half.jsonl')], { DATA_DIR: at('target') });
    expect([code, existsSync(at('target'))]).toEqual([1, false]);
    expect(said).toMatch(
      /half\.jsonl(, line \d+: The file ends .* it was cut off\. Nothing was imported\.| is empty\.)\n$/,
    );
  }, 120_000);
});

/** Kills the writing of a file as soon as the file is there. */
async function killOnceThere(data: string): Promise<boolean> {
  const child = spawn(process.execPath, [CLI, 'export-events', at('half.jsonl'), '--data-dir', data]);
  const looking = setInterval(() => {
    if (existsSync(at('half.jsonl'))) child.kill('SIGKILL');
  }, 1);
  await once(child, 'close');
  clearInterval(looking);
  return child.signalCode === 'SIGKILL';
}

// However often moving a log is killed: what is in the target is a beginning of the file, given again it goes on from there,
// and in the end both logs are equal. A file whose writing was killed is refused. FAULT_KILLS says how often.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EVENTS_FILE } from '#apps/foundation';
import { readLog } from '#libs/event-store/contract';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import { LogHouse } from '../../apps/cli/testing/log-house.ts';

const KILLS = Number(process.env['FAULT_KILLS'] ?? 5);
const EVENTS = 4_000;
const KILLS_PER_MOVE = 10;
const LATEST_KILL_MS = 400;
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

/** Runs a command on a data directory; kills it, if told to, some time after it first said something. */
async function run(argv: readonly string[], data: string, killAfterMs?: number) {
  const child = spawn(process.execPath, [CLI, ...argv, '--data-dir', data], { stdio: ['ignore', 'pipe', 'pipe'] });
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

async function idsIn(data: string): Promise<string[]> {
  if (!existsSync(join(data, EVENTS_FILE))) return [];
  const store = SqliteEventStore.open({ file: join(data, EVENTS_FILE) });
  const ids = (await readLog(store)).map(({ id }) => id);
  await store.close();
  return ids;
}

describe('moving a log', () => {
  it(
    `goes on wherever it was killed, ${String(KILLS)} times`,
    async () => {
      const source = await house.written(EVENTS);
      const ids = (await readLog(source)).map(({ id }) => id);
      const text = await house.exported(source);
      writeFileSync(at('log.jsonl'), text);
      let [amidst, move] = [0, 0];
      for (let kills = 0; kills < KILLS; move += 1) {
        const data = at(`data-${String(move)}`);
        let before = 0;
        for (let inMove = 0; inMove < KILLS_PER_MOVE && kills < KILLS; inMove += 1) {
          const { killed } = await run(['import-events', at('log.jsonl')], data, Math.random() * LATEST_KILL_MS);
          const found = await idsIn(data);
          expect(found).toEqual(ids.slice(0, found.length));
          expect(found.length).toBeGreaterThanOrEqual(before);
          before = found.length;
          if (!killed) break;
          kills += 1;
          if (found.length > 0 && found.length < ids.length) amidst += 1;
        }
        expect(await run(['import-events', at('log.jsonl')], data)).toMatchObject({ code: 0 });
        expect(await run(['export-events', at(`again-${String(move)}.jsonl`)], data)).toMatchObject({ code: 0 });
        const again = readFileSync(at(`again-${String(move)}.jsonl`), 'utf8');
        expect(again.slice(again.indexOf('\n'))).toBe(text.slice(text.indexOf('\n')));
      }
      process.stdout.write(`killed ${String(KILLS)} moves, ${String(amidst)} of them amidst their events\n`);
      expect(amidst).toBeGreaterThan(0);
    },
    Math.max(120, KILLS * SECONDS_PER_KILL) * 1_000,
  );

  it('takes no file whose writing was killed', async () => {
    const data = at('data');
    mkdirSync(data);
    const store = SqliteEventStore.open({ file: join(data, EVENTS_FILE) });
    const source = await house.written(EVENTS);
    await house.imported(await house.exported(source), store, 256);
    await store.close();
    for (let kill = 0; kill < 20; kill += 1) {
      rmSync(at('half.jsonl'), { force: true });
      if (await killOnceThere(data)) break;
    }
    const { code, said } = await run(['import-events', at('half.jsonl')], at('target'));
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

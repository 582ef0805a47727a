// A house moves: from its data directory to servers, and back into another directory. The log is the same everywhere, line
// by line; so are the read models made of it, and with its keys what people wrote is read as before.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { EVENTS_FILE, openServerStore, PROJECTIONS } from '#apps/foundation';
import type { EventStore } from '#libs/event-store';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import { createLogger, openReadDatabase, scaledOut, readSettings, systemClock } from '#libs/platform';
import { hashTables, ProjectionEngine } from '#libs/projections';
import { CommandHouse, STUDIO_LEDGER } from '../../apps/cli/testing/command-house.ts';
import { EventStoreSimulator } from '../support/eventstoredb-simulator/index.ts';

jest.setTimeout(120_000);

let simulator: EventStoreSimulator;
let from: CommandHouse;
let to: CommandHouse;
beforeAll(async () => void (simulator = await EventStoreSimulator.start()));
afterAll(() => simulator.stop());
beforeEach(() => {
  from = new CommandHouse();
  to = new CommandHouse();
});
afterEach(() => {
  from.remove();
  to.remove();
});

/** All are asked for; only the event store is needed to move a log. */
const servers = () => ({
  EVENTSTORE_URL: simulator.connectionString,
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
  ERASURE_LIST_FILE: '/nowhere/erasures.list',
});

/** Gives a command with the servers in the environment. */
async function onServers(house: CommandHouse, ...argv: readonly string[]) {
  const given = servers();
  Object.assign(process.env, given);
  try {
    return await house.cli(...argv);
  } finally {
    for (const name of Object.keys(given)) Reflect.deleteProperty(process.env, name);
  }
}

const body = (house: CommandHouse, name: string) => readFileSync(house.at(name), 'utf8').replace(/^.*\n/, '');

/** One hash for each read model, made of a log from its beginning. */
async function readModelsOf(store: EventStore, file: string): Promise<readonly string[]> {
  const database = openReadDatabase({ file });
  const logger = createLogger({ level: 'silent' });
  const engine = new ProjectionEngine({ store, database, projections: PROJECTIONS, logger, clock: systemClock });
  await engine.start();
  await engine.waitFor(await store.head(), { timeoutMs: 60_000 });
  const hashes = await Promise.all(PROJECTIONS.map((projection) => hashTables(database, projection)));
  await engine.stop();
  await database.close();
  await store.close();
  return hashes;
}

describe('a house that moves', () => {
  it('takes its whole log to a server and back, and its keys, and is the same house', async () => {
    await from.addCommunity();
    await from.cli('import', STUDIO_LEDGER);
    expect(await from.cli('export-events', from.at('old.jsonl'))).toMatchObject({ code: 0 });
    expect(await from.cli('export-keys', from.at('keys.jsonl'))).toMatchObject({ code: 0 });

    const dry = await onServers(from, 'import-events', from.at('old.jsonl'), '--dry-run');
    expect(dry).toMatchObject({
      code: 0,
      out: expect.stringContaining('Would append 1158 events. Nothing') as unknown,
    });
    const moved = await onServers(from, 'import-events', from.at('old.jsonl'));
    expect(moved).toMatchObject({
      code: 0,
      out: expect.stringContaining('Appended 1158 events.\nRead back') as unknown,
    });
    const again = await onServers(from, 'import-events', from.at('old.jsonl'));
    expect(again.out).toContain('Appended 0 events. 1158 events had been imported before.');
    expect(await onServers(from, 'export-events', from.at('server.jsonl'))).toMatchObject({ code: 0 });
    expect(body(from, 'server.jsonl')).toBe(body(from, 'old.jsonl'));

    expect(await to.cli('import-events', from.at('server.jsonl'))).toMatchObject({ code: 0 });
    expect(await to.cli('export-events', to.at('new.jsonl'))).toMatchObject({ code: 0 });
    expect(body(to, 'new.jsonl')).toBe(body(from, 'old.jsonl'));

    const onServer = scaledOut(readSettings(servers()))!;
    const [old, server, back] = [
      await readModelsOf(SqliteEventStore.open({ file: from.at(`data/${EVENTS_FILE}`) }), from.at('old.db')),
      await readModelsOf(openServerStore(onServer), from.at('server.db')),
      await readModelsOf(SqliteEventStore.open({ file: to.at(`data/${EVENTS_FILE}`) }), to.at('new.db')),
    ];
    expect([server, back]).toEqual([old, old]);

    // Last, since an export is recorded in each house as a reading of its own.
    const key = readFileSync(from.at('data/master.key'), 'utf8').trim();
    process.env['MASTER_KEY'] = key;
    try {
      expect(await to.cli('import-keys', from.at('keys.jsonl'))).toMatchObject({ code: 0 });
      expect(await to.exported('ledger.csv')).toBe(await from.exported('ledger.csv'));
    } finally {
      Reflect.deleteProperty(process.env, 'MASTER_KEY');
    }
  });

  it('does not move into a server that holds another log', async () => {
    await from.addCommunity();
    await from.cli('export-events', from.at('other.jsonl'));
    const { code, err } = await onServers(from, 'import-events', from.at('other.jsonl'));
    expect(code).toBe(1);
    expect(err).toMatch(/\nThis log holds other events than the file: its event number 1 is revision 0 of .* Nothing/);
  });

  it('says in a sentence that a server is not there', async () => {
    const gone = await EventStoreSimulator.start();
    const url = gone.connectionString;
    await gone.stop();
    Object.assign(process.env, servers(), { EVENTSTORE_URL: url });
    try {
      const { code, err } = await from.cli('export-events', from.at('none.jsonl'));
      expect([code, err.split('\n').length]).toEqual([1, 2]);
    } finally {
      for (const name of Object.keys(servers())) Reflect.deleteProperty(process.env, name);
    }
  });
});

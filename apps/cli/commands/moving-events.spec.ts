// `export-events` and `import-events` as an operator gives them: what they answer, say and write.
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import { CommandHouse, STUDIO_LEDGER } from '../testing/command-house.ts';
import { eventOf, LogHouse } from '../testing/log-house.ts';

jest.setTimeout(60_000);

let from: CommandHouse;
let to: CommandHouse;
beforeEach(() => {
  from = new CommandHouse();
  to = new CommandHouse();
});
afterEach(() => {
  from.remove();
  to.remove();
});

async function exported(house: CommandHouse, name = 'log.jsonl'): Promise<string> {
  const { code, err } = await house.cli('export-events', house.at(name));
  if (code !== 0) throw new Error(err);
  return readFileSync(house.at(name), 'utf8');
}

/** All but the first line, which holds the time. */
const body = (text: string) => text.slice(text.indexOf('\n'));

describe('moving a log', () => {
  it('brings a house to another directory, where it goes on as before', async () => {
    await from.addCommunity();
    await from.cli('import', STUDIO_LEDGER);
    const written = await from.cli('export-events', from.at('log.jsonl'));
    expect(written.out).toMatch(
      /^Wrote \d{4} events to .*\/log\.jsonl\. SHA-256 of their lines: [0-9a-f]{64}\.\nNames/,
    );
    expect(statSync(from.at('log.jsonl')).mode & 0o777).toBe(0o600);
    const text = readFileSync(from.at('log.jsonl'), 'utf8');
    const events = text.split('\n').length - 3;

    const dry = await to.cli('import-events', from.at('log.jsonl'), '--dry-run');
    expect(dry.out).toMatch(
      new RegExp(
        `^The file is whole: ${String(events)} events\\. Streams: area 3, request 143, volunteer 23\\.\nWould append ${String(events)} events\\. Nothing was imported\\.\n$`,
      ),
    );
    expect(existsSync(to.at('data'))).toBe(false);

    const moved = await to.cli('import-events', from.at('log.jsonl'));
    expect(moved).toMatchObject({ code: 0 });
    expect(moved.out).toContain(
      `Appended ${String(events)} events.\nRead back: the log holds these ${String(events)} events`,
    );
    expect(moved.err).toContain(`Importing ${String(events)}/${String(events)}`);
    expect(body(await exported(to))).toBe(body(text));

    expect((await to.cli('import-events', from.at('log.jsonl'))).out).toContain(
      `Appended 0 events. ${String(events)} events had been imported before.\nRead back`,
    );
    expect((await to.cli('import-events', from.at('log.jsonl'), '--dry-run')).out).toContain(
      `Would append 0 events. ${String(events)} events had been imported before.`,
    );

    // The keys do not travel with the log: nothing opens until they are brought, and nothing is made in their place.
    expect(readdirSync(to.at('data')).some((name) => /^keys|^master|^read-models/.test(name))).toBe(false);
    expect((await to.cli('areas', 'list')).err).toMatch(
      /^The person keys are missing in .*keys\.db, but there are events sealed with them\./,
    );
    for (const name of ['keys.db', 'master.key']) copyFileSync(from.at(`data/${name}`), to.at(`data/${name}`));
    expect(await to.exported('moved.csv')).toBe(await from.exported('old.csv'));
  });

  it('refuses a file that was cut off, and leaves no trace of it', async () => {
    await from.addCommunity();
    const text = await exported(from);
    writeFileSync(from.at('cut.jsonl'), text.slice(0, -30));
    const { code, out, err } = await to.cli('import-events', from.at('cut.jsonl'));
    expect([code, out, existsSync(to.at('data'))]).toEqual([1, '', false]);
    expect(err).toContain(
      `${from.at('cut.jsonl')}, line 5: The file ends in the middle of this line: it was cut off. Nothing was imported.\n`,
    );
  });

  it('refuses streams of a kind that this version does not know', async () => {
    const house = new LogHouse();
    const store = house.open();
    await store.append('parade-1', [eventOf(1)], { expected: 'no-stream' });
    writeFileSync(from.at('newer.jsonl'), await house.exported(store));
    await house.remove();
    const { code, err } = await to.cli('import-events', from.at('newer.jsonl'));
    expect([code, existsSync(to.at('data'))]).toEqual([1, false]);
    expect(err).toMatch(
      /newer\.jsonl holds streams of a category that this version does not know: parade\. Nothing .*\n$/,
    );
  });

  it('goes without the events of others that an operator names, and says so at both ends', async () => {
    await from.addCommunity();
    const store = SqliteEventStore.open({ file: from.at('data/events.db') });
    const positions: string[] = [];
    for (const index of [1, 2]) {
      const event = { ...eventOf(index), metadata: { version: 0 } as never };
      positions.push((await store.append(`request-${String(index)}`, [event], { expected: 'no-stream' })).position);
    }
    await store.close();
    expect((await from.cli('export-events', from.at('log.jsonl'))).err).toContain(
      `position ${positions[1]!} (revision`,
    );
    const flags = positions.flatMap((position) => ['--leave-out', position]);
    const { out } = await from.cli('export-events', from.at('log.jsonl'), ...flags);
    expect(out).toContain('\nLeft out 2 events of others, as its first line says.\n');
    const moved = await to.cli('import-events', from.at('log.jsonl'));
    expect(moved).toMatchObject({
      code: 0,
      out: expect.stringContaining('Left out at the export: 2 events of others.'),
    });
  });

  it('refuses a house that has a log of its own', async () => {
    await from.addCommunity();
    await to.addCommunity();
    const before = to.logSize();
    await exported(from);
    for (const flags of [[], ['--dry-run']]) {
      const { code, err } = await to.cli('import-events', from.at('log.jsonl'), ...flags);
      expect([code, to.logSize()]).toEqual([1, before]);
      expect(err).toMatch(/\nThis log holds other events than the file: its event number 1 is revision 0 .*\.\n$/);
    }
  });

  it('exports nothing where there is no log, and never over another file', async () => {
    const none = await from.cli('export-events', from.at('log.jsonl'));
    expect(none).toMatchObject({ code: 1, err: `There is no event log in ${from.at('data')}.\n` });
    expect([existsSync(from.at('data')), existsSync(from.at('log.jsonl'))]).toEqual([false, false]);
    await from.addCommunity();
    writeFileSync(from.at('log.jsonl'), 'mine');
    expect(await from.cli('export-events', from.at('log.jsonl'))).toMatchObject({
      code: 1,
      err: `${from.at('log.jsonl')} cannot be written: it exists already.\n`,
    });
    expect(readFileSync(from.at('log.jsonl'), 'utf8')).toBe('mine');
  });

  it('reads no directory and no missing file', async () => {
    mkdirSync(from.at('directory'));
    for (const [name, sentence] of [
      ['directory', 'is not a file.'],
      ['none', 'cannot be read: there is no such file or directory.'],
    ] as const)
      expect(await to.cli('import-events', from.at(name))).toEqual({
        ...{ code: 1, out: '', err: `${from.at(name)} ${sentence}\n` },
      });
  });

  it('takes the keys along in a file of their own, which opens with the old master key only', async () => {
    await from.addCommunity();
    await from.cli('import', from.ledger([{}]));
    await exported(from);
    const written = await from.cli('export-keys', from.at('keys.jsonl'));
    expect(written.out).toMatch(
      /^Wrote \d keys to .*keys\.jsonl, wrapped with the master key, which is not in it\.\nKeys of/,
    );
    expect(statSync(from.at('keys.jsonl')).mode & 0o777).toBe(0o600);

    await to.cli('import-events', from.at('log.jsonl'));
    const without = await to.cli('import-keys', from.at('keys.jsonl'));
    expect(without).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^The keys of \d persons are in place\.\n$/) as unknown,
    });
    expect(without.err).toMatch(
      /\n.*master\.key is missing, but keys\.db holds keys wrapped with it\. Restore it; .*\n$/,
    );

    copyFileSync(from.at('data/master.key'), to.at('data/master.key'));
    const moved = await to.cli('import-keys', from.at('keys.jsonl'));
    expect(moved).toMatchObject({
      code: 0,
      out: expect.stringContaining('The master key opens them. Delete ') as unknown,
    });
    expect(await to.exported('moved.csv')).toBe(await from.exported('old.csv'));
  });
});

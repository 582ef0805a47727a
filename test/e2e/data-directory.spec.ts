// What lies in the data directory: the read models can be deleted and come again the same; one process has it at a time.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENTS_FILE, READ_MODELS_FILE } from '#apps/foundation';
import { createLogger } from '#libs/platform';
import { Api } from './harness/api.ts';
import { Neighbourhood } from './harness/neighbourhood.ts';
import { hashReadModels, servedAndReplayed } from './harness/read-models.ts';
import { runCli } from './harness/server-process.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bangbangwo-directory-'));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('the read models', () => {
  it('are the same tables again when their file is deleted', async () => {
    const api = await Api.start({ directory });
    const here = await Neighbourhood.at(api);
    const [raised, resolved] = [await here.raise(), await here.resolved()];
    await here.office.order('reopenRequest', { requestId: resolved.id, reason: 'Again' });
    await here.office.order('withdrawRequest', { requestId: raised.id });
    await here.accepted();
    await here.offer({ volunteerId: here.volunteer.volunteerId });
    const live = await hashReadModels(api);
    await api.close();

    const { served, replayed } = await servedAndReplayed(directory);
    expect(served).toEqual(live);
    expect(replayed).toEqual(live);

    // The comparison would notice: one more event changes a hash.
    const again = await Api.start({ directory });
    await here.office.at(again).order('correctRequest', { requestId: resolved.id, building: '3门' });
    expect(await hashReadModels(again)).not.toEqual(live);
    await again.close();
    expect([EVENTS_FILE, READ_MODELS_FILE].every((file) => existsSync(join(directory, file)))).toBe(true);
  });
});

it('says when others may read its directory or the master key, and by default they may not', async () => {
  const data = join(directory, 'data');
  const warnings = async () => {
    const lines: string[] = [];
    const logger = createLogger({ level: 'warn', write: (line) => lines.push(line) });
    await (await Api.start({ directory: data, logger })).close();
    return lines.map((line) => (JSON.parse(line) as { part: string }).part);
  };
  expect(await warnings()).toEqual([]);
  chmodSync(data, 0o750);
  expect(await warnings()).toEqual(['data directory']);
  chmodSync(data, 0o700);
  chmodSync(join(data, 'master.key'), 0o604);
  expect(await warnings()).toEqual(['master.key']);
});

describe('a second process', () => {
  it.each([['rebuild'], ['accounts', 'list'], ['demo']])('is refused with a sentence: %s', async (...args) => {
    const api = await Api.start({ directory: join(directory, 'data') });
    const before = await api.application.foundation.store.head();
    const { code, errors, output } = await runCli(args, directory);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toMatch(
      /^The data directory .* is in use by another Bangbangwo process .*\. Stop it first, .*\.\n$/,
    );
    expect(await api.application.foundation.store.head()).toBe(before);
    await api.close();
  });
});

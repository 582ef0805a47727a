// Old events stay readable: every version ever written has a golden file as it lies in the log, and the code of today
// reads each of them. A changed event without a new version, or a new version without a file, fails here.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import type { EventCodec, PersonalDataSealer, RecordedEvent } from '#libs/event-store';
import { GOLDEN_AGGREGATES } from './golden-aggregates.ts';

const FOLDER = fileURLToPath(new URL('../fixtures/events/', import.meta.url));

interface Golden {
  readonly name: string;
  readonly recorded: RecordedEvent;
}

function goldenFiles(category: string): Golden[] {
  const folder = `${FOLDER}${category}`;
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return names.map((name) => ({
    name,
    recorded: JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as RecordedEvent,
  }));
}

it('every folder of golden files belongs to an aggregate', () => {
  expect(readdirSync(FOLDER).sort()).toEqual(GOLDEN_AGGREGATES.map(({ category }) => category).sort());
});

describe.each(GOLDEN_AGGREGATES)('golden events of $category', ({ category, codec, replay }) => {
  const files = goldenFiles(category);

  it('are named after what they hold', () => {
    const expected = files.map(({ recorded: { type, metadata } }) => `${type}.v${String(metadata.version)}.json`);
    expect(files.map(({ name }) => name)).toEqual(expected);
    expect(files.every(({ recorded }) => recorded.stream.startsWith(`${category}-`))).toBe(true);
  });

  it.each(files)('are read: $name', ({ recorded }) => {
    const { id, type, stream, revision, position, metadata } = recorded;
    expect(codec.decode(recorded)).toMatchObject({ id, type, stream, revision, position, metadata });
  });

  it.each([...codec.types])('have a file of the version written today: %s', async (type) => {
    const newest = files
      .map(({ recorded }) => recorded)
      .filter((recorded) => recorded.type === type)
      .sort((a, b) => b.metadata.version - a.metadata.version)[0];
    if (!newest) throw new Error(`${type} has no golden file`);
    expect(await writtenToday(codec, newest)).toEqual([newest.data, newest.metadata.version]);
  });

  it('are taken in by the aggregate, in the order of their revisions', () => {
    const events = files.map(({ recorded }) => codec.decode(recorded)).sort((a, b) => a.revision - b.revision);
    expect(replay(events)).toBeDefined();
    expect(replay(events)).toEqual(replay(events));
  });
});

/** What today's code would store for the same event: the same data under the same version, unless either has changed. */
async function writtenToday(codec: EventCodec, { type, data, metadata }: RecordedEvent) {
  const { actorId, actorRole, ...context } = metadata;
  const actor = { accountId: actorId, role: actorRole };
  const [written] = await codec.encode([{ type, data }], { ...context, actor }, SEALED_ALREADY);
  return [written?.data, written?.metadata.version];
}

/** The texts in golden files are sealed as they lie. */
const SEALED_ALREADY: PersonalDataSealer = {
  ensureKeys: () => Promise.resolve((text) => text),
  fingerprint: () => '',
};

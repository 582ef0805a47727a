// A file is believed as a whole or not at all: whatever was done to it is told with the line, and never with its content.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { InvalidInput, canonicalJson } from '#libs/kernel';
import type { EventLine } from './event-file.ts';
import { CANARY, LogHouse } from '../testing/log-house.ts';

let house: LogHouse;
let text: string;
let lines: string[];
beforeEach(async () => {
  house = new LogHouse();
  text = await house.exported(await house.written());
  lines = text.split('\n').slice(0, -1);
});
afterEach(() => house.remove());

const check = (content: string | Uint8Array) => house.with(content, (file) => file.check());
const joined = (of: readonly string[]) => of.map((line) => `${line}\n`).join('');

/** The file with other event lines, and a last line that fits them: what only a program could have written. */
function rewritten(events: readonly string[]): string {
  const sha256 = createHash('sha256').update(joined(events)).digest('hex');
  const [first, last] = [lines[0]!, lines.at(-1)!].map((line) => JSON.parse(line));
  return joined([
    canonicalJson({ ...first, count: events.length }),
    ...events,
    canonicalJson({ ...last, count: events.length, sha256 }),
  ]);
}

const changed = (line: string, change: object) => canonicalJson({ ...JSON.parse(line), ...change });

describe('a file of events', () => {
  it('says what it is, how much it holds, and the hash that sha256sum gives of its events’ lines', async () => {
    const events = lines.slice(1, -1);
    expect(JSON.parse(lines[0]!)).toEqual({
      ...{ format: 'bangbangwo-events', version: 1, count: 40, writtenAt: '2026-03-01T08:00:00.000Z' },
    });
    expect(JSON.parse(lines.at(-1)!)).toEqual({
      end: 'bangbangwo-events',
      count: 40,
      sha256: createHash('sha256').update(joined(events)).digest('hex'),
      categories: expect.objectContaining({ area: expect.anything(), request: expect.anything() }),
    });
    expect(await check(text)).toMatchObject({ first: { count: 40 }, last: { count: 40 } });
    expect(text).not.toMatch(/position|storedAt/);
  });

  it('gives its events as they were recorded', async () => {
    const events: EventLine[] = [];
    await house.with(text, async (file) => {
      for await (const line of file.rows()) events.push(line);
    });
    expect(events.map((of) => of.text)).toEqual(lines.slice(1, -1));
    expect(events[1]!.row.data).toMatchObject({ lone: '\ud800', text: expect.stringContaining('\u0000') });
  });

  it('is refused wherever it was cut off, with the line at which it ends', async () => {
    const bytes = Buffer.from(text);
    let number = 1;
    for (const [index, byte] of bytes.entries()) {
      const ends = byte === 0x0a;
      // Every line is cut at its end, and some within.
      if (!ends && index % 97 !== 0) continue;
      const cut = bytes.subarray(0, index + (ends && number < lines.length ? 1 : 0));
      const line = ends ? `line ${String(number)}: The file ends ` : `line ${String(number)}: `;
      if (cut.length > 0) await expect(check(cut)).rejects.toThrow(`moved.jsonl, ${line}`);
      if (ends) number += 1;
    }
    await expect(check('')).rejects.toThrow(new InvalidInput('moved.jsonl is empty.'));
  });

  it.each<[string, () => string | Uint8Array, RegExp]>([
    ['a changed event', () => text.replace('"index":7', '"index":8'), /line 42: The hash is not that/],
    ['swapped events', () => joined(lines.with(3, lines[4]!).with(4, lines[3]!)), /line [45]: |line 42: The hash/],
    [
      'a missing event',
      () => joined(lines.toSpliced(41 - 1, 1)),
      /line 41: There are 39 lines between .* but the file says 40/,
    ],
    ['a missing first event', () => joined(lines.toSpliced(1, 1)), /line 41: There are 39/],
    ['an event twice', () => joined(lines.toSpliced(2, 0, lines[1]!)), /line 3: .*out of place/],
    ['another hash', () => text.replace(/"sha256":"./, '"sha256":"x'), /line 42: It is not an event/],
    ['something behind the end', () => `${text}{}\n`, /line 43: There is something behind/],
    ['two files in one', () => text + text, /line 43: There is something behind/],
    ['an empty line', () => joined(lines.toSpliced(5, 0, '')), /line 6: It is not an event/],
    ['line ends of another system', () => text.replaceAll('\n', '\r\n'), /line 2: It is not an event/],
    ['a mark at the beginning', () => `\uFEFF${text}`, /line 1: It does not begin like/],
    ['another file', () => '序号,反映时间\n1,2\n', /line 1: It does not begin like/],
    ['a newer version', () => text.replace('"version":1', '"version":2'), /line 1: .*newer version/],
    ['bytes that are no text', () => Buffer.concat([Buffer.from(text), Buffer.from([255, 10])]), /line 43: /],
    ['a line without end', () => Buffer.alloc(17 << 20, 'x'), /line 1: It is not text, or longer/],
  ])('with %s is refused, with the line', async (_, content, sentence) => {
    const refused = check(content());
    await expect(refused).rejects.toThrow(InvalidInput);
    await expect(refused).rejects.toThrow(sentence);
    await expect(refused).rejects.toThrow(/^moved\.jsonl, line \d+: .*\. Nothing was imported\.$/);
    await expect(refused).rejects.not.toThrow(CANARY);
  });

  it.each<[string, (events: string[]) => string[], RegExp]>([
    ['spaces', (of) => of.with(0, of[0]!.replace(':', ': ')), /line 2: It is not an event/],
    ['a field of its own', (of) => of.with(1, changed(of[1]!, { extra: 1 })), /line 3: It is not an event/],
    ['a wrong id', (of) => of.with(1, changed(of[1]!, { id: CANARY })), /line 3: It is not an event/],
    ['a wrong stream', (of) => of.with(1, changed(of[1]!, { stream: CANARY })), /line 3: It is not an event/],
    ['a text for a revision', (of) => of.with(1, changed(of[1]!, { revision: '0' })), /line 3: It is not an event/],
    ['a list for data', (of) => of.with(1, changed(of[1]!, { data: [CANARY] })), /line 3: It is not an event/],
    ['no version', (of) => of.with(1, changed(of[1]!, { metadata: { note: CANARY } })), /line 3: It is not an event/],
    [
      'a gap',
      (of) => of.with(0, changed(of[0]!, { revision: 1 })),
      /line 2: .*revision 0 of a stream of category area/,
    ],
    ['an id twice', (of) => of.with(39, changed(of[39]!, { id: JSON.parse(of[0]!).id })), /line 41: .*came before/],
  ])('made with %s is refused, though count and hash fit', async (_, change, sentence) => {
    const refused = check(rewritten(change(lines.slice(1, -1))));
    await expect(refused).rejects.toThrow(sentence);
    await expect(refused).rejects.not.toThrow(CANARY);
  });
});

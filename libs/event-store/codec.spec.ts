// Every version ever written is read as today's; what this code cannot know is refused by name, never guessed.
import { describe, expect, it } from '@jest/globals';
import type { EventMetadata, Instant, JsonObject, Position } from '#libs/kernel';
import { z } from 'zod';
import { defineCodec, formatSealed, parseSealed } from './codec.ts';
import { UnreadableEvent } from './errors.ts';
import type { RecordedEvent } from './port.ts';

interface Moved {
  readonly type: 'Moved';
  readonly data: { readonly personId: string; readonly metres: number; readonly note: string | null };
}

const codec = defineCodec<Moved>({
  Moved: {
    version: 3,
    schema: z.strictObject({ personId: z.string(), metres: z.number(), note: z.string().nullable() }),
    personal: [{ path: '/note', person: '/personId' }],
    upcast: {
      1: ({ feet, ...data }) => ({ ...data, metres: Number(feet) * 0.3 }),
      2: (data) => ({ ...data, note: null }),
    },
  },
});

const AT = '2026-03-01T08:00:00.000Z' as Instant;
const recorded = (version: number, data: JsonObject, type = 'Moved'): RecordedEvent => ({
  ...{ id: 'e', type, data, stream: 's', revision: 0, position: '7' as Position, storedAt: AT },
  metadata: { version } as EventMetadata,
});

describe('a codec', () => {
  it('reads every version through each step to today’s', () => {
    const today = { personId: 'p', metres: 3, note: null };
    expect(codec.decode(recorded(1, { personId: 'p', feet: 10 }))).toMatchObject({ type: 'Moved', data: today });
    expect(codec.decode(recorded(2, { personId: 'p', metres: 3 })).data).toEqual(today);
    expect(codec.decode(recorded(3, today)).data).toEqual(today);
  });

  it.each([
    ['a newer version', recorded(4, {}), /Moved at position 7 .* version 4/],
    ['a version before the first', recorded(0, {}), /version 0/],
    ['an unknown type', recorded(1, {}, 'Flown'), /Flown at position 7 .* type is unknown/],
  ])('refuses %s, saying where it stands', (_what, event, sentence) => {
    expect(() => codec.decode(event)).toThrow(UnreadableEvent);
    expect(() => codec.decode(event)).toThrow(sentence);
  });

  it.each([
    ['another person', { person: 'q' }],
    ['another event', { event: 'f' }],
    ['another field', { path: '/name' }],
  ])('refuses a text sealed for %s, and one in clear, without showing it', (_what, over) => {
    const place = { person: 'p', event: 'e', path: '/note' };
    const read = (note: string) => codec.decode(recorded(3, { personId: 'p', metres: 1, note })).data.note;
    const sealed = formatSealed(place, 'box');
    expect(read(sealed)).toBe(sealed);
    for (const note of [formatSealed({ ...place, ...over }, 'box'), 'canary', sealed.slice(0, -4)]) {
      expect(() => read(note)).toThrow(UnreadableEvent);
      expect(() => read(note)).not.toThrow(/canary|box/);
    }
  });

  it('reads the parts of a sealed text, and nothing else', () => {
    const place = { person: 'p', event: 'e', path: '/note' };
    expect(parseSealed(formatSealed(place, 'box'))).toEqual({ place, box: 'box' });
    for (const text of ['', 'sealed.v1', 'sealed.v1.p.e./note', 'sealed.v1.p.e./note.', 'sealed.v1.p.e./note.b.c']) {
      expect(parseSealed(text)).toBeUndefined();
    }
    expect(parseSealed('sealed.v2.p.e./note.box')).toBeUndefined();
  });
});

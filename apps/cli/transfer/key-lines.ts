// The form of a file of person keys. Every key in it is wrapped with the master key, which is not in it; the root tells
// which house they belong to.
import { canonicalJson, isInstant } from '#libs/kernel';
import type { JsonObject } from '#libs/kernel';
import type { StoredPersonKey, WrappedRoot } from '#libs/privacy';
import { z } from 'zod';

const FORMAT = 'bangbangwo-keys';
/** Version 1 did not say what people are found by. */
const VERSION = 2;

export interface FirstKeyLine {
  readonly writtenAt: string;
  readonly count: number;
  readonly root: WrappedRoot;
}

export interface LastKeyLine {
  readonly count: number;
  readonly sha256: string;
}

const count = z.int().nonnegative();
const version = z.int().nonnegative();
const instant = z.string().refine(isInstant);
const bytes = z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64')));

const FIRST = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal([1, VERSION]),
  writtenAt: instant,
  count,
  root: z.strictObject({ wrapVersion: version, wrappedRoot: bytes }),
});
const LAST = z.strictObject({ end: z.literal(FORMAT), count, sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const KEY = z
  .strictObject({
    person: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
    keyVersion: version,
    wrapVersion: version,
    wrapped: bytes.nullable(),
    lookup: bytes.optional(),
    erasedAt: instant.nullable(),
  })
  .refine(({ wrapped, lookup, erasedAt }) =>
    wrapped === null ? erasedAt !== null && lookup === undefined : erasedAt === null,
  );

export function writeFirstKeyLine({ writtenAt, count: keys, root }: FirstKeyLine): string {
  const { wrapVersion, wrappedRoot } = root;
  return canonicalJson({
    ...{ format: FORMAT, version: VERSION, writtenAt, count: keys },
    root: { wrapVersion, wrappedRoot: base64(wrappedRoot) },
  });
}

export function writeKeyLine(row: StoredPersonKey): string {
  const { person, keyVersion, wrapVersion, wrapped, lookup, erasedAt } = row;
  return canonicalJson({
    ...{ person, keyVersion, wrapVersion, wrapped: wrapped && base64(wrapped), erasedAt },
    ...(lookup ? { lookup: base64(lookup) } : {}),
  });
}

export function writeLastKeyLine({ count: keys, sha256 }: LastKeyLine): string {
  return canonicalJson({ end: FORMAT, count: keys, sha256 });
}

/** The first line, or a sentence that says why it is none. */
export function readFirstKeyLine(text: string): FirstKeyLine | string {
  return FIRST.safeParse(parse(text)).data ?? 'It does not begin like a file of keys that this version knows.';
}

export function readLastKeyLine(text: string): LastKeyLine | undefined {
  return text.includes(`"end":`) ? LAST.safeParse(parse(text)).data : undefined;
}

/** The key, or undefined when the line is not, byte for byte, one that `writeKeyLine` writes. */
export function readKeyLine(text: string): StoredPersonKey | undefined {
  const value = parse(text);
  const read = KEY.safeParse(value);
  if (!read.success || canonicalJson(value as JsonObject) !== text) return undefined;
  return { ...read.data, lookup: read.data.lookup ?? null, erasedAt: read.data.erasedAt };
}

function base64(of: Uint8Array): string {
  return Buffer.from(of).toString('base64');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

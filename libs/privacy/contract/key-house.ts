// The data behind key stores under test: opened as often as a test likes, changed behind their backs, and looked into.
import { randomBytes } from 'node:crypto';
import type { KeyStore, PersonKeyRow } from '#libs/privacy';

export interface KeyHouse {
  /** Another store on the same data; closed by the test, or with the house. */
  open(): Promise<KeyStore>;
  /** A statement by somebody else: tables are `vault` and "personKeys". */
  run(sql: string): Promise<void>;
  /** All that is kept, to compare; undefined where there is nothing. */
  content(): Promise<unknown>;
  /** Leaves the data as a newer version of Bangbangwo would. */
  markAsNewer(): Promise<void>;
  discard(): Promise<void>;
}

export type OpenKeyHouse = () => Promise<KeyHouse>;

export function draft(person: string, lookup: Uint8Array | null = null): PersonKeyRow {
  return { person, keyVersion: 1, wrapVersion: 1, wrapped: randomBytes(61), lookup };
}

export function drafts(count: number): PersonKeyRow[] {
  return Array.from({ length: count }, (_, index) => draft(`person-${String(index)}`));
}

/** Rows in one order and with plain bytes, so that they compare. */
export function shown(rows: readonly PersonKeyRow[]): { person: string; wrapped: string | null }[] {
  return rows
    .map(({ person, wrapped }) => ({ person, wrapped: wrapped && Buffer.from(wrapped).toString('hex') }))
    .sort((a, b) => (a.person < b.person ? -1 : 1));
}

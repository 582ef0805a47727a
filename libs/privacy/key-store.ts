// Where the wrapped keys lie. Two adapters keep the same promises: a SQLite file for one process, PostgreSQL for several.
// Every key in it is wrapped with the master key, which a store never sees.
import type { Instant } from '#libs/kernel';
import { Unavailable } from '#libs/kernel';

/** The vault's own secret, wrapped with the master key. */
export interface WrappedRoot {
  /** Which master key wrapped it. */
  readonly wrapVersion: number;
  readonly wrappedRoot: Uint8Array;
}

/** `wrapped` is null once the person is erased; the row stays for ever. */
export interface PersonKeyRow {
  readonly person: string;
  readonly keyVersion: number;
  readonly wrapVersion: number;
  readonly wrapped: Uint8Array | null;
  /** What the person can be found by, as a keyed hash; null for nothing. It goes with the key. */
  readonly lookup: Uint8Array | null;
}

export type PersonLookup = Pick<PersonKeyRow, 'person' | 'lookup'>;

/** A row as it lies in the store. */
export interface StoredPersonKey extends PersonKeyRow {
  /** When the person was erased; null as long as there is a key. */
  readonly erasedAt: Instant | null;
}

export interface Erasures {
  /** Number of the last erasure there was; they are counted from 1, in the order they were committed. */
  readonly last: number;
  /** Who was erased after the number that was asked for. */
  readonly persons: readonly string[];
}

/**
 * Several stores may be open on the same data, in one process or in several. Every method rejects with Unavailable where
 * the data cannot be reached now; the same call can be made again, and works again once the data can be reached.
 */
export interface KeyStore {
  /** Where the keys lie, as an operator knows it; holds no secret. */
  readonly place: string;

  /**
   * The root, undefined in a store that is new. Writes nothing.
   *
   * @throws Unavailable also when a newer version of Bangbangwo wrote the data, or something else did
   */
  root(): Promise<WrappedRoot | undefined>;

  /**
   * Makes the store ready to be written to, and the draft its root unless there is one. Answers the root that counts,
   * durable, the same for everyone who asks at the same moment.
   */
  prepare(draft: WrappedRoot): Promise<WrappedRoot>;

  /** The rows of those who have one, in no order; one round trip, however many are asked for. */
  find(persons: readonly string[]): Promise<readonly StoredPersonKey[]>;

  /**
   * Keeps these rows, all or none. A person who has a row already, erased or not, keeps it. Answers the rows that count
   * for these persons, durable: where several insert the same person at once, all get the same one.
   *
   * @throws Unavailable also when they are wrapped otherwise than the root: the master key was replaced meanwhile
   */
  insert(rows: readonly PersonKeyRow[]): Promise<readonly PersonKeyRow[]>;

  /** Replaces what these persons are found by, all or none, durable. Whoever has no key, or no longer, is left out. */
  setLookups(lookups: readonly PersonLookup[]): Promise<void>;

  /** Who is found by this, in no order, `limit` at most. */
  foundBy(lookup: Uint8Array, limit: number): Promise<readonly string[]>;

  /**
   * Takes a person's key away for ever, and what they are found by, and leaves the row; also for somebody who never had
   * one. Durable when it resolves, and gone from the live data files as far as the adapter's README promises. Repeating it is safe.
   *
   * @throws Unavailable also when the key is gone but an old copy may remain in the files: repeat it
   */
  erase(person: string, at: Instant): Promise<void>;

  /**
   * Wraps everything anew in one transaction: the root becomes `root`, and every key that is there what `anew` makes of
   * it. Answers how many keys; durable when it resolves, and what was wrapped before is gone from the live data files as
   * with `erase`. From then on `insert` refuses keys of another wrapping, whichever process offers them.
   *
   * @throws Unavailable also when the root is no longer wrapped as `from` says: somebody else was faster, nothing changed
   */
  rewrap(from: number, root: WrappedRoot, anew: (row: PersonKeyRow) => PersonKeyRow): Promise<number>;

  /** Whom any store on this data erased after erasure number `after`; without `after`, nobody but the last number. */
  erasures(after?: number): Promise<Erasures>;

  /** Undefined when keys can be read and made now, otherwise one sentence for the operator. Never rejects. */
  health(): Promise<string | undefined>;

  /** Lets go of files and connections. Later calls reject with Unavailable. */
  close(): Promise<void>;
}

/** What a store says to who still has the old master key. */
export function otherMasterKey(): Unavailable {
  return new Unavailable('The master key was replaced while this process ran. Start it anew with the new one.', {
    lasting: true,
  });
}

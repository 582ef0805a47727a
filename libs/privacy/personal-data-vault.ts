// Personal data in an append-only log: every person has a key of their own, so erasing the key erases the data in
// every event, copy and backup.
import { createHmac, hkdfSync } from 'node:crypto';
import type { Findable, PersonalDataSealer, SealedPlace, SealText } from '#libs/event-store';
import { formatSealed, parseSealed } from '#libs/event-store';
import type { Instant, JsonValue } from '#libs/kernel';
import { canonicalJson, Damaged, Unavailable } from '#libs/kernel';
import { closeBox, KEY_BYTES, openBox } from './box.ts';
import type { VersionedKey } from './box.ts';
import type { Stopwatch } from './erasure-watch.ts';
import type { KeyStore } from './key-store.ts';
import type { PersonKey } from './person-key.ts';
import { isPersonId, usable, wrapKeyAnew } from './person-key.ts';
import { PersonKeys } from './person-keys.ts';
import type { MasterKeys, OpenedRoot } from './root.ts';
import { openRoot, wrapRoot } from './root.ts';

/** What the first byte of a box can hold. */
const MOST_VERSION = 255;
/** A box's version and IV: enough to find it by, and none of what it holds. */
const TRACE_BYTES = 13;

export interface VaultOptions {
  /** The vault's from now on: it is closed with the vault, and where the vault does not open. */
  readonly keys: KeyStore;
  /** 32 bytes, or what `loadMasterKey` answers. */
  readonly masterKey: Uint8Array | MasterKeys;
  /** True when the log holds events already: missing keys are then a loss to repair, not a first start. */
  readonly mustExist?: boolean;
  /** Unwrapped keys held in memory; default 10,000. */
  readonly cachedKeys?: number;
  /** Times how long keys in memory may be used unchecked; default the process's own clock. */
  readonly now?: Stopwatch;
}

export class PersonalDataVault implements PersonalDataSealer {
  readonly #store: KeyStore;
  readonly #keys: PersonKeys;
  readonly #root: Uint8Array;
  readonly #wrapping: VersionedKey;
  readonly #fingerprintKey: Uint8Array;
  readonly #lookupKey: Uint8Array;
  #closing: Promise<void> | undefined;

  private constructor(store: KeyStore, keys: PersonKeys, { root, wrapping }: OpenedRoot) {
    this.#store = store;
    this.#keys = keys;
    this.#root = root;
    this.#wrapping = wrapping;
    this.#fingerprintKey = this.deriveSecret('command fingerprint');
    this.#lookupKey = this.deriveSecret('person lookup');
  }

  /**
   * Opens the vault, or makes it on first start.
   *
   * @throws Unavailable, with nothing written, when the master key is not the one these keys were made with, when there
   *   are none though there must be, when a newer version wrote them, or when they cannot be reached
   */
  static async open(options: VaultOptions): Promise<PersonalDataVault> {
    const { keys, masterKey, mustExist = false, cachedKeys = 10_000, now = () => performance.now() } = options;
    try {
      const masterKeys = masterKey instanceof Uint8Array ? { bytes: masterKey } : masterKey;
      const opened = await openRoot(keys, masterKeys, mustExist);
      const { wrapping } = opened;
      const known = await PersonKeys.over({ store: keys, masterKey: wrapping, cached: cachedKeys, now });
      return new PersonalDataVault(keys, known, opened);
    } catch (error) {
      await keys.close();
      throw error;
    }
  }

  /**
   * Resolves once everyone named has a durable key, to what seals texts for exactly them; callers at the same time share
   * one transaction.
   *
   * @param findable replaces what these persons are found by; what is kept of it is a keyed hash, and goes with the key
   * @throws Rejected `PERSON_ERASED` when one of them was erased
   * @throws Unavailable when keys cannot be stored; nothing is half done
   */
  async ensureKeys(persons: readonly string[], findable: readonly Findable[] = []): Promise<SealText> {
    this.#refuseWhenClosed();
    if (!persons.every(isPersonId)) throw new Error('A person id must be letters, digits, - and _ only');
    const lookups = new Map(findable.map((of) => [of.person, this.#lookupOf(of)]));
    const known = await this.#keys.known(persons, { makeMissing: true, lookups });
    const keys = new Map(persons.map((person) => [person, known.get(person)]));
    for (const key of keys.values()) if (key) usable(key);
    return (text, place) => {
      this.#refuseWhenClosed();
      const key = keys.get(place.person);
      if (!key) throw new Error('Text was sealed before its person had a key');
      const box = closeBox(usable(key), placeOf(place), Buffer.from(text.normalize('NFC')));
      return formatSealed(place, box.toString('base64url'));
    };
  }

  /**
   * The text, or undefined when its person was erased or their key is lost. At once where the key is in memory; the keys
   * of all texts opened in the same turn are otherwise loaded together.
   *
   * @throws Damaged, or rejects with it, when it or its key is none, was changed, or was moved from another person,
   *   event, path or community
   * @throws Unavailable, or rejects with it, when the keys cannot be read
   */
  open(sealed: string, communityId: string): string | undefined | Promise<string | undefined> {
    this.#refuseWhenClosed();
    const parsed = parseSealed(sealed);
    if (!parsed) throw new Damaged('A sealed text is damaged.');
    const { person } = parsed.place;
    if (!isPersonId(person)) return undefined;
    const place = placeOf({ ...parsed.place, community: communityId });
    const key = this.#keys.inMemory(person);
    if (key) return openWith(key, place, parsed.box);
    return this.#keys
      .known([person], { makeMissing: false })
      .then((known) => openWith(known.get(person), place, parsed.box));
  }

  /**
   * Who can be found by this in a community, `limit` at most, in no order.
   *
   * @param term in the form it was given to `ensureKeys`
   */
  findPersons(community: string, term: string, limit: number): Promise<readonly string[]> {
    this.#refuseWhenClosed();
    return this.#store.foundBy(this.#hashOf(community, term), limit);
  }

  async isErased(person: string): Promise<boolean> {
    this.#refuseWhenClosed();
    const known = await this.#keys.known([person], { makeMissing: false });
    return known.get(person)?.state === 'erased';
  }

  /**
   * Destroys a person's key for good: nothing sealed with it opens again, and they never get another. Durable when it
   * resolves, and at work in this process; other processes follow within 30 s. What is overwritten on disk depends on
   * the store, see README.md. The permission to do so is the caller's to check.
   *
   * @throws Unavailable when it could not be completed; repeating it is safe
   */
  async erase(person: string, at: Instant): Promise<void> {
    this.#refuseWhenClosed();
    if (!isPersonId(person)) throw new Error('A person id must be letters, digits, - and _ only');
    await this.#keys.erase(person, at);
  }

  /**
   * Puts another master key in place of the one the vault was opened with: every key and the root are wrapped anew in one
   * transaction, no event is touched, and nothing derived from the root changes. Answers how many keys. This vault must be
   * closed then, and so must those of other processes.
   *
   * @throws Unavailable when it could not be done; nothing was changed
   */
  async replaceMasterKey(bytes: Uint8Array): Promise<number> {
    this.#refuseWhenClosed();
    const from = this.#wrapping;
    const to: VersionedKey = { version: (from.version % MOST_VERSION) + 1, bytes };
    return this.#store.rewrap(from.version, wrapRoot(to, this.#root), (row) => wrapKeyAnew(row, from, to));
  }

  /**
   * The beginning of a person's wrapped key, random and worth nothing by itself: where these bytes lie, there is a copy
   * of the key. Undefined where there is no key. Asked of the store, not of what is in memory.
   */
  async traceOf(person: string): Promise<Uint8Array | undefined> {
    this.#refuseWhenClosed();
    const [row] = await this.#store.find([person]);
    return row?.wrapped?.subarray(0, TRACE_BYTES);
  }

  /** Those of these persons whom the store has a key for, and those it has never heard of. */
  async standingOf(persons: readonly string[]): Promise<{ alive: readonly string[]; unknown: readonly string[] }> {
    this.#refuseWhenClosed();
    const rows = new Map((await this.#store.find(persons)).map((row) => [row.person, row]));
    return {
      alive: persons.filter((person) => rows.get(person)?.wrapped),
      unknown: persons.filter((person) => !rows.has(person)),
    };
  }

  fingerprint(payload: JsonValue): string {
    return createHmac('sha256', this.#fingerprintKey).update(canonicalJson(payload)).digest('base64url');
  }

  /**
   * 32 secret bytes for one purpose, the same at every start and in every process (HKDF-SHA-256). They come from a random
   * root kept in the vault and not from the master key itself, so replacing the master key changes none of them.
   */
  deriveSecret(purpose: string): Uint8Array {
    return new Uint8Array(hkdfSync('sha256', this.#root, '', `bangbangwo ${purpose}`, KEY_BYTES));
  }

  /** Undefined when keys can be read and made now, otherwise one sentence for the operator. */
  async health(): Promise<string | undefined> {
    return this.#closing ? 'The person keys are closed.' : this.#store.health();
  }

  /** Answers those who wait for keys, then lets go of the store. Later calls throw Unavailable. */
  close(): Promise<void> {
    this.#closing ??= this.#keys.settle().then(() => this.#store.close());
    return this.#closing;
  }

  #lookupOf({ community, term }: Findable): Uint8Array | null {
    return term === null ? null : this.#hashOf(community, term);
  }

  /** Bound to the community, so that equal numbers in two of them do not show as equal. */
  #hashOf(community: string, term: string): Uint8Array {
    return createHmac('sha256', this.#lookupKey)
      .update(canonicalJson([community, term]))
      .digest();
  }

  #refuseWhenClosed(): void {
    if (this.#closing) throw new Unavailable('The person keys are closed.');
  }
}

function openWith(key: PersonKey | undefined, place: string, box: string): string | undefined {
  if (!key || key.state === 'erased') return undefined;
  const text = openBox(usable(key), place, Buffer.from(box, 'base64url'));
  if (!text) throw new Damaged('A sealed text was changed or moved, and does not open.');
  return text.toString('utf8');
}

function placeOf({ community, person, event, path }: SealedPlace): string {
  return canonicalJson([community, person, event, path]);
}

// Personal data in an append-only log: every person has a key of their own, so erasing the key erases the data in
// every event, copy and backup.
import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { PersonalDataSealer, SealedPlace } from '#libs/event-store';
import { formatSealed, parseSealed } from '#libs/event-store';
import type { Instant, JsonValue } from '#libs/kernel';
import { canonicalJson, Unavailable } from '#libs/kernel';
import { closeBox, KEY_BYTES, openBox } from './box.ts';
import type { VersionedKey } from './box.ts';
import { KeyDatabase } from './key-database.ts';
import { erased, PersonKeys } from './person-keys.ts';

const WRAP_VERSION = 1;

export interface VaultOptions {
  readonly file: string;
  /** 32 bytes, from `loadMasterKey`. */
  readonly masterKey: Uint8Array;
  /** True when the log holds events already: a missing key database is then a loss to repair, not a first start. */
  readonly mustExist?: boolean;
  /** Unwrapped keys held in memory; default 10,000. */
  readonly cachedKeys?: number;
}

export class PersonalDataVault implements PersonalDataSealer {
  readonly #database: KeyDatabase;
  readonly #keys: PersonKeys;
  readonly #root: Uint8Array;
  readonly #fingerprintKey: Uint8Array;
  #closed = false;

  private constructor(database: KeyDatabase, keys: PersonKeys, root: Uint8Array) {
    this.#database = database;
    this.#keys = keys;
    this.#root = root;
    this.#fingerprintKey = this.deriveSecret('command fingerprint');
  }

  /**
   * Opens the vault, or makes it on first start.
   *
   * @throws Unavailable, with nothing written, when the master key is not the one this database was made with, when
   *   the database is missing though it must exist, or when it cannot be used
   */
  static open({ file, masterKey, mustExist = false, cachedKeys = 10_000 }: VaultOptions): PersonalDataVault {
    if (mustExist && !existsSync(file)) {
      throw new Unavailable(
        `${file} is missing, but there are events sealed with its keys. Restore it from its backup.`,
      );
    }
    const key: VersionedKey = { version: WRAP_VERSION, bytes: masterKey };
    const database = KeyDatabase.open(file, () => ({
      wrapVersion: WRAP_VERSION,
      wrappedRoot: closeBox(key, rootPlace(WRAP_VERSION), randomBytes(KEY_BYTES)),
    }));
    try {
      const { wrapVersion, wrappedRoot } = database.root();
      const root = openBox(key, rootPlace(wrapVersion), wrappedRoot);
      if (!root) throw new Unavailable(`The master key is not the one ${file} was made with. Nothing was changed.`);
      return new PersonalDataVault(database, new PersonKeys(database, key, cachedKeys), root);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /**
   * Resolves once everyone named has a durable key; callers at the same time share one transaction.
   *
   * @throws Rejected `PERSON_ERASED` when one of them was erased
   * @throws Unavailable when keys cannot be stored; nothing is half done
   */
  async ensureKeys(persons: readonly string[]): Promise<void> {
    this.#refuseWhenClosed();
    await this.#keys.ensure(persons);
  }

  /** Seals a text, NFC-normalised, for one place. The person's key must have been ensured before. */
  seal(text: string, place: SealedPlace): string {
    this.#refuseWhenClosed();
    const key = this.#keys.of(place.person);
    if (key === 'erased') throw erased();
    if (!key) throw new Error('Text was sealed before its person had a key');
    const box = closeBox(key, placeOf(place), Buffer.from(text.normalize('NFC')));
    return formatSealed(place, box.toString('base64url'));
  }

  /**
   * The text, or undefined when its person was erased or their key is lost.
   *
   * @throws Unavailable when it is no sealed text, was changed, or was moved from another person, event, path or
   *   community
   */
  open(sealed: string, communityId: string): string | undefined {
    this.#refuseWhenClosed();
    const parsed = parseSealed(sealed);
    if (!parsed) throw new Unavailable('A sealed text is damaged.');
    const key = this.#keys.of(parsed.place.person);
    if (!key || key === 'erased') return undefined;
    const place = placeOf({ ...parsed.place, community: communityId });
    const text = openBox(key, place, Buffer.from(parsed.box, 'base64url'));
    if (!text) throw new Unavailable('A sealed text was changed or moved, and does not open.');
    return text.toString('utf8');
  }

  isErased(person: string): boolean {
    this.#refuseWhenClosed();
    return this.#keys.of(person) === 'erased';
  }

  /**
   * Destroys a person's key for good: nothing sealed with it opens again, anywhere, and they never get another.
   * Durable and overwritten on disk when it returns; the permission to do so is the caller's to check.
   *
   * @throws Unavailable when it could not be completed; repeating it is safe
   */
  erase(person: string, at: Instant): void {
    this.#refuseWhenClosed();
    this.#keys.erase(person, at);
  }

  fingerprint(payload: JsonValue): string {
    return createHmac('sha256', this.#fingerprintKey).update(canonicalJson(payload)).digest('base64url');
  }

  /**
   * 32 secret bytes for one purpose, the same at every start (HKDF-SHA-256). They come from a random root kept in the
   * vault and not from the master key itself, so replacing the master key changes none of them.
   */
  deriveSecret(purpose: string): Uint8Array {
    return new Uint8Array(hkdfSync('sha256', this.#root, '', `bangbangwo ${purpose}`, KEY_BYTES));
  }

  /** Answers those who wait for keys, then releases the file. Later calls throw Unavailable. */
  close(): void {
    if (this.#closed) return;
    this.#keys.flush();
    this.#closed = true;
    this.#database.close();
  }

  #refuseWhenClosed(): void {
    if (this.#closed) throw new Unavailable('The key database is closed.');
  }
}

function placeOf({ community, person, event, path }: SealedPlace): string {
  return canonicalJson([community, person, event, path]);
}

function rootPlace(wrapVersion: number): string {
  return canonicalJson(['root', wrapVersion]);
}

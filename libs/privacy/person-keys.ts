// Every person's key: made once, durable before it is used, wrapped with the master key, kept unwrapped only in a bounded
// cache. Someone who was erased never gets another.
import { randomBytes } from 'node:crypto';
import type { Instant } from '#libs/kernel';
import { BoundedCache, canonicalJson, isKnownFailure, Rejected, Unavailable } from '#libs/kernel';
import { closeBox, KEY_BYTES, openBox } from './box.ts';
import type { VersionedKey } from './box.ts';
import type { KeyDatabase, PersonKeyRow } from './key-database.ts';

const KEY_VERSION = 1;

interface Waiting {
  readonly persons: readonly string[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class PersonKeys {
  readonly #database: KeyDatabase;
  /** Its version is that of the wrapping, stored with every key. */
  readonly #masterKey: VersionedKey;
  readonly #cache: BoundedCache<string, VersionedKey>;
  #waiting: Waiting[] = [];

  /** @param cached unwrapped keys held in memory */
  constructor(database: KeyDatabase, masterKey: VersionedKey, cached: number) {
    this.#database = database;
    this.#masterKey = masterKey;
    this.#cache = new BoundedCache(cached);
  }

  /** See `PersonalDataVault.ensureKeys`. */
  async ensure(persons: readonly string[]): Promise<void> {
    const unknown = persons.filter((person) => !this.#cache.get(person));
    if (unknown.length === 0) return;
    unknown.forEach(checkPersonId);
    await new Promise<void>((resolve, reject) => {
      if (this.#waiting.length === 0) {
        setImmediate(() => {
          this.flush();
        });
      }
      this.#waiting.push({ persons: unknown, resolve, reject });
    });
  }

  /** Answers everyone who waits, with one transaction for all keys that are missing. */
  flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0) return;
    try {
      const persons = new Set(waiting.flatMap((caller) => caller.persons));
      const without = [...persons].filter((person) => !this.of(person));
      if (without.length > 0) {
        storing(() => {
          this.#database.insert(without.map((person) => this.#newKey(person)));
        });
      }
      for (const { persons: named, resolve, reject } of waiting) {
        if (named.some((person) => this.of(person) === 'erased')) reject(erased());
        else resolve();
      }
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }

  /** @throws Unavailable when the key cannot be read, was changed, or belongs to someone else */
  of(person: string): VersionedKey | 'erased' | undefined {
    const cached = this.#cache.get(person);
    if (cached) return cached;
    const row = storing(() => this.#database.find(person));
    if (!row) return undefined;
    if (row.wrapped === null) return 'erased';
    const bytes = openBox(this.#masterKey, placeOf(person, row.keyVersion, row.wrapVersion), row.wrapped);
    if (!bytes) throw new Unavailable('A personal key was changed or moved, and does not open.');
    const key = { version: row.keyVersion, bytes };
    this.#cache.set(person, key);
    return key;
  }

  erase(person: string, at: Instant): void {
    checkPersonId(person);
    this.#cache.get(person)?.bytes.fill(0);
    this.#cache.delete(person);
    storing(() => {
      this.#database.erase(person, at);
    });
  }

  #newKey(person: string): PersonKeyRow {
    const wrapVersion = this.#masterKey.version;
    const place = placeOf(person, KEY_VERSION, wrapVersion);
    const wrapped = closeBox(this.#masterKey, place, randomBytes(KEY_BYTES));
    return { person, keyVersion: KEY_VERSION, wrapVersion, wrapped };
  }
}

export function erased(): Rejected {
  return new Rejected({ code: 'PERSON_ERASED', message: 'The personal data of this person was erased.' });
}

function placeOf(person: string, keyVersion: number, wrapVersion: number): string {
  return canonicalJson(['person key', person, keyVersion, wrapVersion]);
}

/** Dots separate the parts of a sealed text. */
function checkPersonId(person: string): void {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(person)) throw new Error('A person id must be letters, digits, - and _ only');
}

function storing<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (isKnownFailure(error)) throw error;
    throw new Unavailable('Personal keys cannot be read or stored now.', {}, { cause: error });
  }
}

// Every person's key: made once, durable before it is used, wrapped with the master key, kept unwrapped only in a bounded
// cache. Someone who was erased never gets another, and what is asked for in the same turn is asked of the store at once.
import type { Instant } from '#libs/kernel';
import { BoundedCache } from '#libs/kernel';
import type { VersionedKey } from './box.ts';
import type { Stopwatch } from './erasure-watch.ts';
import { ErasureWatch } from './erasure-watch.ts';
import type { KeyStore, PersonKeyRow } from './key-store.ts';
import type { PersonKey } from './person-key.ts';
import { draftKey, eraseFromMemory, unwrapKey } from './person-key.ts';

/** Those who have no key are not in it. */
export type KnownKeys = ReadonlyMap<string, PersonKey>;

export interface PersonKeysOptions {
  readonly store: KeyStore;
  /** Its version is that of the wrapping, stored with every key. */
  readonly masterKey: VersionedKey;
  /** Unwrapped keys held in memory. */
  readonly cached: number;
  readonly now: Stopwatch;
}

/** What persons are found by from now on. */
type Lookups = ReadonlyMap<string, Uint8Array | null>;
const NO_LOOKUPS: Lookups = new Map();

interface Wanted {
  readonly makeMissing: boolean;
  /** Durable when it resolves; with the key itself for those who get one. */
  readonly lookups?: Lookups;
}

interface Waiting {
  readonly persons: readonly string[];
  readonly makeMissing: boolean;
  readonly lookups: Lookups;
  readonly resolve: (known: KnownKeys) => void;
  readonly reject: (error: unknown) => void;
}

export class PersonKeys {
  readonly #store: KeyStore;
  readonly #masterKey: VersionedKey;
  readonly #cache: BoundedCache<string, PersonKey>;
  readonly #watch: ErasureWatch;
  #waiting: Waiting[] = [];
  readonly #answering = new Set<Promise<void>>();
  /** Counts what became known of erasures: rows read before are read again, or an erased key would come back. */
  #erasures = 0;

  private constructor({ store, masterKey, cached, now }: PersonKeysOptions, since: { last: number; at: number }) {
    this.#store = store;
    this.#masterKey = masterKey;
    this.#cache = new BoundedCache(cached);
    this.#watch = new ErasureWatch({
      store,
      now,
      since,
      onErased: (persons) => {
        for (const person of persons) this.#forgetErased(person);
      },
    });
  }

  static async over(options: PersonKeysOptions): Promise<PersonKeys> {
    const at = options.now();
    const { last } = await options.store.erasures();
    return new PersonKeys(options, { last, at });
  }

  /** The key, if it is in memory and may be used from there. */
  inMemory(person: string): PersonKey | undefined {
    return this.#watch.isUpToDate() ? this.#cache.get(person) : undefined;
  }

  /**
   * The keys of these persons, at least. With `makeMissing` everyone has one, durable, when it resolves; otherwise those
   * without are left out. Callers in the same turn share one reading and one writing.
   */
  known(persons: readonly string[], { makeMissing, lookups = NO_LOOKUPS }: Wanted): Promise<KnownKeys> {
    const known = this.#knownOf(persons, (person) => this.inMemory(person));
    if (lookups.size === 0 && persons.every((person) => known.has(person))) return Promise.resolve(known);
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => void this.settle());
      this.#waiting.push({ persons, makeMissing, lookups, resolve, reject });
    });
  }

  async erase(person: string, at: Instant): Promise<void> {
    try {
      await this.#store.erase(person, at);
      this.#forgetErased(person);
    } catch (error) {
      // Whether it took effect is not known, so the key is asked for anew.
      this.#erasures += 1;
      this.#cache.delete(person);
      throw error;
    }
  }

  /** Answers everyone who waits. */
  async settle(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length > 0) {
      const answer = this.#answer(waiting).finally(() => this.#answering.delete(answer));
      this.#answering.add(answer);
    }
    await Promise.all(this.#answering);
  }

  async #answer(waiting: readonly Waiting[]): Promise<void> {
    try {
      await this.#watch.bringUpToDate();
      const making = waiting.filter(({ makeMissing }) => makeMissing);
      const lookups = new Map(waiting.flatMap(({ lookups: of }) => [...of]));
      const known = await this.#read(personsOf(waiting), personsOf(making), lookups);
      for (const { resolve } of waiting) resolve(known);
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }

  async #read(persons: readonly string[], wanted: readonly string[], lookups: Lookups): Promise<KnownKeys> {
    const left = new Map(lookups);
    for (;;) {
      const erasures = this.#erasures;
      const known = this.#knownOf(persons, (person) => this.#cache.get(person));
      const rows = await this.#rowsOf(
        persons.filter((person) => !known.has(person)),
        wanted.filter((person) => !known.has(person)),
        left,
      );
      if (erasures !== this.#erasures) continue;
      for (const row of rows) known.set(row.person, this.#remember(row));
      if (left.size > 0) await this.#store.setLookups([...left].map(([person, lookup]) => ({ person, lookup })));
      return known;
    }
  }

  /** @param lookups those that go into the store with a new key are taken out */
  async #rowsOf(
    persons: readonly string[],
    wanted: readonly string[],
    lookups: Map<string, Uint8Array | null>,
  ): Promise<readonly PersonKeyRow[]> {
    if (persons.length === 0) return [];
    const rows = await this.#store.find(persons);
    const have = new Set(rows.map(({ person }) => person));
    const without = wanted.filter((person) => !have.has(person));
    if (without.length === 0) return rows;
    const drafts = without.map((person) => draftKey(person, this.#masterKey, lookups.get(person) ?? null));
    const made = await this.#store.insert(drafts);
    for (const person of without) lookups.delete(person);
    return [...rows, ...made];
  }

  #knownOf(persons: readonly string[], look: (person: string) => PersonKey | undefined): Map<string, PersonKey> {
    const known = new Map<string, PersonKey>();
    for (const person of persons) {
      const key = look(person);
      if (key) known.set(person, key);
    }
    return known;
  }

  #remember(row: PersonKeyRow): PersonKey {
    const earlier = this.#cache.get(row.person);
    if (earlier) return earlier;
    const key = unwrapKey(row, this.#masterKey);
    if (key.state !== 'damaged') this.#cache.set(row.person, key);
    return key;
  }

  #forgetErased(person: string): void {
    this.#erasures += 1;
    const key = this.#cache.get(person);
    if (key) eraseFromMemory(key);
  }
}

function personsOf(waiting: readonly Waiting[]): string[] {
  return [...new Set(waiting.flatMap(({ persons }) => persons))];
}

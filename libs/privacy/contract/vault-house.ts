// Vaults under test: as many as a test likes on the same keys, as so many processes would have, under one clock.
import type { SealedPlace } from '#libs/event-store';
import { instantOf } from '#libs/kernel';
import type { KeyStore, VaultOptions } from '#libs/privacy';
import { PersonalDataVault } from '#libs/privacy';
import type { KeyHouse } from './key-house.ts';

export const COMMUNITY = 'liuxia';
export const NOW = instantOf(1_700_000_000_000);

export function placeOf(person: string): SealedPlace {
  return { community: COMMUNITY, person, event: 'event-1', path: '/name' };
}

export class VaultHouse {
  readonly keys: KeyHouse;
  /** Milliseconds that have passed for every vault. */
  now = 0;
  readonly #vaults: PersonalDataVault[] = [];

  constructor(keys: KeyHouse) {
    this.keys = keys;
  }

  async open(options: Partial<VaultOptions> = {}): Promise<PersonalDataVault> {
    const keys = options.keys ?? (await this.keys.open());
    const masterKey = Buffer.alloc(32, 1);
    const vault = await PersonalDataVault.open({ masterKey, now: () => this.now, ...options, keys });
    this.#vaults.push(vault);
    return vault;
  }

  async close(): Promise<void> {
    for (const vault of this.#vaults) await vault.close();
    await this.keys.discard();
  }
}

export async function seal(vault: PersonalDataVault, person: string): Promise<string> {
  return (await vault.ensureKeys([person]))(`text of ${person}`, placeOf(person));
}

/** In one turn, as the rows of a list are. */
export function openAll(vault: PersonalDataVault, texts: readonly string[]): Promise<(string | undefined)[]> {
  return Promise.all(texts.map(async (text) => vault.open(text, COMMUNITY)));
}

/** The store itself, but for what is named. */
export function withOwn(keys: KeyStore, own: Partial<KeyStore>): KeyStore {
  return {
    place: keys.place,
    root: () => keys.root(),
    prepare: (draft) => keys.prepare(draft),
    find: (persons) => keys.find(persons),
    insert: (rows) => keys.insert(rows),
    setLookups: (lookups) => keys.setLookups(lookups),
    foundBy: (lookup, limit) => keys.foundBy(lookup, limit),
    erase: (person, at) => keys.erase(person, at),
    rewrap: (from, root, anew) => keys.rewrap(from, root, anew),
    erasures: (after) => keys.erasures(after),
    health: () => keys.health(),
    close: () => keys.close(),
    ...own,
  };
}

export function gate(): { opened: Promise<unknown>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers();
  return {
    opened: promise,
    open: () => {
      resolve(undefined);
    },
  };
}

// The contract every key store adapter must pass.
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { instantOf, Unavailable } from '#libs/kernel';
import type { KeyStore, PersonKeyRow, WrappedRoot } from '#libs/privacy';
import type { KeyHouse, OpenKeyHouse } from './key-house.ts';
import { draft, drafts, shown } from './key-house.ts';

const NOW = instantOf(1_700_000_000_000);

/** Registers the suite with Jest; `openHouse` is called before each test. */
export function keyStoreContract(name: string, openHouse: OpenKeyHouse): void {
  describe(`${name} keeps the key store's contract`, () => {
    let house: KeyHouse;
    let store: KeyStore;
    const root = (): WrappedRoot => ({ wrapVersion: 1, wrappedRoot: randomBytes(61) });
    const opened = async (count: number) => Promise.all(Array.from({ length: count }, () => house.open()));
    const prepared = async (count: number) => {
      const stores = await opened(count);
      for (const each of stores) await each.prepare(root());
      return stores;
    };
    beforeEach(async () => {
      house = await openHouse();
      store = await house.open();
    });
    afterEach(async () => {
      await store.close();
      await house.discard();
    });

    it('1. has no root before it is prepared, and writes nothing to find out', async () => {
      expect(await store.root()).toBeUndefined();
      expect(await house.content()).toBeUndefined();
    });

    it('2. keeps its first root, byte for byte', async () => {
      const first = root();
      const kept = await store.prepare(first);
      expect(Buffer.from(kept.wrappedRoot)).toEqual(first.wrappedRoot);
      expect(kept.wrapVersion).toBe(1);
      const [other] = await opened(1);
      expect(await other?.root()).toEqual(kept);
      expect(await other?.prepare(root())).toEqual(kept);
    });

    it('3. gives everyone the same root when many prepare it at the same moment', async () => {
      const roots = await Promise.all((await opened(8)).map((each) => each.prepare(root())));
      expect(new Set(roots.map(({ wrappedRoot }) => Buffer.from(wrappedRoot).toString('hex'))).size).toBe(1);
      expect(await store.root()).toEqual(roots[0]);
    });

    it('4. finds the rows of those who have one, as they were inserted', async () => {
      await store.prepare(root());
      const rows = drafts(3);
      expect(shown(await store.insert(rows))).toEqual(shown(rows));
      expect(shown(await store.find(['person-2', 'nobody', 'person-0']))).toEqual(shown([rows[0]!, rows[2]!]));
      expect(await store.find(['nobody'])).toEqual([]);
      expect(await store.find([])).toEqual([]);
      expect((await store.find(['person-0']))[0]).toMatchObject({ keyVersion: 1, wrapVersion: 1, erasedAt: null });
    });

    it('5. keeps the row a person has, and answers it to who offers another', async () => {
      await store.prepare(root());
      const rows = drafts(2);
      await store.insert(rows.slice(0, 1));
      expect(shown(await store.insert([rows[1]!, draft('person-0')]))).toEqual(shown(rows));
    });

    it('6. gives everyone the same keys when many insert the same persons at once, in any order', async () => {
      const stores = await prepared(4);
      for (let round = 0; round < 10; round += 1) {
        const offers = stores.map(async (each, index) => {
          const rows = drafts(50).map((row) => draft(`${row.person}-${String(round)}`));
          return shown(await each.insert(index % 2 === 0 ? rows : rows.reverse()));
        });
        const [first, ...others] = await Promise.all(offers);
        expect(first).toHaveLength(50);
        for (const other of others) expect(other).toEqual(first);
      }
    });

    it('7. takes a key away for ever, also from somebody who never had one', async () => {
      await store.prepare(root());
      await store.insert(drafts(2));
      await store.erase('person-0', NOW);
      await store.erase('person-0', NOW);
      await store.erase('stranger', NOW);
      const erased = ['person-0', 'stranger'].map((person) => ({ person, wrapped: null }));
      expect(shown(await store.insert([draft('stranger'), draft('person-0')]))).toEqual(erased);
      const found = await store.find(['person-0', 'stranger']);
      expect(shown(found)).toEqual(erased);
      expect(found.map(({ erasedAt }) => erasedAt)).toEqual([NOW, NOW]);
      expect(shown(await store.find(['person-1']))[0]?.wrapped).not.toBeNull();
    });

    it('8. tells every store whom another one erased, once', async () => {
      const [erasing, following] = (await prepared(2)) as [KeyStore, KeyStore];
      await erasing.insert(drafts(4));
      const { last } = await following.erasures();
      await erasing.erase('person-1', NOW);
      await erasing.erase('person-0', NOW);
      await erasing.erase('person-1', NOW);
      const first = await following.erasures(last);
      expect({ ...first, persons: [...first.persons].sort() }).toEqual({
        last: last + 2,
        persons: ['person-0', 'person-1'],
      });
      await erasing.erase('stranger', NOW);
      expect(await following.erasures(first.last)).toEqual({ last: last + 3, persons: ['stranger'] });
      expect(await following.erasures(last + 3)).toEqual({ last: last + 3, persons: [] });
      expect(await following.erasures()).toEqual({ last: last + 3, persons: [] });
    });

    it('9. misses no erasure while several are made at once', async () => {
      const stores = await prepared(4);
      await store.prepare(root());
      await store.insert(drafts(24));
      const erasing = stores.map(async (each, index) => {
        for (let of = index; of < 24; of += 4) {
          // Cleaning up waits for others only so long; repeating it is the caller's part.
          while (!(await each.erase(`person-${String(of)}`, NOW).then(() => true, onlyUnavailable)));
        }
      });
      const heard = new Set<string>();
      let last = 0;
      const listen = async () => {
        const news = await store.erasures(last);
        last = news.last;
        for (const person of news.persons) heard.add(person);
      };
      const all = Promise.all(erasing).then(() => true);
      for (let ended = false; !ended;) {
        await listen();
        ended = await Promise.race([all, turn()]);
      }
      await listen();
      expect([heard.size, last]).toEqual([24, 24]);
    });

    it('10. ends with an erased person however an erasure and insertions meet', async () => {
      const [erasing, ...inserting] = (await prepared(4)) as [KeyStore, ...KeyStore[]];
      for (let round = 0; round < 5; round += 1) {
        const person = `person-${String(round)}`;
        await Promise.all([erasing.erase(person, NOW), ...inserting.map((each) => each.insert([draft(person)]))]);
        expect(shown(await erasing.insert([draft(person)]))).toEqual([{ person, wrapped: null }]);
      }
    });

    it('11. says what it cannot do now, and does it once it can again', async () => {
      await store.prepare(root());
      await store.insert(drafts(1));
      expect(await store.health()).toBeUndefined();
      await house.run('ALTER TABLE "personKeys" RENAME TO "elsewhere"');
      await expect(store.find(['person-0'])).rejects.toThrow(Unavailable);
      await expect(store.insert(drafts(2))).rejects.toThrow(Unavailable);
      await expect(store.erase('person-0', NOW)).rejects.toThrow(Unavailable);
      expect(await store.health()).toMatch(/\.$/);
      await house.run('ALTER TABLE "elsewhere" RENAME TO "personKeys"');
      expect(await store.find(['person-0'])).toHaveLength(1);
      expect(await store.insert(drafts(2))).toHaveLength(2);
      expect(await store.health()).toBeUndefined();
    });

    it('12. refuses what a newer version wrote, and leaves it as it is', async () => {
      await store.prepare(root());
      await house.markAsNewer();
      const before = await house.content();
      const [other] = await opened(1);
      const looking = async () => other?.prepare((await other.root()) ?? root());
      await expect(looking()).rejects.toThrow(/version of Bangbangwo/);
      expect(await house.content()).toEqual(before);
    });

    it('13. finds persons by what is kept with their keys, as it was last set, and by nothing once they are erased', async () => {
      const [one, other] = (await prepared(2)) as [KeyStore, KeyStore];
      const [first, second] = [randomBytes(32), randomBytes(32)];
      const found = async (lookup: Uint8Array, limit = 10) => [...(await other.foundBy(lookup, limit))].sort();
      await one.insert([draft('anna', first), draft('bo', first), draft('chen'), draft('dora', second)]);
      expect(await found(first)).toEqual(['anna', 'bo']);
      expect(await found(first, 1)).toHaveLength(1);
      // Whoever has a row keeps it as it is.
      await one.insert([draft('dora', first)]);
      await one.setLookups([
        { person: 'bo', lookup: second },
        { person: 'anna', lookup: null },
        { person: 'nobody', lookup: second },
      ]);
      expect(await found(first)).toEqual([]);
      expect(await found(second)).toEqual(['bo', 'dora']);
      expect((await other.find(['bo']))[0]?.lookup).toEqual(new Uint8Array(second));
      await other.erase('bo', NOW);
      await one.setLookups([{ person: 'bo', lookup: second }]);
      expect(await found(second)).toEqual(['dora']);
      expect((await other.find(['bo']))[0]?.lookup).toBeNull();
      expect(await one.find(['nobody'])).toEqual([]);
    });

    it('14. wraps everything anew at once, and takes no key that is wrapped as before', async () => {
      const [other] = (await prepared(1)) as [KeyStore];
      await store.prepare(root());
      await store.insert(drafts(2_100));
      await store.erase('person-7', NOW);
      const next = { wrapVersion: 2, wrappedRoot: randomBytes(61) };
      const mark = (person: string) => Buffer.from(person.padEnd(61, '.'));
      const anew = (row: PersonKeyRow) => ({ ...row, wrapVersion: 2, wrapped: mark(row.person) });
      expect(await store.rewrap(1, next, anew)).toBe(2_099);
      expect(Buffer.from((await other.root())?.wrappedRoot ?? [])).toEqual(next.wrappedRoot);
      const found = await other.find(['person-0', 'person-7', 'person-2099']);
      expect(shown(found)).toEqual(
        shown([anew(draft('person-0')), { ...draft('person-7'), wrapped: null }, anew(draft('person-2099'))]),
      );
      await expect(other.insert([draft('person-8'), draft('late')])).rejects.toThrow(/master key was replaced/);
      expect(await other.find(['late'])).toEqual([]);
      expect(await other.insert([{ ...draft('late'), wrapVersion: 2 }])).toHaveLength(1);
      await expect(other.rewrap(1, root(), anew)).rejects.toThrow(/master key was replaced/);
    });

    it('15. wraps nothing anew when one key cannot be', async () => {
      await store.prepare(root());
      await store.insert(drafts(3));
      const before = await house.content();
      const anew = (row: PersonKeyRow) => {
        if (row.person === 'person-2') throw new Unavailable('It does not open.');
        return { ...row, wrapVersion: 2, wrapped: randomBytes(61) };
      };
      await expect(store.rewrap(1, { wrapVersion: 2, wrappedRoot: randomBytes(61) }, anew)).rejects.toThrow(
        Unavailable,
      );
      expect(await house.content()).toEqual(before);
    });

    it('16. does nothing once it is closed', async () => {
      await store.prepare(root());
      await store.close();
      await store.close();
      const later = [store.root(), store.prepare(root()), store.find(['a']), store.insert([]), store.erase('a', NOW)];
      for (const call of [...later, store.erasures(), store.setLookups([]), store.foundBy(new Uint8Array(32), 1)])
        await expect(call).rejects.toThrow(Unavailable);
      expect(await store.health()).toMatch(/closed/);
    });
  });
}

function turn(): Promise<false> {
  return new Promise((resolve) => {
    setImmediate(resolve, false);
  });
}

function onlyUnavailable(error: unknown): false {
  if (error instanceof Unavailable) return false;
  throw error;
}

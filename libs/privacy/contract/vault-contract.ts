// What the vault promises on every key store: nobody's key is lost or doubled, whichever process asks, and nothing is
// written by one that must not start.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Unavailable } from '#libs/kernel';
import type { OpenKeyHouse } from './key-house.ts';
import { COMMUNITY, NOW, openAll, placeOf, seal, VaultHouse, withOwn } from './vault-house.ts';

/** Registers the suite with Jest; `openHouse` is called before each test. */
export function vaultContract(name: string, openHouse: OpenKeyHouse): void {
  describe(`A vault on ${name}`, () => {
    let house: VaultHouse;
    beforeEach(async () => {
      house = new VaultHouse(await openHouse());
    });
    afterEach(() => house.close());

    it('finds persons by what was last said of them, in their community only, and not once they are erased', async () => {
      const [vault, other] = [await house.open(), await house.open()];
      const said = (person: string, term: string | null, community = COMMUNITY) => ({ person, term, community });
      await vault.ensureKeys(['anna', 'bo', 'chen'], [said('anna', '1'), said('bo', '1'), said('chen', '1', 'beside')]);
      const found = async (term: string, community = COMMUNITY) =>
        [...(await other.findPersons(community, term, 9))].sort();
      expect([await found('1'), await found('1', 'beside'), await found('2')]).toEqual([['anna', 'bo'], ['chen'], []]);
      // With keys in memory, and for several who ask in the same turn.
      await Promise.all([
        vault.ensureKeys(['anna'], [said('anna', '2')]),
        vault.ensureKeys([], [said('chen', null, 'beside')]),
        vault.ensureKeys(['dora'], [said('dora', '2')]),
      ]);
      expect([await found('1'), await found('1', 'beside'), await found('2')]).toEqual([['bo'], [], ['anna', 'dora']]);
      await vault.ensureKeys(['anna']);
      expect(await found('2')).toEqual(['anna', 'dora']);
      await other.erase('anna', NOW);
      expect(await found('2')).toEqual(['dora']);
    });

    it('is one and the same in every process, also when they start at the same moment', async () => {
      const [one, ...others] = await Promise.all(Array.from({ length: 6 }, () => house.open()));
      for (const other of others) {
        expect(other.deriveSecret('tokens')).toEqual(one?.deriveSecret('tokens'));
        expect(other.fingerprint({ a: 1 })).toBe(one?.fingerprint({ a: 1 }));
        expect(await other.open(await seal(one!, 'person-1'), COMMUNITY)).toBe('text of person-1');
      }
    });

    it('refuses a wrong master key, and changes nothing', async () => {
      const vault = await house.open();
      const sealed = await seal(vault, 'person-1');
      const before = await house.keys.content();
      await expect(house.open({ masterKey: Buffer.alloc(32, 2) })).rejects.toThrow(/^The master key is not the one/);
      expect(await house.keys.content()).toEqual(before);
      expect(await (await house.open()).open(sealed, COMMUNITY)).toBe('text of person-1');
    });

    it('refuses to start anew where there must be keys, and changes nothing', async () => {
      await expect(house.open({ mustExist: true })).rejects.toThrow(/^The person keys are missing in /);
      expect(await house.keys.content()).toBeUndefined();
      await seal(await house.open(), 'person-1');
      await house.keys.run('DELETE FROM vault');
      const before = await house.keys.content();
      await expect(house.open({ mustExist: true })).rejects.toThrow(/^The person keys are missing in /);
      expect(await house.keys.content()).toEqual(before);
    });

    it('refuses keys of a newer version, and changes nothing', async () => {
      await seal(await house.open(), 'person-1');
      await house.keys.markAsNewer();
      const before = await house.keys.content();
      await expect(house.open({ mustExist: true })).rejects.toThrow(/version of Bangbangwo/);
      expect(await house.keys.content()).toEqual(before);
    });

    it('gives a person one key, however many processes ask at once', async () => {
      const asking = await Promise.all(Array.from({ length: 4 }, () => house.open()));
      const persons = Array.from({ length: 20 }, (_, index) => `person-${String(index)}`);
      const sealed = await Promise.all(
        asking.map(async (vault, index) => {
          const order = index % 2 === 0 ? persons : persons.toReversed();
          const sealText = await vault.ensureKeys(order);
          return order.map((person) => sealText(person, placeOf(person)));
        }),
      );
      const fresh = await house.open();
      expect(new Set(await openAll(fresh, sealed.flat()))).toEqual(new Set(persons));
      for (const vault of asking) expect(await openAll(vault, sealed.flat())).not.toContain(undefined);
    });

    it('seals for more persons than it keeps in memory', async () => {
      const vault = await house.open({ cachedKeys: 1 });
      const persons = ['person-1', 'person-2', 'person-3'];
      const sealText = await vault.ensureKeys(persons);
      await vault.ensureKeys(['person-4']);
      const sealed = persons.map((person) => sealText(person, placeOf(person)));
      expect(await openAll(vault, sealed)).toEqual(persons);
      expect(() => sealText('text', placeOf('person-4'))).toThrow('before its person had a key');
    });

    it('loads the keys of all texts opened in the same turn at once, and none that it has', async () => {
      const persons = Array.from({ length: 20 }, (_, index) => `person-${String(index)}`);
      const writing = await house.open();
      const sealed = await Promise.all(persons.map((person) => seal(writing, person)));
      const keys = await house.keys.open();
      const asked: number[] = [];
      const find = (named: readonly string[]) => {
        asked.push(named.length);
        return keys.find(named);
      };
      const vault = await house.open({ keys: withOwn(keys, { find }) });
      const list = [...sealed, ...sealed, ...sealed];
      expect(await openAll(vault, list)).toEqual(list.map((_, index) => `text of ${persons[index % 20] ?? ''}`));
      expect(asked).toEqual([20]);
      expect(vault.open(sealed[0]!, COMMUNITY)).toBe('text of person-0');
      expect(asked).toEqual([20]);
    });

    it('opens the same texts with another master key once it was replaced, and with the old one no more', async () => {
      const [one, two] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
      const vault = await house.open({ masterKey: one });
      const sealed = await Promise.all(['person-1', 'person-2'].map((person) => seal(vault, person)));
      await vault.erase('person-2', NOW);
      expect(await vault.replaceMasterKey(two)).toBe(1);
      await expect(vault.ensureKeys(['late'])).rejects.toThrow(/master key was replaced/);
      await expect(house.open({ masterKey: one })).rejects.toThrow(/^The master key is not the one/);
      const other = await house.open({ masterKey: two });
      expect(await openAll(other, [...sealed, await seal(other, 'person-3')])).toEqual([
        ...['text of person-1', undefined, 'text of person-3'],
      ]);
      expect(other.deriveSecret('tokens')).toEqual(vault.deriveSecret('tokens'));
      expect(other.fingerprint({ a: 1 })).toBe(vault.fingerprint({ a: 1 }));
    });

    it('goes on wherever replacing the master key was cut short', async () => {
      const [one, two] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
      const settled: string[] = [];
      const next = { bytes: two, settle: () => void settled.push('next') };
      const vault = await house.open({ masterKey: { bytes: one, next } });
      const sealed = await seal(vault, 'person-1');
      expect(settled).toEqual([]);
      await vault.replaceMasterKey(two);
      const later = await house.open({ masterKey: { bytes: one, next } });
      expect([await later.open(sealed, COMMUNITY), settled]).toEqual(['text of person-1', ['next']]);
    });

    it('tells by which bytes a key is found, as long as there is one, and whom it never heard of', async () => {
      const vault = await house.open();
      await Promise.all(['person-1', 'person-2'].map((person) => seal(vault, person)));
      const traces = await Promise.all(['person-1', 'person-2', 'nobody'].map((person) => vault.traceOf(person)));
      expect(traces.map((trace) => trace?.length)).toEqual([13, 13, undefined]);
      expect(traces[0]).not.toEqual(traces[1]);
      await vault.erase('person-1', NOW);
      expect(await vault.traceOf('person-1')).toBeUndefined();
      expect(await vault.standingOf(['person-1', 'person-2', 'nobody'])).toEqual({
        ...{ alive: ['person-2'], unknown: ['nobody'] },
      });
    });

    it('opens the others though one key was given to somebody else', async () => {
      const writing = await house.open();
      const sealed = await Promise.all(['person-1', 'person-2', 'person-3'].map((person) => seal(writing, person)));
      await house.keys.run(
        `UPDATE "personKeys" SET wrapped = (SELECT wrapped FROM "personKeys" WHERE person = 'person-2') WHERE person = 'person-1'`,
      );
      const vault = await house.open();
      const [damaged, ...whole] = await Promise.allSettled(sealed.map(async (text) => vault.open(text, COMMUNITY)));
      expect(damaged).toMatchObject({ status: 'rejected', reason: expect.any(Unavailable) });
      expect(whole).toMatchObject([{ value: 'text of person-2' }, { value: 'text of person-3' }]);
      await expect(vault.ensureKeys(['person-1'])).rejects.toThrow(Unavailable);
    });
  });
}

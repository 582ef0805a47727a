// What the vault promises of erasures on every key store: they reach every process in time, whatever it has in memory or
// under way.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Rejected, SECOND, Unavailable } from '#libs/kernel';
import type { OpenKeyHouse } from './key-house.ts';
import { COMMUNITY, gate, NOW, openAll, placeOf, seal, VaultHouse, withOwn } from './vault-house.ts';

/** Registers the suite with Jest; `openHouse` is called before each test. */
export function erasureContract(name: string, openHouse: OpenKeyHouse): void {
  describe(`Erasure in a vault on ${name}`, () => {
    let house: VaultHouse;
    beforeEach(async () => {
      house = new VaultHouse(await openHouse());
    });
    afterEach(() => house.close());

    it('learns in the background whom another process erased, while keys are used', async () => {
      const erasing = await house.open();
      const keys = await house.keys.open();
      const told = gate();
      const erasures = async (after?: number) => {
        const news = await keys.erasures(after);
        if (after !== undefined) setImmediate(told.open);
        return news;
      };
      const reading = await house.open({ keys: withOwn(keys, { erasures }) });
      const sealed = await Promise.all(['person-1', 'person-2'].map((person) => seal(reading, person)));
      await erasing.erase('person-1', NOW);
      expect(await openAll(erasing, sealed)).toEqual([undefined, 'text of person-2']);
      house.now += 5 * SECOND;
      // Whoever comes first makes it ask, and does not wait for the answer.
      expect(reading.open(sealed[0]!, COMMUNITY)).toBe('text of person-1');
      await told.opened;
      expect(reading.open(sealed[0]!, COMMUNITY)).toBeUndefined();
      expect(await openAll(reading, sealed)).toEqual([undefined, 'text of person-2']);
      await expect(reading.ensureKeys(['person-1'])).rejects.toThrow(Rejected);
      expect(await reading.isErased('person-1')).toBe(true);
    });

    it('never uses a key that another process erased 30 seconds ago, nor what seals with it', async () => {
      const [erasing, reading] = [await house.open(), await house.open()];
      const sealed = await seal(reading, 'person-1');
      const sealText = await reading.ensureKeys(['person-1']);
      await erasing.erase('person-1', NOW);
      house.now += 30 * SECOND;
      expect(await reading.open(sealed, COMMUNITY)).toBeUndefined();
      expect(() => sealText('text', placeOf('person-1'))).toThrow(Rejected);
    });

    it('does not use keys in memory for longer than 30 seconds where erasures cannot be asked for', async () => {
      const vault = await house.open();
      const sealed = await seal(vault, 'person-1');
      await house.keys.run('ALTER TABLE vault RENAME TO elsewhere');
      house.now += 29 * SECOND;
      expect(await vault.open(sealed, COMMUNITY)).toBe('text of person-1');
      house.now += SECOND;
      await expect(openAll(vault, [sealed])).rejects.toThrow(Unavailable);
      await expect(vault.ensureKeys(['person-1'])).rejects.toThrow(Unavailable);
      await house.keys.run('ALTER TABLE elsewhere RENAME TO vault');
      expect(await openAll(vault, [sealed])).toEqual(['text of person-1']);
      expect(await vault.health()).toBeUndefined();
    });

    it('gives no key back that was erased while it was being read', async () => {
      const vault = await house.open();
      const sealed = await seal(vault, 'person-1');
      const keys = await house.keys.open();
      const [slow, read] = [gate(), gate()];
      const find = async (persons: readonly string[]) => {
        const rows = await keys.find(persons);
        read.open();
        await slow.opened;
        return rows;
      };
      const reading = await house.open({ keys: withOwn(keys, { find }) });
      const opening = openAll(reading, [sealed]);
      await read.opened;
      await reading.erase('person-1', NOW);
      slow.open();
      expect(await opening).toEqual([undefined]);
      expect(reading.open(sealed, COMMUNITY)).toBeUndefined();
    });
  });
}

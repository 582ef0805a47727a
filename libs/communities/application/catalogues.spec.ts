import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Catalogues, DEFAULT_POLICY, STANDARD_CATALOGUE } from '#libs/communities';
import { CommunityHouse, contextAt } from '#libs/communities/testing';
import type { Instant } from '#libs/kernel';
import { HOUR, NotFound } from '#libs/kernel';

const PLUMBING = { ...STANDARD_CATALOGUE.find(({ category }) => category === 'PLUMBING')!, resolveWithin: 4 * HOUR };

describe('the catalogue of a community', () => {
  let house: CommunityHouse;
  beforeEach(async () => {
    house = await CommunityHouse.open();
  });
  afterEach(() => house.close());

  it('is the standard one, with the default policy, until the community has its own', async () => {
    const { communityId } = house;
    const catalogue = await house.catalogues.of(communityId);
    expect(catalogue).toMatchObject({ communityId, version: 1, policy: DEFAULT_POLICY });
    expect(catalogue.entries).toHaveLength(9);
    expect(catalogue.entry('PLUMBING')).toMatchObject({ name: '水暖管道', resolveWithin: 24 * HOUR });
    expect(catalogue.entry('MOON')).toBeUndefined();
  });

  it('is the one in force at the time asked about', async () => {
    const { areas, catalogues, communityId } = house;
    await areas.order(
      communityId,
      { type: 'PublishCatalogue', entries: STANDARD_CATALOGUE },
      contextAt('2026-02-01T00:00:00.000Z'),
    );
    await areas.order(
      communityId,
      { type: 'PublishCatalogue', entries: [PLUMBING] },
      contextAt('2026-03-01T00:00:00.000Z'),
    );
    const versionAt = async (at: string) => (await catalogues.of(communityId, { at: at as Instant })).version;
    expect(await versionAt('2026-03-01T00:00:00.000Z')).toBe(3);
    expect(await versionAt('2026-02-28T23:59:59.999Z')).toBe(2);
    expect(await versionAt('2024-07-01T00:00:00.000Z')).toBe(2);
    expect((await catalogues.of(communityId)).entry('PLUMBING')?.resolveWithin).toBe(4 * HOUR);
  });

  it('is right at once, also where it was asked for before another process changed it', async () => {
    const elsewhere = new Catalogues(house.store);
    await elsewhere.of(house.communityId);
    await house.areas.order(
      house.communityId,
      { type: 'SetPolicy', changes: { openTaskLimit: 2 } },
      contextAt('2026-02-01T00:00:00.000Z'),
    );
    expect((await elsewhere.of(house.communityId)).policy).toEqual({ ...DEFAULT_POLICY, openTaskLimit: 2 });
  });

  it('belongs to communities only', async () => {
    await expect(house.catalogues.of(house.streetId)).rejects.toThrow(NotFound);
    await expect(house.catalogues.of('00000000-0000-4000-8000-000000000000')).rejects.toThrow(NotFound);
  });
});

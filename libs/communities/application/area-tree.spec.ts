import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AreaTree } from '#libs/communities';
import { CommunityHouse } from '#libs/communities/testing';

describe('the tree of areas', () => {
  let house: CommunityHouse;
  let tree: AreaTree;
  beforeEach(async () => {
    house = await CommunityHouse.open();
    tree = new AreaTree(house.store);
    await tree.start();
  });
  afterEach(async () => {
    await tree.stop();
    await house.close();
  });

  it('knows right after its start what lies within what', () => {
    const { communityId, districtId, streetId } = house;
    expect(tree.isWithin(communityId, communityId)).toBe(true);
    expect(tree.isWithin(communityId, streetId)).toBe(true);
    expect(tree.isWithin(communityId, districtId)).toBe(true);
    expect(tree.isWithin(streetId, communityId)).toBe(false);
    expect(tree.levelOf(streetId)).toBe('STREET');
  });

  it('lists the communities in an area', async () => {
    const second = await house.addArea('COMMUNITY', house.streetId, '某里');
    const otherStreet = await house.addArea('STREET', house.districtId, '他街道');
    const third = await house.addArea('COMMUNITY', otherStreet, '他里');
    await tree.catchUp();
    expect(tree.communitiesWithin(house.streetId)).toEqual([house.communityId, second]);
    expect(tree.communitiesWithin(house.districtId)).toEqual([house.communityId, second, third]);
    expect(tree.communitiesWithin(third)).toEqual([third]);
  });

  it('lets nobody in where an area is unknown', () => {
    expect(tree.isWithin('unknown', house.districtId)).toBe(false);
    expect(tree.isWithin('unknown', 'unknown')).toBe(false);
    expect(tree.isWithin(house.communityId, 'unknown')).toBe(false);
    expect(tree.communitiesWithin('unknown')).toEqual([]);
  });

  it('follows the log by itself', async () => {
    const areaId = await house.addArea('COMMUNITY', house.streetId, '某里');
    while (tree.levelOf(areaId) === undefined) await setImmediate();
    expect(tree.communitiesWithin(house.streetId)).toContain(areaId);
  });

  it('knows an area that is added while it is already catching up', async () => {
    const earlier = tree.catchUp();
    const areaId = await house.addArea('COMMUNITY', house.streetId, '某里');
    await tree.catchUp();
    await earlier;
    expect(tree.isWithin(areaId, house.districtId)).toBe(true);
  });
});

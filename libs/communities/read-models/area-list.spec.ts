import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { areaList, areaListProjection, DEFAULT_POLICY, STANDARD_CATALOGUE } from '#libs/communities';
import { CommunityHouse, contextAt } from '#libs/communities/testing';
import type { ProjectedHouse } from '#libs/communities/testing';
import { dialects } from '#libs/platform/testing';
import { foldRow, hashTables } from '#libs/projections';
import { AreaQueries } from './area-list.query.ts';

const NOW = '2026-02-01T00:00:00.000Z';

describe.each(dialects)('the list of areas in $name', (dialect) => {
  let house: CommunityHouse;
  let projected: ProjectedHouse;
  let queries: AreaQueries;
  beforeEach(async () => {
    house = await CommunityHouse.open(dialect);
    projected = await house.project(areaListProjection);
    queries = new AreaQueries(projected.database.query);
  });
  afterEach(() => house.close());

  it('shows each area as its events left it', async () => {
    const { areas, communityId, streetId } = house;
    await areas.order(communityId, { type: 'RenameArea', name: '八八五零' }, contextAt(NOW));
    await areas.order(communityId, { type: 'PublishCatalogue', entries: STANDARD_CATALOGUE }, contextAt(NOW));
    await areas.order(communityId, { type: 'SetPolicy', changes: { openTaskLimit: 3 } }, contextAt(NOW));
    await projected.catchUp();
    const { catalogue, policy, ...row } = (await queries.byId(communityId))!;
    expect(row).toEqual({
      ...{ areaId: communityId, level: 'COMMUNITY', parentId: streetId, name: '八八五零' },
      ...{ catalogueVersion: 2, revision: 3 },
    });
    expect(JSON.parse(catalogue!)).toEqual(STANDARD_CATALOGUE);
    expect(JSON.parse(policy!)).toEqual({ ...DEFAULT_POLICY, openTaskLimit: 3 });
    expect(await queries.byId(streetId)).toMatchObject({ level: 'STREET', catalogue: null, policy: null, revision: 0 });
    expect(await queries.byId('unknown')).toBeUndefined();
  });

  it('pages through communities by name and counts them', async () => {
    for (const name of ['丙', '甲', '乙']) await house.addArea('COMMUNITY', house.streetId, name);
    await projected.catchUp();
    const names: string[] = [];
    let after: readonly [string, string] | undefined;
    for (;;) {
      const page = await queries.communities({ limit: 2, after });
      names.push(...page.map(({ name }) => name));
      const last = page.at(-1);
      if (!last) break;
      after = [last.name, last.areaId];
    }
    expect(names).toEqual(['流霞里', '丙', '甲', '乙'].toSorted());
    expect(await queries.communityCount()).toBe(4);
  });

  it('is the same when it is built anew', async () => {
    await house.areas.order(house.communityId, { type: 'RenameArea', name: '八八五零' }, contextAt(NOW));
    await projected.catchUp();
    const before = await hashTables(projected.database, areaListProjection);
    const again = await house.project(areaListProjection);
    expect(await hashTables(again.database, areaListProjection)).toBe(before);
  });

  it('is the same when every event is applied twice', async () => {
    const { areas, communityId } = house;
    const { events } = await areas.order(communityId, { type: 'RenameArea', name: '八八五零' }, contextAt(NOW));
    const twice = events.flatMap((event) => [event, event]);
    expect(foldRow(areaListProjection, areaList, twice, communityId)).toEqual(
      foldRow(areaListProjection, areaList, events, communityId),
    );
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { STANDARD_CATALOGUE } from '#libs/communities';
import { CommunityHouse, contextAt } from '#libs/communities/testing';
import { InvalidInput, Rejected } from '#libs/kernel';

const NOW = '2026-02-01T00:00:00.000Z';

describe('the desk for areas', () => {
  let house: CommunityHouse;
  beforeEach(async () => {
    house = await CommunityHouse.open();
  });
  afterEach(() => house.close());

  it("learns a parent's level from the parent's own stream", async () => {
    const add = (parentId: string) => house.areas.add({ level: 'COMMUNITY', parentId, name: '某里' }, contextAt(NOW));
    await expect(add(house.communityId)).rejects.toMatchObject({ code: 'PARENT_OF_WRONG_LEVEL' });
    await expect(add('00000000-0000-4000-8000-000000000000')).rejects.toMatchObject({ code: 'PARENT_NOT_FOUND' });
    await expect(add(house.streetId)).resolves.toMatchObject({ appended: 1, state: { level: 'COMMUNITY' } });
  });

  it('answers a repeated command with the area it made', async () => {
    const context = contextAt(NOW);
    const add = () => house.areas.add({ level: 'COMMUNITY', parentId: house.streetId, name: '某里' }, context);
    const first = await add();
    await expect(add()).resolves.toMatchObject({ appended: 0, position: first.position, state: first.state });
  });

  it('keeps names in one form and refuses what cannot be kept', async () => {
    const rename = (name: string) => house.areas.order(house.communityId, { type: 'RenameArea', name }, contextAt(NOW));
    await expect(rename(' Cafe\u0301 ')).resolves.toMatchObject({ state: { name: 'Caf\u00e9' } });
    await expect(rename('a\u0000b')).rejects.toThrow(InvalidInput);
    const nameless = STANDARD_CATALOGUE.map((entry) => ({ ...entry, name: ' ' }));
    await expect(
      house.areas.order(house.communityId, { type: 'PublishCatalogue', entries: nameless }, contextAt(NOW)),
    ).rejects.toMatchObject({
      details: { field: 'entries.0.name' },
    });
  });

  it('knows which time zones there are', async () => {
    const set = (timeZone: string) =>
      house.areas.order(house.communityId, { type: 'SetPolicy', changes: { timeZone } }, contextAt(NOW));
    await expect(set('Mars/Olympus')).rejects.toThrow(InvalidInput);
    await expect(set('Europe/Berlin')).resolves.toMatchObject({ state: { policy: { timeZone: 'Europe/Berlin' } } });
  });

  it('refuses a catalogue for a street', async () => {
    const publish = house.areas.order(
      house.streetId,
      { type: 'PublishCatalogue', entries: STANDARD_CATALOGUE },
      contextAt(NOW),
    );
    await expect(publish).rejects.toThrow(Rejected);
  });
});

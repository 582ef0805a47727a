import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CommunityHouse, contextAt } from '#libs/communities/testing';
import { InvalidInput, NotFound } from '#libs/kernel';
import { newVolunteerId, VOLUNTEER_LIMITS, VolunteerDesk } from '#libs/volunteers';
import type { VolunteerDetails } from '#libs/volunteers';

const NOW = '2026-03-01T08:00:00.000Z';
const CANARY = '金丝雀志愿者';
const anyone = () => true;

describe('the desk for volunteers', () => {
  let house: CommunityHouse;
  let desk: VolunteerDesk;
  beforeEach(async () => {
    house = await CommunityHouse.open();
    desk = new VolunteerDesk(house.executor, house.catalogues);
  });
  afterEach(() => house.close());

  const details = (over: Partial<VolunteerDetails> = {}): VolunteerDetails => ({
    ...{ communityId: house.communityId, name: CANARY, phone: '022-00007728', skills: ['PLUMBING'] },
    ...{ registeredBy: 'OFFICE', ...over },
  });

  it('registers once per command id', async () => {
    const context = contextAt(NOW);
    const first = await desk.register(details(), context);
    const again = await desk.register(details(), context);
    expect(again).toMatchObject({ appended: 0, revision: first.revision, state: first.state });
    expect(first.state).toMatchObject({ status: 'REGISTERED', volunteerId: newVolunteerId(context.commandId) });
  });

  it('registers in communities only', async () => {
    await expect(desk.register(details({ communityId: house.streetId }), contextAt(NOW))).rejects.toThrow(NotFound);
  });

  it('answers what the sender may not touch as absent', async () => {
    const context = contextAt(NOW);
    await desk.register(details(), context);
    const order = (admits: () => boolean, id = newVolunteerId(context.commandId)) =>
      desk.order(id, { type: 'VerifyVolunteer' }, admits, contextAt(NOW));
    await expect(order(() => false)).rejects.toThrow(NotFound);
    await expect(order(anyone, newVolunteerId('another'))).rejects.toThrow(NotFound);
    await expect(order(anyone)).resolves.toMatchObject({ state: { status: 'VERIFIED' } });
  });

  it.each<[string, Partial<VolunteerDetails>]>([
    ['name', { name: 'a\u0000b' }],
    ['name', { name: 'a'.repeat(VOLUNTEER_LIMITS.name + 1) }],
    ['phone', { phone: 'call me' }],
    ['skills', { skills: ['plumbing'] }],
    ['skills', { skills: Array.from({ length: VOLUNTEER_LIMITS.skills + 1 }, (_, of) => `SKILL_${String(of)}`) }],
  ])('refuses a %s that cannot be kept', async (field, over) => {
    const registration = desk.register(details(over), contextAt(NOW));
    await expect(registration).rejects.toThrow(InvalidInput);
    await expect(registration).rejects.toMatchObject({ details: { field } });
  });

  it('writes names, phones and reasons sealed only', async () => {
    const context = contextAt(NOW);
    const { state, events } = await desk.register(details(), context);
    const volunteerId = newVolunteerId(context.commandId);
    await desk.order(volunteerId, { type: 'VerifyVolunteer' }, anyone, contextAt(NOW));
    await desk.order(volunteerId, { type: 'SuspendVolunteer', reason: CANARY, until: null }, anyone, contextAt(NOW));
    await desk.order(volunteerId, { type: 'CorrectVolunteerContact', name: CANARY }, anyone, contextAt(NOW));
    for (const file of readdirSync(house.directory)) {
      const bytes = readFileSync(join(house.directory, file));
      expect(bytes.includes(CANARY)).toBe(false);
      expect(bytes.includes('022-00007728')).toBe(false);
    }
    expect(JSON.stringify(state)).not.toContain(CANARY);
    const sealed = (events[0]?.data as { name: string }).name;
    expect(await house.vault.open(sealed, house.communityId)).toBe(CANARY);
  });
});

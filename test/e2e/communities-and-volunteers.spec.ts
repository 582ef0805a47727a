// Areas, catalogues and volunteers over real HTTP: who may do what, who sees whose name, and what a mutation answers.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newAreaId } from '#libs/communities';
import { contextAt } from '#libs/communities/testing';
import type { Role } from '#libs/identity';
import { Api } from './harness/api.ts';

const PASSWORD = 'a long and unusual passphrase';
const START = '2026-01-01T00:00:00.000Z';

/** As untyped as what comes over the wire. */
type Json = ReturnType<typeof JSON.parse>;

interface Answer {
  readonly data: Json;
  readonly codes: readonly string[];
  readonly fields: readonly string[];
}

describe('communities and volunteers over HTTP', () => {
  let api: Api;
  let districtId: string;
  let streetId: string;
  let communityId: string;
  const tokens = new Map<Role, string>();

  beforeAll(async () => {
    api = await Api.start();
    districtId = await addArea('DISTRICT', null, '某区');
    streetId = await addArea('STREET', districtId, '某街道');
    communityId = await addArea('COMMUNITY', streetId, '流霞里');
    await api.application.services.areas.catchUp();
    await openAccount('ADMINISTRATOR', districtId);
    await openAccount('SUPERVISOR', streetId);
    await openAccount('OFFICE', communityId);
    await openAccount('AUDITOR', districtId);
    await openAccount('VOLUNTEER', communityId);
  });
  afterAll(() => api.stop());

  async function addArea(level: 'DISTRICT' | 'STREET' | 'COMMUNITY', parentId: string | null, name: string) {
    const context = contextAt(START);
    await api.application.services.areaDesk.add({ level, parentId, name }, context);
    return newAreaId(context.commandId);
  }

  async function openAccount(role: Role, areaId: string): Promise<void> {
    const { accountDesk, signIn } = api.application.services;
    const username = role.toLowerCase();
    const details = { areaId, username, displayName: null, password: PASSWORD };
    await accountDesk.open(details, contextAt(START));
    await accountDesk.change(accountDesk.idOf(username), { type: 'GrantRole', role, areaId }, contextAt(START));
    tokens.set(role, (await signIn.withPassword(username, PASSWORD)).accessToken);
  }

  async function ask(role: Role | undefined, query: string, variables: object = {}): Promise<Answer> {
    const token = role && tokens.get(role);
    const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
    const response = await fetch(api.url, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors = [] } = (await response.json()) as { data?: Json; errors?: Json[] };
    return {
      data,
      codes: errors.map(({ extensions }) => extensions.code),
      fields: errors.map(({ extensions }) => extensions.details?.field),
    };
  }

  function change(role: Role | undefined, mutation: string, input: object, selection: string): Promise<Answer> {
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`.replace(/^(Verify|Reinstate)Vol/, 'Vol');
    const document = `mutation ($input: ${type}!) { answer: ${mutation}(input: $input) { ${selection} position } }`;
    return ask(role, document, { input: { commandId: randomUUID(), ...input } });
  }

  const VOLUNTEER = 'volunteer { id name phone status onDuty skills suspendedUntil openTasks revision }';
  const registration = () => ({ communityId, name: '李阿姨', phone: '022-00000001', skills: ['PLUMBING'] });

  async function registered(): Promise<string> {
    const { data } = await change('OFFICE', 'registerVolunteer', registration(), VOLUNTEER);
    return data.answer.volunteer.id;
  }

  describe('communities', () => {
    const COMMUNITY = `query ($id: ID!, $atLeast: Position) { community(id: $id, atLeast: $atLeast) {
      id name revision street { id level name parentId }
      catalogue { version entries { category name englishName urgency resolveWithinMinutes skills } }
      policy { acceptWindowOpenMinutes claimLapseMinutes openTaskLimit timeZone } } }`;

    it('show everyone their catalogue and policy', async () => {
      const { data, codes } = await ask(undefined, COMMUNITY, {
        id: communityId,
        atLeast: await api.application.foundation.store.head(),
      });
      expect(codes).toEqual([]);
      expect(data.community).toMatchObject({
        ...{ id: communityId, name: '流霞里', street: { id: streetId, level: 'STREET', parentId: districtId } },
        policy: {
          acceptWindowOpenMinutes: 1_440,
          claimLapseMinutes: 4_320,
          openTaskLimit: 5,
          timeZone: 'Asia/Shanghai',
        },
      });
      expect(data.community.catalogue).toMatchObject({ version: 1 });
      expect(data.community.catalogue.entries).toHaveLength(9);
      expect((await ask(undefined, COMMUNITY, { id: streetId })).data.community).toBeNull();
    });

    it('are added, listed and renamed by administrators, who can work in them at once', async () => {
      const input = { parentId: streetId, level: 'COMMUNITY', name: '天井里' };
      const added = await change('ADMINISTRATOR', 'addArea', input, 'area { id name level revision }');
      expect(added.codes).toEqual([]);
      const { id } = added.data.answer.area;
      const renamed = await change(
        'ADMINISTRATOR',
        'renameArea',
        { areaId: id, name: '地井里' },
        'area { name revision }',
      );
      expect(renamed.data.answer.area).toEqual({ name: '地井里', revision: 1 });
      const list = `query ($atLeast: Position) { communities(atLeast: $atLeast) { totalCount edges { node { id name } } } }`;
      const { communities } = (await ask(undefined, list, { atLeast: renamed.data.answer.position })).data;
      expect(communities.totalCount).toBe(2);
      expect(communities.edges.map(({ node }: Json) => node.name)).toEqual(['地井里', '流霞里'].toSorted());
    });

    it('are changed by nobody else', async () => {
      const input = { areaId: communityId, name: '某里' };
      expect((await change(undefined, 'renameArea', input, 'area { id }')).codes).toEqual(['UNAUTHENTICATED']);
      expect((await change('OFFICE', 'renameArea', input, 'area { id }')).codes).toEqual(['FORBIDDEN']);
      const unknown = { areaId: randomUUID(), name: '某里' };
      expect((await change('ADMINISTRATOR', 'renameArea', unknown, 'area { id }')).codes).toEqual(['NOT_FOUND']);
      const district = { parentId: districtId, level: 'COMMUNITY', name: '某里' };
      expect((await change('ADMINISTRATOR', 'addArea', district, 'area { id }')).codes).toEqual([
        'PARENT_OF_WRONG_LEVEL',
      ]);
    });

    it('publish catalogues and set policies, answered at the new revision', async () => {
      const entry = { category: 'PLUMBING', name: '水暖管道', urgency: 'UTILITIES', skills: ['PLUMBING'] };
      const selection = 'community { revision catalogue { version entries { category resolveWithinMinutes } } }';
      const publish = (entries: object[]) =>
        change('ADMINISTRATOR', 'publishCatalogue', { communityId, entries }, selection);
      expect((await publish([entry])).data.answer.community).toEqual({
        revision: 1,
        catalogue: { version: 2, entries: [{ category: 'PLUMBING', resolveWithinMinutes: 1_440 }] },
      });
      expect(await publish([entry, entry])).toMatchObject({
        codes: ['CATALOGUE_INVALID'],
        fields: ['entries.1.category'],
      });
      expect((await publish([{ ...entry, resolveWithinMinutes: 0 }])).codes).toEqual(['CATALOGUE_INVALID']);
      expect((await publish([{ ...entry, name: 'a\u0000b' }])).codes).toEqual(['BAD_USER_INPUT']);
      const policy = { communityId, openTaskLimit: 3, acceptWindowOpenMinutes: 60, expectedRevision: 1 };
      const set = () =>
        change('ADMINISTRATOR', 'setPolicy', policy, 'community { policy { openTaskLimit acceptWindowOpenMinutes } }');
      expect((await set()).data.answer.community.policy).toEqual({ openTaskLimit: 3, acceptWindowOpenMinutes: 60 });
      expect((await set()).codes).toEqual(['CONFLICT']);
    });
  });

  describe('volunteers', () => {
    it('are registered once per command id and verified by the office', async () => {
      const commandId = randomUUID();
      const register = (over: object = {}) =>
        change('OFFICE', 'registerVolunteer', { ...registration(), commandId, ...over }, VOLUNTEER);
      const first = await register();
      expect(first.data.answer.volunteer).toMatchObject({
        ...{ name: '李阿姨', phone: '022-00000001', status: 'REGISTERED', onDuty: false, skills: ['PLUMBING'] },
        ...{ openTasks: 0, suspendedUntil: null, revision: 0 },
      });
      expect((await register()).data).toEqual(first.data);
      expect((await register({ name: '别人' })).codes).toEqual(['COMMAND_ID_REUSED']);
      const volunteerId = first.data.answer.volunteer.id;
      const verified = await change('OFFICE', 'verifyVolunteer', { volunteerId, expectedRevision: 0 }, VOLUNTEER);
      expect(verified.data.answer.volunteer).toMatchObject({ status: 'VERIFIED', revision: 1 });
      const stale = await change('OFFICE', 'setDuty', { volunteerId, onDuty: true, expectedRevision: 0 }, VOLUNTEER);
      expect(stale.codes).toEqual(['CONFLICT']);
    });

    it('are suspended, reinstated and corrected by the office', async () => {
      const volunteerId = await registered();
      const act = (mutation: string, input: object = {}) =>
        change('OFFICE', mutation, { volunteerId, ...input }, VOLUNTEER);
      expect((await act('suspendVolunteer', { reason: '-' })).codes).toEqual(['VOLUNTEER_NOT_VERIFIED']);
      await act('verifyVolunteer');
      const past = { reason: '-', until: '2020-01-01T00:00:00Z' };
      expect((await act('suspendVolunteer', past)).codes).toEqual(['SUSPENDED_UNTIL_IN_PAST']);
      const future = { reason: '-', until: '2999-01-01T08:00:00+08:00' };
      const suspended = (await act('suspendVolunteer', future)).data.answer.volunteer;
      expect(suspended).toMatchObject({ status: 'SUSPENDED', suspendedUntil: '2999-01-01T00:00:00.000Z' });
      expect((await act('reinstateVolunteer')).data.answer.volunteer).toMatchObject({
        status: 'VERIFIED',
        suspendedUntil: null,
      });
      expect((await act('setVolunteerSkills', { skills: [] })).data.answer.volunteer.skills).toEqual([]);
      expect((await act('setVolunteerSkills', { skills: ['no such form'] })).codes).toEqual(['BAD_USER_INPUT']);
      const corrected = (await act('correctVolunteerContact', { phone: null })).data.answer.volunteer;
      expect(corrected).toMatchObject({ name: '李阿姨', phone: null });
      const future2 = await act('setDuty', { onDuty: true, occurredAt: '2999-01-01T00:00:00Z' });
      expect(future2.codes).toEqual(['OCCURRED_IN_FUTURE']);
      const early = await act('setDuty', { onDuty: true, occurredAt: '2020-01-01T00:00:00Z' });
      expect(early.codes).toEqual(['OCCURRED_TOO_EARLY']);
    });

    it('show name and phone to office and supervisor, and the rest to auditors and administrators', async () => {
      const { data } = await change('OFFICE', 'registerVolunteer', registration(), 'volunteer { id }');
      const { volunteer, position } = data.answer;
      const query = 'query ($id: ID!, $atLeast: Position) { volunteer(id: $id, atLeast: $atLeast) { id name phone } }';
      const seenBy = async (role: Role) =>
        (await ask(role, query, { id: volunteer.id, atLeast: position })).data.volunteer;
      const full = { id: volunteer.id, name: '李阿姨', phone: '022-00000001' };
      const redacted = { id: volunteer.id, name: null, phone: null };
      expect(await seenBy('OFFICE')).toEqual(full);
      expect(await seenBy('SUPERVISOR')).toEqual(full);
      expect(await seenBy('AUDITOR')).toEqual(redacted);
      expect(await seenBy('ADMINISTRATOR')).toEqual(redacted);
      expect(await seenBy('VOLUNTEER')).toBeNull();
      expect((await ask(undefined, query, { id: volunteer.id })).codes).toEqual(['UNAUTHENTICATED']);
    });

    it('see themselves, and go on and off duty themselves', async () => {
      const volunteerId = await registered();
      const other = await registered();
      const { accountDesk } = api.application.services;
      const accountId = accountDesk.idOf('volunteer');
      await accountDesk.change(accountId, { type: 'LinkVolunteer', volunteerId }, contextAt(START));
      const duty = (id: string) => change('VOLUNTEER', 'setDuty', { volunteerId: id, onDuty: true }, VOLUNTEER);
      expect((await duty(volunteerId)).data.answer.volunteer).toMatchObject({ onDuty: true, name: '李阿姨' });
      expect((await duty(other)).codes).toEqual(['NOT_FOUND']);
      expect((await change('VOLUNTEER', 'verifyVolunteer', { volunteerId }, VOLUNTEER)).codes).toEqual(['FORBIDDEN']);
    });

    it('are listed page by page with filters, for one community at a time', async () => {
      const volunteerId = await registered();
      const verified = await change('OFFICE', 'verifyVolunteer', { volunteerId }, VOLUNTEER);
      const list = `query ($filter: VolunteerFilter, $first: Int, $after: String, $atLeast: Position) {
        volunteers(filter: $filter, first: $first, after: $after, atLeast: $atLeast) {
          totalCount pageInfo { hasNextPage endCursor } edges { node { id status name } } } }`;
      const { atLeast } = { atLeast: verified.data.answer.position };
      const seen: string[] = [];
      for (let after: string | null = null; ;) {
        const { data } = await ask('OFFICE', list, { filter: { status: 'VERIFIED' }, first: 1, after, atLeast });
        const { edges, pageInfo, totalCount } = data.volunteers;
        seen.push(...edges.map(({ node }: Json) => node.id));
        if (!pageInfo.hasNextPage) {
          expect(seen).toHaveLength(totalCount);
          break;
        }
        after = pageInfo.endCursor;
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toContain(volunteerId);
      const ofSkill = await ask('AUDITOR', list, { filter: { communityId, skill: 'PLUMBING' }, atLeast });
      expect(ofSkill.data.volunteers.edges.every(({ node }: Json) => node.name === null)).toBe(true);
      expect(await ask('AUDITOR', list, {})).toMatchObject({
        codes: ['BAD_USER_INPUT'],
        fields: ['filter.communityId'],
      });
      const elsewhere = await ask('OFFICE', list, { filter: { communityId: randomUUID() } });
      expect(elsewhere.data.volunteers).toMatchObject({ totalCount: 0, edges: [] });
      expect((await ask('VOLUNTEER', list, {})).codes).toEqual(['FORBIDDEN']);
    });
  });
});

// A person's way out: asked for by one, approved by another, held while it must be, carried out once, and then unreadable
// everywhere, while every figure stays as it was.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { erasureTimer } from '#apps/foundation';
import type { Clock, Instant } from '#libs/kernel';
import { DAY, HOUR, instantOf, plus } from '#libs/kernel';
import { Api, isScaledOut } from './harness/api.ts';
import { Neighbourhood } from './harness/neighbourhood.ts';
import type { Json } from './harness/person.ts';
import { Person } from './harness/person.ts';
import { hashReadModels } from './harness/read-models.ts';
import { signIn } from './harness/world.ts';

class SetClock implements Clock {
  time = instantOf(Date.now());
  now(): Instant {
    return this.time;
  }
}

// Where others make the read models, they rebuild them.
const embedded = isScaledOut ? it.skip : it;

describe('erasing a person', () => {
  const clock = new SetClock();
  let api: Api;
  let here: Neighbourhood;
  let second: Person;
  beforeAll(async () => {
    api = await Api.start({ clock, environment: { RETENTION_DAYS: '30' } });
    here = await Neighbourhood.at(api);
  });
  afterAll(() => api.stop());

  /** Tokens end on the way, so everybody signs in again. */
  const pass = async (until: Instant) => {
    clock.time = until;
    const names = ['office', 'deputy', 'administrator', 'otherOffice', 'volunteer'] as const;
    for (const name of names) {
      const { member } = here[name];
      Object.assign(here, { [name]: new Person(api, { ...member, token: await signIn(api, member.username) }) });
    }
  };
  const timer = () => erasureTimer(api.application.foundation, api.application.services.erasing);
  const about = (subjectId: string, kind = 'REQUEST') => ({ kind, subjectId, grounds: 'ASKED_FOR' });
  const declined = async () => {
    const { id } = await here.raise();
    await here.office.order('declineRequest', { requestId: id, reason: 'canary-reason of the office' });
    return id as string;
  };
  const approved = async (subjectId: string, kind = 'REQUEST'): Promise<string> => {
    const [asking, approving] = kind === 'ACCOUNT' ? [here.administrator, second] : [here.office, here.deputy];
    const { erasure } = await asking.order('requestErasure', about(subjectId, kind));
    await approving.order('approveErasure', { erasureId: erasure.id });
    return erasure.id as string;
  };
  const statusOf = async (id: string, atLeast: string): Promise<Json> => {
    const page = await here.office.read('erasures', { filter: { communityId: here.communityId }, atLeast, first: 100 });
    return page.edges.map(({ node }: Json) => node).find((node: Json) => node.id === id);
  };
  const typesOf = async (personId: string) =>
    (await api.application.foundation.store.readStream(`erasure-${personId}`)).events.map(({ type }) => type);
  const codeOf = async (mutation: string, input: object, by = here.office) => (await by.send(mutation, input)).code;

  it('goes from request to erased, with a second person and a delay, and leaves figures alone', async () => {
    const id = await declined();
    const figures = async () =>
      (await here.office.read('requests', { filter: { communityId: here.communityId }, first: 1 }))
        .totalCount as number;
    const before = await figures();
    const { erasure } = await here.office.order('requestErasure', about(id));
    const erasureId = erasure.id as string;
    expect(await codeOf('requestErasure', about(id))).toBe('ERASURE_ALREADY_REQUESTED');
    expect(await codeOf('approveErasure', { erasureId })).toBe('SECOND_PERSON_NEEDED');
    expect(await codeOf('executeErasure', { erasureId })).toBe('ERASURE_NOT_APPROVED');
    const { erasure: due } = await here.deputy.order('approveErasure', { erasureId });
    expect(Date.parse(due.dueAt as string)).toBe(Date.parse(clock.time) + 72 * HOUR);
    expect(await codeOf('executeErasure', { erasureId })).toBe('ERASURE_NOT_DUE');
    await pass(plus(clock.time, 73 * HOUR));
    const both = await Promise.all([1, 2].map(() => here.office.send('executeErasure', { erasureId })));
    expect(both.map(({ value, text }) => value?.erasure.status ?? text)).toEqual(['ERASED', 'ERASED']);
    expect(await typesOf(erasureId)).toEqual([
      ...['ErasureRequested', 'ErasureApproved', 'ErasureBegun', 'PersonKeyDestroyed', 'PersonErased'],
    ]);
    const { events } = await api.application.foundation.store.readStream(`erasure-${erasureId}`);
    const { accountId } = here.office.member;
    expect(events.map(({ metadata }) => metadata['actorId'])).toEqual([
      ...[accountId, here.deputy.member.accountId, accountId, 'system', 'system'],
    ]);
    const { position } = both[0]!.value;
    const seen = await here.office.read('request', { id, atLeast: position });
    expect([seen.matter, seen.reporter?.name ?? null, seen.closingReason ?? null]).toEqual([null, null, null]);
    expect(await figures()).toBe(before);
    const rows = await api.application.foundation.readModels.all('SELECT * FROM "requestList" WHERE "requestId" = ?', [
      id,
    ]);
    expect(JSON.stringify(rows)).not.toContain('sealed.v1');
    expect(await statusOf(erasureId, position as string)).toMatchObject({ status: 'ERASED', subjectId: id });
    expect(await codeOf('requestErasure', about(id))).toBe('PERSON_ERASED');
  });

  it('is held with its reason while a request is open, a task is held, or the law wants it', async () => {
    const { id } = await here.raise();
    expect(await here.office.send('requestErasure', about(id as string))).toMatchObject({
      ...{ code: 'ERASURE_HELD_BY_REQUEST_OPEN', details: { hold: 'REQUEST_OPEN' } },
    });
    await here.accepted();
    const busy = about(here.volunteer.volunteerId, 'VOLUNTEER');
    expect(await codeOf('requestErasure', busy)).toBe('ERASURE_HELD_BY_TASK_OPEN');

    const closed = await declined();
    const erasureId = await approved(closed);
    await here.deputy.order('placeHold', { kind: 'REQUEST', subjectId: closed, reason: 'AUDIT' });
    await pass(plus(clock.time, 73 * HOUR));
    const { erasure } = await here.office.order('executeErasure', { erasureId });
    expect(erasure).toMatchObject({ status: 'APPROVED', heldBy: 'LEGAL_HOLD', legalHold: 'AUDIT' });
    await timer().run();
    expect(await typesOf(erasureId)).not.toContain('ErasureBegun');
    const { position } = await here.office.order('liftHold', { erasureId });
    await api.application.foundation.gate.waitFor(position as never);
    await timer().run();
    expect((await typesOf(erasureId)).at(-1)).toBe('PersonErased');
  });

  it('can be cancelled in time, and not by another community', async () => {
    const id = await declined();
    const other = here.otherOffice;
    expect(await codeOf('requestErasure', about(id), other)).toBe('NOT_FOUND');
    const erasureId = await approved(id);
    for (const mutation of ['approveErasure', 'cancelErasure', 'executeErasure', 'liftHold'])
      expect(await codeOf(mutation, { erasureId }, other)).toBe('NOT_FOUND');
    expect((await other.read('erasures', { filter: { communityId: here.communityId } })).totalCount).toBe(0);
    await here.office.order('cancelErasure', { erasureId });
    await pass(plus(clock.time, 73 * HOUR));
    expect(await codeOf('executeErasure', { erasureId })).toBe('ERASURE_NOT_REQUESTED');
  });

  it('of an account ends its sessions, for good; the last administrator stays', async () => {
    const leaving = await here.world.member('OFFICE');
    const { world } = here;
    await api.application.foundation.gate.waitFor(await api.application.foundation.store.head());
    const self = about(here.administrator.member.accountId, 'ACCOUNT');
    expect(await codeOf('requestErasure', self, here.administrator)).toBe('ERASURE_HELD_BY_LAST_ADMINISTRATOR');
    expect(await codeOf('requestErasure', about(leaving.accountId, 'ACCOUNT'))).toBe('NOT_FOUND');
    second = new Person(api, await world.member('ADMINISTRATOR'));
    const erasureId = await approved(leaving.accountId, 'ACCOUNT');
    for (const mutation of ['approveErasure', 'cancelErasure', 'executeErasure', 'liftHold'])
      expect(await codeOf(mutation, { erasureId })).toBe('NOT_FOUND');
    await pass(plus(clock.time, 73 * HOUR));
    await here.administrator.order('executeErasure', { erasureId });
    const login = `mutation ($input: LoginInput!) { login(input: $input) { accessToken } }`;
    const refused = await api.ask(login, { input: { username: leaving.username, password: world.password } });
    expect(refused.text).toContain('UNAUTHENTICATED');
    expect((await api.ask('{ me { id } }', {}, leaving.token)).text).toContain('UNAUTHENTICATED');
    const enabling = { accountId: leaving.accountId };
    expect(await codeOf('enableAccount', enabling, here.administrator)).toBe('PERSON_ERASED');
  });

  it('happens by itself once a request was closed long enough, holds respected, whichever way a clock jumps', async () => {
    const [one, two] = [await declined(), await declined()];
    const closedAt = clock.time;
    await here.office.order('placeHold', { kind: 'REQUEST', subjectId: two, reason: 'LEGAL_DUTY' });
    const erasedOf = async (id: string) => {
      const { erasing } = api.application.services;
      const { personId } = (await erasing.subjects.find({ kind: 'REQUEST', id }))!;
      return (await typesOf(personId)).includes('PersonErased');
    };
    const run = async (at: Instant) => {
      clock.time = at;
      await api.application.foundation.gate.waitFor(await api.application.foundation.store.head());
      await timer().run();
      return [await erasedOf(one), await erasedOf(two)];
    };
    expect(await run(plus(closedAt, 29 * DAY))).toEqual([false, false]);
    expect(await run(plus(closedAt, 28 * DAY))).toEqual([false, false]);
    expect(await run(plus(closedAt, 30 * DAY + HOUR))).toEqual([true, false]);
    expect(await run(plus(closedAt, 29 * DAY))).toEqual([true, false]);
    await pass(plus(closedAt, 31 * DAY));
  });

  embedded('leaves read models that a rebuild makes again, row for row', async () => {
    const { foundation } = api.application;
    await foundation.gate.waitFor(await foundation.store.head());
    const before = await hashReadModels(api);
    for (const { name } of (await foundation.projections.status()).projections)
      await foundation.projections.rebuild(name);
    expect(await hashReadModels(api)).toEqual(before);
  });
});

// What stands in the way of an erasure is asked of what is true now, whatever changes while erasures are carried out.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { erasureTimer, startErasing } from '#apps/foundation';
import { accountAggregate } from '#libs/identity';
import type { Clock } from '#libs/kernel';
import { DAY, instantOf, plus, Unavailable } from '#libs/kernel';
import type { Projections } from '#libs/projections';
import { Api } from './harness/api.ts';
import { Neighbourhood } from './harness/neighbourhood.ts';
import type { Json } from './harness/person.ts';
import { Person } from './harness/person.ts';

/** What is due here is not due yet by the clocks of other processes, whose timers leave it alone. */
const ahead: Clock = { now: () => plus(instantOf(Date.now()), DAY) };

describe('what holds an erasure', () => {
  let api: Api;
  let here: Neighbourhood;
  beforeAll(async () => {
    api = await Api.start({ clock: ahead, environment: { ERASURE_DELAY_HOURS: '0' } });
    here = await Neighbourhood.at(api);
  });
  afterAll(() => api.stop());

  const order = () => api.application.foundation.contexts.of(undefined, 'test', { commandId: randomUUID() });
  const erasing = () => api.application.services.erasing;
  const caughtUp = async () => {
    const { gate, store } = api.application.foundation;
    await gate.waitFor(await store.head());
  };
  const statusOf = async (personId: string) => (await erasing().erasureDesk.load(personId)).state;

  const resolve = async (requestId: string) => {
    await here.office.order('placeInFollowUp', { requestId, reason: 'R', plan: 'P', reviewOn: '2999-01-01' });
    await here.office.order('confirmResolution', { requestId, result: 'mended' });
  };
  const resolved = async () => {
    const { id } = await here.raise();
    await resolve(id as string);
    return id as string;
  };
  const factsOf = async (id: string) => (await erasing().subjects.find({ kind: 'REQUEST', id }))!;

  it('is a request opened again since it began, as long as the key is there', async () => {
    const id = await resolved();
    const { personId } = await factsOf(id);
    await here.office.order('requestErasure', { kind: 'REQUEST', subjectId: id, grounds: 'ASKED_FOR' });
    await here.deputy.order('approveErasure', { erasureId: personId });
    await erasing().eraser.begin(personId);
    await here.office.order('reopenRequest', { requestId: id, reason: 'R' });
    expect(await erasing().eraser.carryOut([personId])).toBe(0);
    expect(await statusOf(personId)).toMatchObject({ status: 'APPROVED', heldBy: 'REQUEST_OPEN' });
    expect(await api.application.foundation.vault.isErased(personId)).toBe(false);
    await caughtUp();
    const { edges } = await here.office.read('erasures', { filter: { communityId: here.communityId }, first: 100 });
    expect(edges.map(({ node }: Json) => node)).toMatchObject([{ status: 'APPROVED', heldBy: 'REQUEST_OPEN' }]);
    await resolve(id);
    await erasureTimer(api.application.foundation, erasing()).run();
    expect(await statusOf(personId)).toMatchObject({ status: 'ERASED' });
  });

  it('is a legal hold placed since it began, until the list names them', async () => {
    const id = await resolved();
    const { personId } = await factsOf(id);
    await here.office.order('requestErasure', { kind: 'REQUEST', subjectId: id, grounds: 'ASKED_FOR' });
    await here.deputy.order('approveErasure', { erasureId: personId });
    await erasing().eraser.begin(personId);
    const placeHold = () => here.office.order('placeHold', { kind: 'REQUEST', subjectId: id, reason: 'AUDIT' });
    await placeHold();
    expect(await erasing().eraser.carryOut([personId])).toBe(0);
    expect(await statusOf(personId)).toMatchObject({ status: 'APPROVED', heldBy: 'LEGAL_HOLD' });
    await here.office.order('liftHold', { erasureId: personId });
    await erasing().eraser.begin(personId);
    await erasing().record.add(personId, ahead.now());
    await expect(placeHold()).rejects.toThrow('ERASURE_UNDER_WAY');
    expect(await erasing().eraser.carryOut([personId])).toBe(1);
  });

  it('is a request closed anew since retention saw it', async () => {
    const id = await resolved();
    const seen = (await factsOf(id)).closedAt!;
    await here.office.order('reopenRequest', { requestId: id, reason: 'R' });
    await resolve(id);
    const facts = await factsOf(id);
    expect(facts.closedAt! > seen).toBe(true);
    await expect(erasing().eraser.beginByRetention(facts, seen)).rejects.toThrow('not closed long enough ago');
    await expect(erasing().eraser.beginByRetention(facts, facts.closedAt!)).resolves.toBeDefined();
  });

  it('closes an account anew that was enabled since, before its key is destroyed', async () => {
    const { foundation, services } = api.application;
    const { accountId } = await here.world.member('VOLUNTEER');
    const subject = { kind: 'ACCOUNT', id: accountId } as const;
    const { erasureDesk, subjects } = erasing();
    await erasureDesk.about(subject, { type: 'RequestErasure', grounds: 'ASKED_FOR' }, order());
    const secondPerson = { ...order(), actor: { accountId: randomUUID(), role: 'SYSTEM' } } as const;
    await erasureDesk.order(accountId, { type: 'ApproveErasure' }, secondPerson);
    const cut = () => Promise.reject(new Unavailable('Cut.'));
    const keys = { traceOf: () => Promise.resolve(undefined), open: () => undefined, erase: cut };
    const { eraser } = startErasing(foundation, services, { keys });
    await eraser.begin(accountId);
    await expect(eraser.carryOut([accountId])).rejects.toThrow('Cut.');
    const account = async () => (await foundation.executor.load(accountAggregate, accountId)).state;
    expect(await account()).toMatchObject({ status: 'DISABLED' });
    await services.accountDesk.change(accountId, { type: 'EnableAccount' }, order());
    expect(await erasing().eraser.carryOut([accountId])).toBe(1);
    expect(await account()).toMatchObject({ status: 'DISABLED' });
    const { events } = await foundation.store.readStream(`account-${accountId}`);
    await subjects.close(subject, order());
    expect((await foundation.store.readStream(`account-${accountId}`)).events).toHaveLength(events.length);
  });

  it('is the last administrator, also where two are due at once', async () => {
    const first = here.administrator;
    const second = new Person(api, await here.world.member('ADMINISTRATOR', here.world.districtId));
    await caughtUp();
    const [one, two] = [first.member.accountId, second.member.accountId];
    for (const [asking, approving, subjectId] of [
      [first, second, two],
      [second, first, one],
    ] as const) {
      const input = { kind: 'ACCOUNT', subjectId, grounds: 'ASKED_FOR' };
      const { erasure } = await asking.order('requestErasure', input);
      await approving.order('approveErasure', { erasureId: erasure.id });
    }
    await caughtUp();
    await erasureTimer(api.application.foundation, erasing()).run();
    const states = [await statusOf(one), await statusOf(two)];
    expect(states.filter(({ status }) => status === 'ERASED')).toHaveLength(1);
    expect(states.find(({ status }) => status === 'APPROVED')).toMatchObject({ heldBy: 'LAST_ADMINISTRATOR' });
  });

  it('is the last administrator, though the list of accounts has not learnt so', async () => {
    const { services, foundation } = api.application;
    const [one, two] = [await here.world.member('ADMINISTRATOR'), await here.world.member('ADMINISTRATOR')];
    await services.accountDesk.change(here.administrator.member.accountId, { type: 'DisableAccount' }, order());
    await caughtUp();
    const holdOf = async () => (await erasing().subjects.find({ kind: 'ACCOUNT', id: one.accountId }))?.hold;
    expect(await holdOf()).toBeNull();
    await (foundation.projections as Projections & { stop(): Promise<void> }).stop();
    await services.accountDesk.change(two.accountId, { type: 'DisableAccount' }, order());
    expect(await holdOf()).toBe('LAST_ADMINISTRATOR');
  });
});

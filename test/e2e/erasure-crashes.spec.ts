// An erasure that is cut short between any two of its steps: whoever comes next ends it, once.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { erasureTimer, startErasing } from '#apps/foundation';
import type { SubjectFacts } from '#libs/erasures';
import type { Clock, Instant } from '#libs/kernel';
import { DAY, Damaged, instantOf, plus, Unavailable } from '#libs/kernel';
import { Api } from './harness/api.ts';
import { Neighbourhood } from './harness/neighbourhood.ts';

/** What is due here is not due yet by the clocks of other processes, whose timers leave it alone. */
const ahead: Clock = { now: () => plus(instantOf(Date.now()), DAY) };

class Cut extends Error {}
const cut = () => Promise.reject(new Cut());

describe('an erasure cut short', () => {
  let api: Api;
  let here: Neighbourhood;
  beforeAll(async () => {
    api = await Api.start({ clock: ahead, environment: { ERASURE_DELAY_HOURS: '720' } });
    here = await Neighbourhood.at(api);
  });
  afterAll(() => api.stop());

  it.each([
    ['before the list is written', { record: { add: cut, has: () => Promise.resolve(false) } }],
    ['before the key is destroyed', { keys: { erase: cut } }],
    ['after the key is destroyed', { after: true }],
    ['before the read models are blanked', { blanked: cut }],
    ['before the bytes are searched', { bytes: { search: cut } }],
  ] as const)('%s is ended by whoever comes next', async (_, parts) => {
    const { foundation, services } = api.application;
    const { vault, store } = foundation;
    const { id } = await here.raise();
    await here.office.order('declineRequest', { requestId: id, reason: 'R' });
    const subject = { kind: 'REQUEST', id: id as string } as const;
    const facts = (await services.erasing.subjects.find(subject))!;
    const keys = {
      traceOf: (person: string) => vault.traceOf(person),
      open: (sealed: string, communityId: string) => vault.open(sealed, communityId),
      erase: async (person: string, at: Parameters<typeof vault.erase>[1]) => {
        if ('after' in parts) {
          await vault.erase(person, at);
          throw new Cut();
        }
        if ('keys' in parts) throw new Cut();
        await vault.erase(person, at);
      },
    };
    const own = { keys, ...('record' in parts || 'blanked' in parts || 'bytes' in parts ? parts : {}) };
    const { eraser } = startErasing(foundation, services, own);
    await eraser.beginByRetention(facts, foundation.clock.now());
    await expect(eraser.carryOut([facts.personId])).rejects.toThrow(Cut);
    const typesNow = async () => (await store.readStream(`erasure-${facts.personId}`)).events.map(({ type }) => type);
    expect(await typesNow()).not.toContain('PersonErased');

    await Promise.all([1, 2].map(() => services.erasing.eraser.carryOut([facts.personId])));
    expect(await typesNow()).toEqual(['ErasureRequested', 'ErasureBegun', 'PersonKeyDestroyed', 'PersonErased']);
    expect(await vault.isErased(facts.personId)).toBe(true);
    expect(await services.erasing.eraser.carryOut([facts.personId])).toBe(0);
  });

  it.each([
    ['before the key is destroyed', false],
    ['after the key is destroyed', true],
  ])('%s is ended though the request was reopened meanwhile, for the list names them', async (_, isDestroyed) => {
    const { foundation, services } = api.application;
    const { vault, store } = foundation;
    const { id } = await here.raise();
    await here.office.order('placeInFollowUp', { requestId: id, reason: 'R', plan: 'P', reviewOn: '2999-01-01' });
    await here.office.order('confirmResolution', { requestId: id, result: 'mended' });
    const facts = (await services.erasing.subjects.find({ kind: 'REQUEST', id: id as string }))!;
    const keys = {
      traceOf: (person: string) => vault.traceOf(person),
      open: (sealed: string, communityId: string) => vault.open(sealed, communityId),
      erase: async (person: string, at: Instant) => {
        await here.office.order('reopenRequest', { requestId: id, reason: 'R' });
        if (isDestroyed) await vault.erase(person, at);
        throw new Cut();
      },
    };
    const { eraser } = startErasing(foundation, services, { keys });
    await eraser.beginByRetention(facts, foundation.clock.now());
    await expect(eraser.carryOut([facts.personId])).rejects.toThrow(Cut);
    await foundation.gate.waitFor(await store.head());
    await erasureTimer(foundation, services.erasing).run();
    const types = (await store.readStream(`erasure-${facts.personId}`)).events.map(({ type }) => type);
    expect(types).toEqual(['ErasureRequested', 'ErasureBegun', 'PersonKeyDestroyed', 'PersonErased']);
    expect(await vault.isErased(facts.personId)).toBe(true);
  });

  it('waits for the keys where its texts cannot be read for now, or they would not be searched for', async () => {
    const { foundation, services } = api.application;
    const { vault } = foundation;
    const { id } = await here.raise();
    await here.office.order('declineRequest', { requestId: id, reason: 'R' });
    const facts = (await services.erasing.subjects.find({ kind: 'REQUEST', id: id as string }))!;
    const away = () => Promise.reject(new Unavailable('Away.'));
    const keys = { traceOf: () => Promise.resolve(undefined), open: away, erase: away };
    const { eraser } = startErasing(foundation, services, { keys });
    await eraser.beginByRetention(facts, foundation.clock.now());
    await expect(eraser.carryOut([facts.personId])).rejects.toThrow('Away.');
    expect(await services.erasing.record.has(facts.personId)).toBe(false);
    expect(await services.erasing.eraser.carryOut([facts.personId])).toBe(1);
    const { events } = await foundation.store.readStream(`erasure-${facts.personId}`);
    expect(events.at(-1)?.data).not.toMatchObject({ texts: 0 });
    expect(await vault.isErased(facts.personId)).toBe(true);
  });

  it('is not complete as long as a copy of the key is found', async () => {
    const { foundation, services } = api.application;
    const { id } = await here.raise();
    await here.office.order('declineRequest', { requestId: id, reason: 'R' });
    const facts = (await services.erasing.subjects.find({ kind: 'REQUEST', id: id as string }))!;
    const bytes = { search: () => Promise.resolve({ files: 1, bytes: 1, found: [0] }) };
    const { eraser } = startErasing(foundation, services, { bytes });
    await eraser.beginByRetention(facts, foundation.clock.now());
    await expect(eraser.carryOut([facts.personId])).rejects.toThrow(/copy of an erased key is still in the files/);
    const { state } = await services.erasing.erasureDesk.load(facts.personId);
    expect(state.status).toBe('KEY_DESTROYED');
    expect(await services.erasing.eraser.carryOut([facts.personId])).toBe(1);
  });

  it('keeps nobody else, and no retention, from going on', async () => {
    const { foundation, services } = api.application;
    const { vault, clock } = foundation;
    const { subjects } = services.erasing;
    const closed = async () => {
      const { id } = await here.raise();
      await here.office.order('declineRequest', { requestId: id, reason: 'R' });
      return (await subjects.find({ kind: 'REQUEST', id: id as string }))!;
    };
    const [stuck, copied, due, kept] = [await closed(), await closed(), await closed(), await closed()];
    const keys = {
      traceOf: async (person: string) => (person === copied.personId ? randomBytes(13) : vault.traceOf(person)),
      open: () => Promise.reject(new Damaged('A sealed text is damaged.')),
      erase: (person: string, at: Instant) =>
        person === stuck.personId ? Promise.reject(new Unavailable('Stuck.')) : vault.erase(person, at),
    };
    const { eraser } = startErasing(foundation, services, { keys });
    for (const facts of [stuck, copied, due]) await eraser.beginByRetention(facts, clock.now());
    await foundation.gate.waitFor(await foundation.store.head());
    const settings = { ...foundation.settings, retentionDays: 0 };
    const failures: unknown[] = [];
    const logger = { ...foundation.logger, failure: (_: string, error: unknown) => failures.push(error) };
    await erasureTimer({ ...foundation, settings, logger }, { ...services.erasing, eraser }).run();
    const statusOf = async ({ personId }: SubjectFacts) => (await services.erasing.erasureDesk.load(personId)).state;
    expect([await statusOf(stuck), await statusOf(copied), await statusOf(due), await statusOf(kept)]).toMatchObject(
      ['BEGUN', 'KEY_DESTROYED', 'ERASED', 'ERASED'].map((status) => ({ status })),
    );
    expect(failures).toHaveLength(2);
    expect(await services.erasing.eraser.carryOut([stuck.personId, copied.personId])).toBe(2);
  });
});

// What open sockets may hear, event by event: the same topic told to each by their own right, and a right that is
// taken away ends with the next event.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from './harness/api.ts';
import { rootField } from './harness/documents.ts';
import { MATTER, Neighbourhood, REPORTER } from './harness/neighbourhood.ts';
import type { Json, Person } from './harness/person.ts';
import type { SocketClient } from './harness/socket-client.ts';

let api: Api;
let here: Neighbourhood;

beforeAll(async () => {
  api = await Api.start();
  here = await Neighbourhood.at(api);
});

afterAll(() => api.stop());

/** Subscribes to a field under its own name. */
async function subscribe(by: Person, field: string, variables: object): Promise<SocketClient> {
  const socket = await api.connect(by.member.token);
  socket.subscribe(field, rootField(field).document, variables);
  await socket.settled();
  return socket;
}

const next = async (socket: SocketClient, field: string): Promise<Json> => (await socket.data<Json>(field))[field];
const ledger = (by: Person, after?: string) =>
  subscribe(by, 'ledgerChanged', { communityId: here.communityId, ...(after === undefined ? {} : { after }) });

/** All that comes until the request's change of this type. */
async function until(socket: SocketClient, id: string, type: string): Promise<Json[]> {
  const heard: Json[] = [];
  for (;;) {
    const change = await next(socket, 'ledgerChanged');
    heard.push(change);
    if (change.request.id === id && change.type === type) return heard;
  }
}

describe('two of different rights on one topic', () => {
  const nobody = { name: null, phone: null, address: null };

  it('never see each other’s text, whoever was there first', async () => {
    const { office, auditor, supervisor, administrator } = here;
    for (const order of [
      [office, auditor, supervisor, administrator],
      [administrator, auditor, supervisor, office],
    ]) {
      const sockets: SocketClient[] = [];
      for (const person of order) sockets.push(await ledger(person));
      const { id } = await here.done();
      for (const [index, person] of order.entries()) {
        const heard = await until(sockets[index]!, id, 'DoneReported');
        expect(heard.map(({ type }) => type)).toEqual([
          'RequestRaised',
          'RequestDispatched',
          'TaskAccepted',
          'DoneReported',
        ]);
        const reads = person === office || person === supervisor;
        for (const { request } of heard) {
          expect(request).toMatchObject({ matter: reads ? MATTER : null, reporter: reads ? REPORTER : nobody });
        }
        if (!reads) expect(JSON.stringify(heard)).not.toMatch(/canary|13900004242/);
        sockets[index]!.terminate();
      }
    }
  });

  it('nor when they catch up', async () => {
    const { office, auditor } = here;
    const { id } = await here.raise();
    const position = await here.head();
    await office.order('correctRequest', { requestId: id, matter: 'canary-corrected' });
    for (const [person, matter] of [
      [office, 'canary-corrected'],
      [auditor, null],
      [office, 'canary-corrected'],
    ] as const) {
      const socket = await subscribe(person, 'requestChanged', { id, after: position });
      expect(await next(socket, 'requestChanged')).toMatchObject({ type: 'RequestCorrected', request: { matter } });
      socket.terminate();
    }
  });
});

describe('changes', () => {
  it('of one request are told in order, each once, from any position on, and of no other', async () => {
    const { office } = here;
    const { id } = await here.done();
    const start = (await api.application.foundation.store.readStream(`request-${id}`)).events[0]!.position;
    const socket = await subscribe(office, 'requestChanged', { id, after: start });
    await here.raise();
    await office.order('confirmResolution', { requestId: id });
    const seen: string[] = [];
    let last = start as string;
    while (seen.at(-1) !== 'ResolutionConfirmed') {
      const { type, position, request } = await next(socket, 'requestChanged');
      expect(request.id).toBe(id);
      expect(position > last).toBe(true);
      last = position;
      seen.push(type);
    }
    expect(seen).toEqual(['RequestDispatched', 'TaskAccepted', 'DoneReported', 'ResolutionConfirmed']);
    expect(socket.waiting).toEqual([]);
  });

  it('of the figures come coalesced, and the last one told is the last there is', async () => {
    const { office, auditor } = here;
    const sockets = await Promise.all(
      [office, auditor].map((person) => subscribe(person, 'resolutionChanged', { communityId: here.communityId })),
    );
    const before: number = (await office.read('resolution', { atLeast: await here.head() })).raised.value;
    await Promise.all(Array.from({ length: 20 }, () => here.raise()));
    for (const socket of sockets) {
      let told = 0;
      for (let raised = 0; raised < before + 20; told += 1)
        raised = (await next(socket, 'resolutionChanged')).raised.value;
      expect(told).toBeLessThan(10);
      await socket.settled();
    }
  });

  it('are not told to who has no right to the ledger, and of requests that are not theirs to none', async () => {
    const { id } = await here.raise();
    const codeFor = async (by: Person, field: string, variables: object) => {
      const socket = await subscribe(by, field, variables);
      const { payload } = await socket.next<Json>('error', field);
      socket.terminate();
      return payload[0].extensions.code;
    };
    const { communityId } = here;
    for (const [field, variables] of [
      ['requestChanged', { id }],
      ['ledgerChanged', { communityId }],
      ['resolutionChanged', { communityId }],
    ] as const) {
      for (const person of [here.volunteer, here.resident])
        expect(await codeFor(person, field, variables)).toBe('FORBIDDEN');
      expect(await codeFor(here.otherOffice, field, variables)).toBe('NOT_FOUND');
    }
    expect(await codeFor(here.office, 'taskOffered', {})).toBe('FORBIDDEN');
  });
});

describe('a role that is revoked', () => {
  it('ends what an open socket of the office hears, with the next event', async () => {
    const { administrator, communityId, deputy, world } = here;
    const member = await world.member('OFFICE');
    const leaving = await api.connect(member.token);
    leaving.subscribe('ledgerChanged', rootField('ledgerChanged').document, { communityId });
    leaving.subscribe('resolutionChanged', rootField('resolutionChanged').document, { communityId });
    await leaving.settled();
    const staying = await ledger(deputy);
    const heard = await here.raise();
    await until(leaving, heard.id, 'RequestRaised');
    await next(leaving, 'resolutionChanged');
    const figures = await subscribe(deputy, 'resolutionChanged', { communityId });
    await administrator.order('revokeRole', { accountId: member.accountId, role: 'OFFICE', areaId: communityId });
    const { id } = await here.raise();
    await until(staying, id, 'RequestRaised');
    await next(figures, 'resolutionChanged');
    await leaving.settled();
    expect(leaving.waiting).toEqual([]);
  });

  it('ends what a volunteer is offered', async () => {
    const { administrator, communityId, volunteer, world } = here;
    const member = await world.volunteer();
    const open = async (token: string) => {
      const socket = await api.connect(token);
      socket.subscribe('taskOffered', rootField('taskOffered').document, { after: await here.head() });
      await socket.settled();
      return socket;
    };
    const [leaving, staying] = [await open(member.token), await open(volunteer.member.token)];
    const first = await here.offer();
    for (const socket of [leaving, staying]) expect((await next(socket, 'taskOffered')).task.id).toBe(first.taskId);
    await administrator.order('revokeRole', { accountId: member.accountId, role: 'VOLUNTEER', areaId: communityId });
    const second = await here.offer();
    expect((await next(staying, 'taskOffered')).task.id).toBe(second.taskId);
    await leaving.settled();
    expect(leaving.waiting).toEqual([]);
  });
});

// What is refused leaves nothing behind: the right code, no event, no stack, no echo of what was sent. And the same
// command sent again has one effect and one answer.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Position } from '#libs/kernel';
import { Api, isScaledOut } from './harness/api.ts';
import { ROOT_FIELDS } from './harness/documents.ts';
import { readLog } from './harness/log.ts';
import { Neighbourhood, newId } from './harness/neighbourhood.ts';
import type { Json, Person, Reply } from './harness/person.ts';
import { instantFromNow } from './harness/world.ts';

/** In every text that is sent: not to be found in any answer that refuses. */
const ECHO = 'echo-13900005151';

let api: Api;
let here: Neighbourhood;
let office: Person;
let volunteer: Person;

beforeAll(async () => {
  api = await Api.start();
  here = await Neighbourhood.at(api);
  ({ office, volunteer } = here);
});

afterAll(() => api.stop());

/** Sends what must be refused, and looks that the log has not moved and the answer repeats nothing. */
async function refused(send: () => Promise<Reply>): Promise<Pick<Reply, 'code' | 'details'>> {
  const before = await here.head();
  const { code, details, text, value } = await send();
  expect(await here.doneSince(before)).toEqual([]);
  expect(value ?? null).toBeNull();
  expect(text).not.toContain(ECHO);
  expect(text).not.toMatch(/stack|node_modules|\bat .*\.[jt]s|SQLITE|Error:/);
  return { code, details };
}

/** A mutation on a request or a task, by who may do it, valid as it stands. */
interface Case {
  readonly by: () => Person;
  readonly standing: () => Promise<Json>;
  readonly input: (request: Json) => object;
}

const onRequest =
  (over: object = {}) =>
  (request: Json) => ({ requestId: request.id, ...over });
const onTask =
  (over: object = {}) =>
  (request: Json) => ({ taskId: request.taskId, ...over });
const byOffice = () => office;
const byVolunteer = () => volunteer;
const followedUp = async () => {
  const { id } = await here.raise();
  const plan = { reason: ECHO, plan: ECHO, reviewOn: '2999-01-01' };
  return (await office.order('placeInFollowUp', { requestId: id, ...plan })).request;
};
const freeHands = async () => {
  for (const { node } of (await volunteer.read('myTasks', { status: ['ACCEPTED', 'IN_PROGRESS'], first: 100 })).edges) {
    await volunteer.send('releaseTask', { taskId: node.id, reason: 'Enough' });
  }
};

const CASES: Readonly<Record<string, Case>> = {
  correctRequest: { by: byOffice, standing: () => here.raise(), input: onRequest({ matter: ECHO }) },
  dispatchRequest: { by: byOffice, standing: () => here.raise(), input: onRequest({ briefing: ECHO }) },
  recallOffer: { by: byOffice, standing: () => here.offer(), input: onRequest({ reason: ECHO }) },
  acceptTask: { by: byVolunteer, standing: () => here.offer(), input: onTask() },
  declineTask: { by: byVolunteer, standing: () => here.offer(), input: onTask({ reason: ECHO }) },
  releaseTask: { by: byVolunteer, standing: () => here.accepted(), input: onTask({ reason: ECHO }) },
  startTask: { by: byVolunteer, standing: () => here.accepted(), input: onTask() },
  recordProgress: { by: byVolunteer, standing: () => here.accepted(), input: onTask({ note: ECHO }) },
  reportDone: { by: byVolunteer, standing: () => here.accepted(), input: onTask({ result: ECHO }) },
  confirmResolution: { by: byOffice, standing: () => here.done(), input: onRequest({ result: ECHO }) },
  sendBack: { by: byOffice, standing: () => here.done(), input: onRequest({ reason: ECHO }) },
  reopenRequest: { by: byOffice, standing: () => here.resolved(), input: onRequest({ reason: ECHO }) },
  recordCallBack: { by: byOffice, standing: () => here.resolved(), input: onRequest({ reached: false, note: ECHO }) },
  placeInFollowUp: {
    by: byOffice,
    standing: () => here.raise(),
    input: onRequest({ reason: ECHO, plan: ECHO, reviewOn: '2999-01-01' }),
  },
  recordFollowUp: { by: byOffice, standing: followedUp, input: onRequest({ note: ECHO, reviewOn: '2999-01-02' }) },
  resumeFromFollowUp: { by: byOffice, standing: followedUp, input: onRequest({ reason: ECHO }) },
  declineRequest: { by: byOffice, standing: () => here.raise(), input: onRequest({ reason: ECHO }) },
  withdrawRequest: { by: byOffice, standing: () => here.raise(), input: onRequest({ reason: ECHO }) },
  chaseUpRequest: { by: byOffice, standing: () => here.raise(), input: onRequest({ note: ECHO }) },
  recordPartnerConsent: { by: byOffice, standing: () => here.raise(), input: onRequest({ given: true }) },
};

const revisionOf = (value: Json): number => (value.request ?? value.task).revision;

describe.each(Object.entries(CASES))('%s', (mutation, { by, standing, input }) => {
  it('is refused whole when stale, then done once and answered alike for the same command id', async () => {
    await freeHands();
    const request = await standing();
    const order = { commandId: newId(), ...input(request) };
    const { revision } = await office.read('request', { id: request.id, atLeast: await here.head() });

    const stale = await refused(() => by().send(mutation, { ...order, expectedRevision: revision === 0 ? 9 : 0 }));
    expect(stale).toEqual({ code: 'CONFLICT', details: { currentRevision: revision } });

    const twice = [1, 2].map(() => by().send(mutation, { ...order, expectedRevision: revision }));
    const [first, twin] = (await Promise.all(twice)) as [Reply, Reply];
    expect(first.errors).toBeUndefined();
    expect(twin.text).toBe(first.text);
    expect(revisionOf(first.value)).toBeGreaterThan(revision);
    const after = await here.head();
    const again = await Promise.all([1, 2].map(() => by().send(mutation, order)));
    for (const { text } of again) expect(text).toBe(first.text);
    // Nothing is done twice; that somebody was shown the answer again is recorded each time.
    const since = await readLog(api.application.foundation.store, after as Position);
    expect(since.map(({ type }) => type).filter((type) => type !== 'PersonalDataDisclosed')).toEqual([]);
  });

  it('does not take a command id that was used: for another payload, another request, another person', async () => {
    await freeHands();
    const [request, other] = [await standing(), await standing()];
    const order = { commandId: newId(), ...input(request) };
    await by().order(mutation, order);
    const reused = { code: 'COMMAND_ID_REUSED', details: undefined };
    const changed = { ...order, occurredAt: instantFromNow(-1) };
    if (by() === office) expect(await refused(() => by().send(mutation, changed))).toEqual(reused);
    const elsewhere = () => by().send(mutation, { ...order, ...input(other) });
    if (isScaledOut) {
      // An event store server knows ids within a stream only: on another one it is another command.
      expect((await elsewhere()).code).toBeUndefined();
    } else if (mutation === 'acceptTask') {
      // A slot is reserved first, on the volunteer's own stream; it is given back when the limit is next met.
      expect((await elsewhere()).code).toBe('COMMAND_ID_REUSED');
      const { status } = await office.read('request', { id: other.id, atLeast: await here.head() });
      expect(status).toBe('OFFERED');
    } else {
      expect(await refused(elsewhere)).toEqual(reused);
    }
    const anotherPerson = { ...order, ...('taskId' in order ? { volunteerId: volunteer.volunteerId } : {}) };
    const deputy = by() === office ? here.deputy : office;
    expect(await refused(() => deputy.send(mutation, anotherPerson))).toEqual(reused);
  });
});

describe('wrong input', () => {
  const TEXTS = ['matter', 'reason', 'note', 'result', 'plan', 'briefing', 'ledgerNumber', 'building'];
  const wrong = (of: object, byOffice: boolean): [string, object, string][] => [
    ['an id that is none', { requestId: ECHO, taskId: ECHO }, 'BAD_USER_INPUT'],
    ['an unknown id', { requestId: newId(), taskId: `${newId()}.1` }, 'NOT_FOUND'],
    ['a command id that is none', { commandId: ECHO }, 'BAD_USER_INPUT'],
    ['a revision below 0', { expectedRevision: -1 }, 'BAD_USER_INPUT'],
    ['a time in the future', { occurredAt: instantFromNow(60_000) }, byOffice ? 'OCCURRED_IN_FUTURE' : 'FORBIDDEN'],
    ['a time that is none', { occurredAt: ECHO }, 'BAD_USER_INPUT'],
    ['a field that is none', { [ECHO]: 1 }, 'BAD_USER_INPUT'],
    ...TEXTS.filter((name) => name in of).flatMap((name): [string, object, string][] => [
      [`a ${name} over the limit`, { [name]: ECHO.repeat(200) }, 'BAD_USER_INPUT'],
      [`a ${name} with control characters`, { [name]: `${ECHO}\u0000` }, 'BAD_USER_INPUT'],
      [`a ${name} with a reversed writing direction`, { [name]: `${ECHO}\u202E` }, 'BAD_USER_INPUT'],
      [`a ${name} with half a character`, { [name]: `${ECHO}\uD800` }, 'BAD_USER_INPUT'],
      [`an empty ${name}`, { [name]: '  ' }, 'BAD_USER_INPUT'],
    ]),
  ];

  it.each(Object.keys(CASES))('%s is refused, and names the field', async (mutation) => {
    await freeHands();
    const { by, standing, input } = CASES[mutation]!;
    const request = await standing();
    const good = input(request);
    for (const [what, over, code] of wrong(good, by() === office)) {
      const applies = Object.fromEntries(
        Object.entries(over).filter(([name]) => (name !== 'requestId' && name !== 'taskId') || name in good),
      );
      const answer = await refused(() => by().send(mutation, { ...good, ...applies }));
      expect({ what, code: answer.code }).toEqual({ what, code });
      if (code === 'BAD_USER_INPUT')
        expect({ what, field: answer.details?.field }).toEqual({ what, field: expect.any(String) });
    }
    expect((await by().send(mutation, good)).code).toBeUndefined();
  });

  it('raiseRequest is refused for what it alone takes', async () => {
    const report = { communityId: here.communityId, channel: 'PHONE', category: 'SANITATION', matter: 'M' };
    const cases: [object, string, string | undefined][] = [
      [{ category: ECHO }, 'BAD_USER_INPUT', 'category'],
      [{ communityId: newId() }, 'NOT_FOUND', undefined],
      [{ communityId: here.world.otherCommunityId }, 'NOT_FOUND', undefined],
      [{ reportedAt: instantFromNow(60_000) }, 'OCCURRED_IN_FUTURE', undefined],
      [{ reporter: { phone: ECHO.repeat(3) } }, 'BAD_USER_INPUT', 'input.reporter.phone'],
      [{ reporter: { name: `${ECHO}\u0007` } }, 'BAD_USER_INPUT', 'input.reporter.name'],
      [{ reporter: { address: ECHO.repeat(20) } }, 'BAD_USER_INPUT', 'input.reporter.address'],
      [{ channel: ECHO }, 'BAD_USER_INPUT', 'input.channel'],
    ];
    for (const [over, code, field] of cases) {
      const answer = await refused(() => office.send('raiseRequest', { ...report, ...over }));
      expect({ over, code: answer.code, field: answer.details?.field }).toEqual({ over, code, field });
    }
  });

  it('dispatchRequest is refused for skills nobody could have, and for a volunteer who is not there', async () => {
    const request = await here.raise();
    const cases: [object, string, string][] = [
      [{ skills: Array.from({ length: 1_000 }, (_, index) => `S${index}`) }, 'BAD_USER_INPUT', 'skills'],
      [{ skills: ['no code'] }, 'BAD_USER_INPUT', 'skills'],
      [{ volunteerId: newId() }, 'NOT_FOUND', 'volunteerId'],
    ];
    for (const [over, code, field] of cases) {
      const answer = await refused(() => office.send('dispatchRequest', { requestId: request.id, ...over }));
      expect({ code: answer.code, field: answer.details?.field }).toEqual({ code, field });
    }
  });

  it('a number of the paper ledger is used once, and given by the office only', async () => {
    const { communityId } = here;
    const numbered = { communityId, category: 'SANITATION', matter: 'M', ledgerNumber: '2024/118号' };
    await office.order('raiseRequest', { ...numbered, channel: 'PHONE' });
    const again = await refused(() => office.send('raiseRequest', { ...numbered, channel: 'VISIT' }));
    expect(again.code).toBe('REQUEST_ALREADY_RAISED');
    const own = await refused(() => here.resident.send('raiseRequest', { ...numbered, channel: 'ONLINE' }));
    expect(own.code).toBe('FORBIDDEN');
  });

  it('every mutation on a request or task is in this specification', () => {
    const ofRequests = ROOT_FIELDS.filter(({ returns }) => returns === 'RequestPayload' || returns === 'TaskPayload');
    expect(ofRequests.map(({ name }) => name).sort()).toEqual([...Object.keys(CASES), 'raiseRequest'].sort());
  });
});

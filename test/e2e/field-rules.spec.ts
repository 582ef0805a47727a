// Every field that shows personal data declares to whom, and shows it to them and nobody else: for every role of the
// community, of the one beside and above, and for everything a request can be to a volunteer.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isEnumType } from 'graphql';
import { personalFields } from '#libs/graphql-kit';
import { Api } from './harness/api.ts';
import type { Who } from './harness/crowd.ts';
import { gather } from './harness/crowd.ts';
import type { AnsweredField } from './harness/documents.ts';
import { answeredFields, rootField, SCHEMA } from './harness/documents.ts';
import { Neighbourhood, REPORTER as REPORTED_BY } from './harness/neighbourhood.ts';
import type { Json, Person } from './harness/person.ts';

type Somebody = Who | 'another VOLUNTEER';
/** What a request is to the volunteer. */
const RELATIONS = {
  raised: () => here.raise(),
  offered: () => here.offer({ briefing: 'canary-briefing' }),
  accepted: () => withBriefing(),
  'in progress': () => withBriefing(['startTask', {}]),
  done: () => withBriefing(['reportDone', { result: 'canary-result' }]),
  'given back': () => withBriefing(['releaseTask', { reason: 'canary-reason' }]),
  "another's": async () => {
    const offered = await here.offer({ briefing: 'canary-briefing' });
    await here.otherVolunteer.order('acceptTask', { taskId: offered.taskId });
    return offered;
  },
  closed: async () => {
    const request = await withBriefing(['reportDone', { result: 'canary-result' }]);
    await here.office.order('confirmResolution', { requestId: request.id });
    return request;
  },
  'in follow-up': async () => {
    const { id } = await here.raise();
    const plan = { reason: 'canary-reason', plan: 'canary-plan', reviewOn: '2999-01-01' };
    return (await here.office.order('placeInFollowUp', { requestId: id, ...plan })).request;
  },
  rated: async () => {
    const { request, trackingCode } = await here.rateable();
    const { office } = here;
    const rating = { satisfaction: 'SATISFIED', comment: 'canary-comment' };
    const key = { code: trackingCode, phoneEnding: REPORTED_BY.phone.slice(-4) };
    await office.order('rateOrder', { ...key, ...rating });
    return request;
  },
  'asked for again': async () => {
    const request = await here.raise();
    await here.office.order('chaseUpRequest', { requestId: request.id, note: 'canary-note' });
    return request;
  },
  declined: async () => {
    const { id } = await here.raise();
    return (await here.office.order('declineRequest', { requestId: id, reason: 'canary-reason' })).request;
  },
} satisfies Record<string, () => Promise<Json>>;
type Relation = keyof typeof RELATIONS;

interface Expectation {
  /** As it is declared in the schema. */
  readonly rule: string;
  readonly shown: (who: Somebody, relation: Relation) => boolean;
  /** False where the text is there in some relations only. */
  readonly always?: boolean;
}

const WORKS: Expectation = {
  rule: 'personal: OFFICE, SUPERVISOR of the community',
  shown: (who) => ['OFFICE', 'SUPERVISOR', 'SUPERVISOR above'].includes(who),
  always: true,
};
const SOMETIMES = { ...WORKS, always: false };
const REPORTER = { ...WORKS, rule: 'personal: who is shown the reporter' };
const HELD: readonly Relation[] = ['accepted', 'in progress', 'done'];
const HOLDER: Expectation = {
  rule: 'personal: its volunteer',
  shown: (who, relation) =>
    (who === 'VOLUNTEER' && HELD.includes(relation)) || (who === 'another VOLUNTEER' && relation === "another's"),
  always: true,
};
const CONTACT = { ...HOLDER, rule: 'personal: who is shown the contact' };
const VOLUNTEER: Expectation = {
  rule: 'personal: its volunteer; OFFICE, SUPERVISOR of the community',
  shown: (who) => who === 'VOLUNTEER' || WORKS.shown(who, 'raised'),
  always: true,
};
const TRACKED = { rule: 'personal: who has the code and the number', shown: () => true };
const ACCOUNT = { rule: 'personal: its owner and administrators of its areas', shown: () => true };

/** A field that shows personal data and is not here fails. */
const EXPECTED: Readonly<Record<string, Expectation>> = {
  'Request.reporter': { ...WORKS, always: false },
  'Request.matter': WORKS,
  'Request.result': SOMETIMES,
  'Request.followUpReason': SOMETIMES,
  'Request.followUpPlan': SOMETIMES,
  'Request.closingReason': SOMETIMES,
  'Request.chaseUpNote': SOMETIMES,
  'ResultRating.comment': {
    ...SOMETIMES,
    rule: 'personal: who works with the request, and who has its code and number',
  },
  'TrackedOrder.result': TRACKED,
  'TrackedOrder.declinedBecause': TRACKED,
  'Reporter.name': REPORTER,
  'Reporter.phone': REPORTER,
  'Reporter.address': REPORTER,
  'Task.briefing': {
    rule: 'personal: who is offered the task, or has accepted it',
    shown: (who, relation) => relation === 'offered' || HOLDER.shown(who, relation),
    always: true,
  },
  'Task.contact': HOLDER,
  'Contact.name': CONTACT,
  'Contact.phone': CONTACT,
  'Contact.address': CONTACT,
  'Contact.matter': CONTACT,
  'Volunteer.name': VOLUNTEER,
  'Volunteer.phone': VOLUNTEER,
  'Account.username': { ...ACCOUNT, always: true },
  'Account.displayName': ACCOUNT,
  'Account.subject': ACCOUNT,
};

/** Ends in a text or a number and not in more fields. */
const isLeaf = ({ value }: AnsweredField) => typeof value !== 'object';
const SECRETS = /canary|13900004242|13800000000/;

let api: Api;
let here: Neighbourhood;
let people: ReadonlyMap<Somebody, Person>;
const shown = new Map<string, Set<Somebody>>();

beforeAll(async () => {
  api = await Api.start();
  here = await Neighbourhood.at(api);
  await here.administrator.order('setPolicy', { communityId: here.communityId, openTaskLimit: 1_000 });
  people = new Map<Somebody, Person>([...(await gather(here)), ['another VOLUNTEER', here.otherVolunteer]]);
}, 60_000);

afterAll(() => api.stop());

async function withBriefing(...then: [string, object][]): Promise<Json> {
  const offered = await here.offer({ briefing: 'canary-briefing' });
  const { taskId } = offered;
  await here.volunteer.order('acceptTask', { taskId });
  for (const [mutation, input] of then) await here.volunteer.order(mutation, { taskId, ...input });
  return offered;
}

/** What a person is shown through a field, all of it or of one thing. */
async function seenThrough(name: string, by: Person, args: object, keep: (node: Json) => boolean = () => true) {
  const { value } = await by.see(name, args);
  const edges = value?.edges?.filter(({ node }: Json) => keep(node)) as Json[] | undefined;
  return answeredFields(rootField(name), edges ? { ...value, edges } : value);
}

function check(who: Somebody, relation: Relation, fields: readonly AnsweredField[]): void {
  for (const field of fields) {
    const { name, value } = field;
    const expected = EXPECTED[name];
    // Deny by default: no field that declares nothing shows anything personal.
    if (!expected) {
      if (isLeaf(field))
        expect({ name, text: String(value) }).not.toMatchObject({ text: expect.stringMatching(SECRETS) });
      continue;
    }
    const has = typeof value === 'object' ? value !== null && Object.values(value).some((of) => of !== null) : true;
    const may = expected.shown(who, relation);
    if (has) shown.set(name, (shown.get(name) ?? new Set()).add(who));
    if (!may || expected.always) expect({ who, relation, name, has }).toEqual({ who, relation, name, has: may });
  }
}

const STATUSES = (() => {
  const type = SCHEMA.getType('TaskStatus');
  return isEnumType(type) ? type.getValues().map(({ name }) => name) : [];
})();

it('is declared for every field that shows personal data', () => {
  const declared = Object.fromEntries(personalFields(api.application.schema));
  expect(declared).toEqual(Object.fromEntries(Object.entries(EXPECTED).map(([name, { rule }]) => [name, rule])));
});

describe.each(Object.keys(RELATIONS) as Relation[])('a request that is %s', (relation) => {
  it('shows what is personal to whom it is declared to, and to nobody else', async () => {
    const { id } = await RELATIONS[relation]();
    const atLeast = await here.head();
    const ofIt = ({ requestId }: Json) => requestId === id;
    for (const [who, person] of people) {
      check(who, relation, await seenThrough('request', person, { id, atLeast }));
      check(who, relation, await seenThrough('tasks', person, { first: 100, atLeast }, ofIt));
      check(who, relation, await seenThrough('myTasks', person, { first: 100, status: STATUSES, atLeast }, ofIt));
    }
  });
});

describe('people', () => {
  it('are shown to themselves, and to who works with them', async () => {
    for (const [who, person] of people) {
      const { volunteerId } = here.volunteer;
      check(who, 'raised', await seenThrough('volunteer', person, { id: volunteerId }));
      check(who, 'raised', await seenThrough('me', person, {}));
    }
  });

  it('have each been shown every field that is for them', () => {
    for (const [name, { shown: isShown }] of Object.entries(EXPECTED)) {
      if (name.startsWith('Account.') || name.startsWith('TrackedOrder.') || name === 'Task.briefing') continue;
      const meant = [...people.keys()].filter((who) =>
        (Object.keys(RELATIONS) as Relation[]).some((relation) => isShown(who, relation)),
      );
      expect({ name, to: [...(shown.get(name) ?? [])].sort() }).toEqual({ name, to: meant.sort() });
    }
  });
});

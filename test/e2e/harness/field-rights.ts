// For every root field: arguments that would succeed, about things of the community, and who may. A field that is not
// here fails the walk.
import type { Crowd, Who } from './crowd.ts';
import type { Neighbourhood } from './neighbourhood.ts';
import { MATTER, newId, REPORTER } from './neighbourhood.ts';
import type { Json } from './person.ts';
import { signIn } from './world.ts';

export interface FieldRights {
  /** Makes what the field is to be used on, and the arguments; called again for everybody it succeeds for. */
  readonly make: (here: Neighbourhood, crowd: Crowd) => Promise<object>;
  readonly may: readonly Who[];
  /** Of those, who see personal data in the answer; a mutation's answer goes to who may do it. */
  readonly reads?: readonly Who[];
  /** Of those, who are shown data of others than themselves, which is recorded; default all of them. */
  readonly readsOthers?: readonly Who[];
}

const LEDGER_READERS: readonly Who[] = [
  ...(['OFFICE', 'SUPERVISOR', 'AUDITOR', 'ADMINISTRATOR'] as const),
  ...(['SUPERVISOR above', 'AUDITOR above', 'ADMINISTRATOR above'] as const),
];
const PERSONAL: readonly Who[] = ['OFFICE', 'SUPERVISOR', 'SUPERVISOR above'];
const ADMINISTRATORS: readonly Who[] = ['ADMINISTRATOR', 'ADMINISTRATOR above'];

const FOLLOW_UP = { reason: 'R', plan: 'P', reviewOn: '2999-01-01' };
const ENTRY = { category: 'SANITATION', name: '环境卫生', urgency: 'ORDINARY', skills: [] };

const about =
  (of: (here: Neighbourhood, crowd: Crowd) => Promise<Json>, input: (made: Json, here: Neighbourhood) => object) =>
  async (here: Neighbourhood, crowd: Crowd) => ({ input: input(await of(here, crowd), here) });

const onRequest = (standing: (here: Neighbourhood) => Promise<Json>, over: object = {}): FieldRights => ({
  make: about(standing, ({ id }) => ({ requestId: id, ...over })),
  may: ['OFFICE'],
});
const onTask = (standing: (here: Neighbourhood) => Promise<Json>, over: object = {}): FieldRights => ({
  make: about(standing, ({ taskId }) => ({ taskId, ...over })),
  may: ['VOLUNTEER'],
});
const raised = (here: Neighbourhood) => here.raise();
/** To the one volunteer, so that nobody else may take it. */
const offered = (here: Neighbourhood) => here.offer({ volunteerId: here.volunteer.volunteerId });
const accepted = (here: Neighbourhood) => here.accepted();
const done = (here: Neighbourhood) => here.done();
const resolved = (here: Neighbourhood) => here.resolved();
const followedUp = async (here: Neighbourhood) => {
  const { id } = await here.raise();
  return (await here.office.order('placeInFollowUp', { requestId: id, ...FOLLOW_UP })).request;
};

const onVolunteer = (over: object, ...before: [string, object][]): FieldRights => ({
  make: async ({ office, communityId }) => {
    const { id: volunteerId } = (await office.order('registerVolunteer', { communityId, name: 'canary' })).volunteer;
    for (const [mutation, input] of before) await office.order(mutation, { volunteerId, ...input });
    return { input: { volunteerId, ...over } };
  },
  may: ['OFFICE'],
});
const onOneself = (over: () => object): FieldRights => ({
  make: async ({ volunteer }) => ({ input: { volunteerId: volunteer.volunteerId, ...over() } }),
  may: ['OFFICE', 'VOLUNTEER'],
});

const onAccount = (
  over: (here: Neighbourhood) => object,
  role: 'RESIDENT' | 'VOLUNTEER' = 'RESIDENT',
): FieldRights => ({
  make: async (here) => ({ input: { accountId: (await here.world.member(role)).accountId, ...over(here) } }),
  may: ADMINISTRATORS,
});

/** Named by its access tokens. */
function sessionOf(token: string): string {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(payload) as { sid: string }).sid;
}
const ERASE: readonly Who[] = ['OFFICE', ...ADMINISTRATORS];
const closedRequest = async (here: Neighbourhood) => {
  const { id } = await here.raise();
  await here.office.order('declineRequest', { requestId: id, reason: 'R' });
  return { kind: 'REQUEST', subjectId: id as string };
};
const requestedErasure = async (here: Neighbourhood): Promise<string> => {
  const input = { ...(await closedRequest(here)), grounds: 'ASKED_FOR' };
  return (await here.deputy.order('requestErasure', input)).erasure.id as string;
};
const onErasure = (of: (here: Neighbourhood) => Promise<string>): FieldRights => ({
  make: async (here) => ({ input: { erasureId: await of(here) } }),
  may: ERASE,
});
const approvedErasure = async (here: Neighbourhood): Promise<string> => {
  const erasureId = await requestedErasure(here);
  await here.office.order('approveErasure', { erasureId });
  return erasureId;
};
/** Nothing is left for the timer, which would move the log while others are watched. */
const executedErasure = async (here: Neighbourhood): Promise<string> => {
  const erasureId = await approvedErasure(here);
  await here.deputy.order('executeErasure', { erasureId });
  return erasureId;
};
const placedHold = async (here: Neighbourhood): Promise<string> => {
  const input = { ...(await closedRequest(here)), reason: 'AUDIT' };
  return (await here.deputy.order('placeHold', input)).erasure.id as string;
};

const ofLedger = (make: FieldRights['make']): FieldRights => ({ make, may: LEDGER_READERS, reads: PERSONAL });
const everyone = (crowd: Crowd) => [...crowd.keys()];

/** Whoever has the code and the number is the resident, signed in or not. */
const keyOf = ({ trackingCode }: Json) => ({ code: trackingCode, phoneEnding: REPORTER.phone.slice(-4) });
const onOrder = (crowd: Crowd, standing: (here: Neighbourhood) => Promise<Json>, over: object = {}): FieldRights => ({
  make: async (here) => ({ input: { ...keyOf(await standing(here)), ...over } }),
  may: everyone(crowd),
});
const told = (here: Neighbourhood) => here.raised();

export const fieldRights = (crowd: Crowd): Readonly<Record<string, FieldRights>> => ({
  raiseRequest: {
    make: async ({ communityId }) => ({
      input: { communityId, channel: 'PHONE', category: 'SANITATION', matter: MATTER, reporter: REPORTER },
    }),
    may: ['OFFICE'],
  },
  correctRequest: onRequest(raised, { building: '1门' }),
  dispatchRequest: onRequest(raised),
  recallOffer: onRequest(offered, { reason: 'R' }),
  confirmResolution: onRequest(done),
  sendBack: onRequest(done, { reason: 'R' }),
  reopenRequest: onRequest(resolved, { reason: 'R' }),
  recordCallBack: onRequest(resolved, { reached: false }),
  placeInFollowUp: onRequest(raised, FOLLOW_UP),
  recordFollowUp: onRequest(followedUp, { note: 'N', reviewOn: '2999-01-02' }),
  resumeFromFollowUp: onRequest(followedUp, { reason: 'R' }),
  declineRequest: onRequest(raised, { reason: 'R' }),
  withdrawRequest: onRequest(raised),

  chaseUpRequest: onRequest(raised, { note: 'N' }),
  recordPartnerConsent: onRequest(raised, { given: true }),

  placeOrder: {
    make: async ({ communityId }) => ({
      input: { communityId, category: 'SANITATION', matter: MATTER, reporter: REPORTER },
    }),
    may: everyone(crowd),
  },
  chaseUpOrder: onOrder(crowd, told),
  withdrawOrder: onOrder(crowd, told),
  changeOrderConsent: onOrder(crowd, told, { consent: true }),
  rateOrder: onOrder(crowd, (here) => here.rateable(), { satisfaction: 'SATISFIED' }),
  trackOrder: { make: async (here) => keyOf(await here.raised()), may: everyone(crowd), reads: [] },

  acceptTask: onTask(offered),
  declineTask: onTask(offered),
  releaseTask: onTask(accepted, { reason: 'R' }),
  startTask: onTask(accepted),
  recordProgress: onTask(accepted, { note: 'N' }),
  reportDone: onTask(accepted, { result: 'R' }),

  registerVolunteer: {
    make: async ({ communityId }) => ({ input: { communityId, name: 'New' } }),
    may: ['OFFICE', 'RESIDENT', 'VOLUNTEER'],
  },
  verifyVolunteer: onVolunteer({}),
  setVolunteerSkills: onVolunteer({ skills: ['CARE'] }),
  suspendVolunteer: onVolunteer({ reason: 'R' }, ['verifyVolunteer', {}]),
  reinstateVolunteer: onVolunteer({}, ['verifyVolunteer', {}], ['suspendVolunteer', { reason: 'R' }]),
  setDuty: {
    make: async (here) => {
      const { volunteerId } = here.volunteer;
      const { onDuty } = await here.office.read('volunteer', { id: volunteerId, atLeast: await here.head() });
      return { input: { volunteerId, onDuty: !onDuty } };
    },
    may: ['OFFICE', 'VOLUNTEER'],
  },
  correctVolunteerContact: onOneself(() => ({ phone: `13800000000-${String(Math.floor(Math.random() * 9_999))}` })),

  addArea: {
    make: async ({ world }) => ({ input: { parentId: world.districtId, level: 'STREET', name: 'New' } }),
    may: ['ADMINISTRATOR above'],
  },
  renameArea: {
    make: async ({ communityId }) => ({ input: { areaId: communityId, name: newId().slice(0, 8) } }),
    may: ADMINISTRATORS,
  },
  publishCatalogue: {
    make: async ({ communityId }) => ({ input: { communityId, entries: [ENTRY] } }),
    may: ADMINISTRATORS,
  },
  setPolicy: {
    make: async ({ communityId }) => ({
      input: { communityId, callBackDueMinutes: 60 + Math.floor(Math.random() * 9_999) },
    }),
    may: ADMINISTRATORS,
  },

  openAccount: {
    make: async ({ communityId, world }) => ({
      input: { areaId: communityId, username: `new-${newId().slice(0, 8)}`, password: world.password },
    }),
    may: ADMINISTRATORS,
  },
  openExternalAccount: {
    make: async ({ communityId }) => ({ input: { areaId: communityId, subject: `subject ${newId()}` } }),
    may: ADMINISTRATORS,
  },
  resetPassword: onAccount(({ world }) => ({ password: `${world.password} ${newId()}` })),
  endSession: {
    make: async ({ api }) => {
      const { username } = crowd.get('OFFICE')!.member;
      return { input: { sessionId: sessionOf(await signIn(api, username)) } };
    },
    may: ['OFFICE'],
  },
  changePassword: {
    make: async ({ world }) => ({ input: { currentPassword: world.password, newPassword: world.password } }),
    may: everyone(crowd).filter((who) => who !== 'nobody'),
  },
  grantRole: onAccount(({ communityId }) => ({ role: 'OFFICE', areaId: communityId })),
  revokeRole: onAccount(({ communityId }) => ({ role: 'RESIDENT', areaId: communityId })),
  linkVolunteer: {
    make: async ({ office, communityId, world }) => {
      const { id: volunteerId } = (await office.order('registerVolunteer', { communityId, name: 'canary' })).volunteer;
      const { accountId } = await world.member('VOLUNTEER');
      return { input: { accountId, volunteerId } };
    },
    may: ADMINISTRATORS,
  },
  disableAccount: onAccount(() => ({})),
  enableAccount: {
    make: async (here) => {
      const { accountId } = await here.world.member('RESIDENT');
      await here.administrator.order('disableAccount', { accountId });
      return { input: { accountId } };
    },
    may: ADMINISTRATORS,
  },

  requestErasure: {
    make: async (here) => ({ input: { ...(await closedRequest(here)), grounds: 'ASKED_FOR' } }),
    may: ERASE,
  },
  approveErasure: onErasure(requestedErasure),
  cancelErasure: onErasure(requestedErasure),
  executeErasure: onErasure(executedErasure),
  placeHold: {
    make: async (here) => ({ input: { ...(await closedRequest(here)), reason: 'AUDIT' } }),
    may: ERASE,
  },
  liftHold: onErasure(placedHold),
  erasures: {
    make: async (here) => {
      await requestedErasure(here);
      return { first: 100, filter: { communityId: here.communityId } };
    },
    may: [...ERASE, 'AUDITOR', 'AUDITOR above'],
    reads: [],
  },

  requests: ofLedger(async () => ({ first: 100 })),
  dispositions: ofLedger(async () => ({ first: 100 })),
  reviewsDue: ofLedger(async () => ({ first: 100, by: '2999-12-31' })),
  request: ofLedger(async (here) => ({ id: (await here.raise()).id })),
  personalDataReads: {
    make: async (here) => {
      await here.office.read('request', { id: (await here.raise()).id });
      return { first: 100, filter: { communityId: here.communityId } };
    },
    may: ['AUDITOR', 'AUDITOR above'],
  },
  unusualReading: {
    make: async ({ communityId }) => ({ communityId }),
    may: ['AUDITOR', 'AUDITOR above'],
  },
  resolution: { ...ofLedger(async ({ communityId }) => ({ filter: { communityId } })), reads: [] },
  volunteers: ofLedger(async ({ communityId }) => ({ first: 100, filter: { communityId } })),
  volunteer: {
    make: async ({ volunteer }) => ({ id: volunteer.volunteerId }),
    may: [...LEDGER_READERS, 'VOLUNTEER'],
    reads: [...PERSONAL, 'VOLUNTEER'],
    readsOthers: PERSONAL,
  },
  tasks: { make: async (here) => (await offered(here), { first: 100 }), may: ['VOLUNTEER'], reads: [] },
  myTasks: { make: async (here) => (await here.accepted(), { first: 100 }), may: ['VOLUNTEER'], reads: ['VOLUNTEER'] },

  communities: { make: async () => ({}), may: everyone(crowd), reads: [] },
  community: { make: async ({ communityId }) => ({ id: communityId }), may: everyone(crowd), reads: [] },
  me: { make: async () => ({}), may: everyone(crowd).filter((who) => who !== 'nobody'), reads: [] },

  requestChanged: ofLedger(async (here) => ({ id: (await here.raise()).id })),
  ledgerChanged: ofLedger(async ({ communityId }) => ({ communityId })),
  resolutionChanged: { ...ofLedger(async ({ communityId }) => ({ communityId })), reads: [] },
  taskOffered: { make: async () => ({}), may: ['VOLUNTEER'], reads: [] },
});

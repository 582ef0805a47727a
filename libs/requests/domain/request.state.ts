// Where a request stands, folded from its events. Holds no personal data: deciding never needs it.
import type { Instant } from '#libs/kernel';
import { assertNever } from '#libs/kernel';
import type { Audience, Channel, RequestEvent } from './request.events.ts';

/** How an offer ended; `ACCEPTED` also stands for what became of the task afterwards. */
export type OfferEnd = 'ACCEPTED' | 'RECALLED' | 'EXPIRED' | 'DECLINED';

interface Known {
  readonly requestId: string;
  readonly communityId: string;
  readonly personId: string;
  readonly channel: Channel;
  readonly category: string;
  readonly building: string | null;
  readonly reportedAt: Instant;
  readonly dueAt: Instant;
  /** When the latest event happened; none entered afterwards can have happened before it. */
  readonly since: Instant;
  readonly reworks: number;
  readonly offers: number;
  readonly endedOffers: Readonly<Record<string, OfferEnd>>;
  /** Whether partner organisations may learn the reporter's contact data. */
  readonly partnerConsent: boolean;
}

export interface Offer {
  readonly taskId: string;
  readonly audience: Audience;
  readonly skills: readonly string[];
  readonly acceptBy: Instant;
  /** Volunteers who said no. */
  readonly declinedBy: readonly string[];
}

export interface Task {
  readonly taskId: string;
  readonly volunteerId: string;
  readonly skills: readonly string[];
}

export type RequestState =
  | { readonly status: 'NONE' }
  | (Known & { readonly status: 'RAISED' | 'FOLLOW_UP' | 'RESOLVED' | 'DECLINED' | 'WITHDRAWN' })
  | (Known & { readonly status: 'OFFERED'; readonly offer: Offer })
  | (Known & { readonly status: 'ACCEPTED' | 'IN_PROGRESS' | 'DONE'; readonly task: Task });

export type KnownRequest = Exclude<RequestState, { status: 'NONE' }>;
export type RequestStatus = KnownRequest['status'];

export const REQUEST_STATUSES: readonly RequestStatus[] = [
  'RAISED',
  'OFFERED',
  'ACCEPTED',
  'IN_PROGRESS',
  'DONE',
  'FOLLOW_UP',
  'RESOLVED',
  'DECLINED',
  'WITHDRAWN',
];

export const initialRequest: RequestState = { status: 'NONE' };

export function taskIdOf(requestId: string, offerNumber: number): string {
  return `${requestId}.${String(offerNumber)}`;
}

/** The request a task id belongs to; undefined when it is not of the form `taskIdOf` makes. */
export function requestIdOf(taskId: string): string | undefined {
  return /^([0-9a-f-]{36})\.[1-9]\d{0,5}$/.exec(taskId)?.[1];
}

/** The offer or task standing now. */
export function standingTaskId(state: KnownRequest): string | null {
  if ('task' in state) return state.task.taskId;
  return state.status === 'OFFERED' ? state.offer.taskId : null;
}

/** Whose contact data a volunteer may see: from accept until the task is closed or given back (contact rule). */
export function holdsTask(state: RequestState, volunteerId: string): boolean {
  return 'task' in state && state.task.volunteerId === volunteerId;
}

/**
 * Whether partner organisations may learn the contact data too. Volunteers work for the community; a partner is somebody
 * else, whom the person must have agreed to (PIPL art. 23).
 */
export function isOpenToPartners(state: RequestState): boolean {
  return state.status !== 'NONE' && state.partnerConsent;
}

export function evolve(state: RequestState, event: RequestEvent): RequestState {
  if (event.type === 'RequestRaised') return raised(event.data);
  if (state.status === 'NONE') return state;
  // An offer expires at its accept-by time, which may lie before an event that is in the log already.
  const since = event.data.at > state.since ? event.data.at : state.since;
  const known: Known = { ...knownPart(state), since };
  switch (event.type) {
    case 'RequestCorrected': {
      const { channel, category, building, dueAt } = event.data;
      return { ...state, channel, category, building, dueAt, since };
    }
    case 'RequestDispatched': {
      const { taskId, audience, skills, acceptBy } = event.data;
      const offer = { taskId, audience, skills, acceptBy, declinedBy: [] };
      return { ...known, status: 'OFFERED', offers: known.offers + 1, offer };
    }
    case 'OfferRecalled':
      return { ...ended(known, event.data.taskId, 'RECALLED'), status: 'RAISED' };
    case 'OfferExpired':
      return { ...ended(known, event.data.taskId, 'EXPIRED'), status: 'RAISED' };
    case 'TaskAccepted': {
      const { taskId, volunteerId } = event.data;
      const skills = state.status === 'OFFERED' ? state.offer.skills : [];
      return { ...ended(known, taskId, 'ACCEPTED'), status: 'ACCEPTED', task: { taskId, volunteerId, skills } };
    }
    case 'TaskDeclined':
      return declined(state, known, event.data);
    case 'TaskReleased':
    case 'RequestReopened':
    case 'FollowUpResumed':
      return { ...known, status: 'RAISED', reworks: known.reworks + (event.type === 'RequestReopened' ? 1 : 0) };
    case 'TaskStarted':
      return 'task' in state ? { ...state, since, status: 'IN_PROGRESS' } : state;
    case 'DoneReported':
      return 'task' in state ? { ...state, since, status: 'DONE' } : state;
    case 'WorkSentBack':
      return 'task' in state ? { ...state, since, status: 'IN_PROGRESS', reworks: state.reworks + 1 } : state;
    case 'ResolutionConfirmed':
      return { ...known, status: 'RESOLVED' };
    case 'PlacedInFollowUp':
      return { ...known, status: 'FOLLOW_UP' };
    case 'RequestDeclined':
      return { ...known, status: 'DECLINED' };
    case 'RequestWithdrawn':
      return { ...known, status: 'WITHDRAWN' };
    case 'CallBackRecorded':
    case 'ProgressRecorded':
    case 'FollowUpRecorded':
    case 'RequestEscalated':
    case 'ChaseUpRecorded':
    case 'ResultRated':
      return { ...state, since };
    case 'PartnerConsentGiven':
    case 'PartnerConsentWithdrawn':
      return { ...state, since, partnerConsent: event.type === 'PartnerConsentGiven' };
    default:
      return assertNever(event);
  }
}

function raised(data: Extract<RequestEvent, { type: 'RequestRaised' }>['data']): RequestState {
  const { requestId, communityId, channel, category, building, dueAt, at, reporter } = data;
  const history = { since: at, reworks: 0, offers: 0, endedOffers: {}, partnerConsent: false };
  const known = {
    requestId,
    communityId,
    channel,
    category,
    building,
    dueAt,
    reportedAt: at,
    personId: reporter.personId,
  };
  return { ...known, ...history, status: 'RAISED' };
}

function declined(
  state: KnownRequest,
  known: Known,
  data: { taskId: string; volunteerId: string; endsOffer: boolean },
): RequestState {
  if (data.endsOffer) return { ...ended(known, data.taskId, 'DECLINED'), status: 'RAISED' };
  if (state.status !== 'OFFERED') return state;
  return {
    ...state,
    since: known.since,
    offer: { ...state.offer, declinedBy: [...state.offer.declinedBy, data.volunteerId] },
  };
}

function ended(known: Known, taskId: string, end: OfferEnd): Known {
  return { ...known, endedOffers: { ...known.endedOffers, [taskId]: end } };
}

/** The part every status shares, so that a new status does not drag the old one's fields along. */
function knownPart(state: KnownRequest & { readonly offer?: Offer; readonly task?: Task }): Known {
  const { status: _, offer: __, task: ___, ...known } = state;
  return known;
}

// An office of any size: requests spread over the same communities and days, whether there are a thousand of them or a
// million; and any number of offices like it, with the same requests under other ids. Each lives at the pace of a real one (hours to be accepted, a day or two to be done, one in twenty kept in
// follow-up), as far as it has come by the office's last day.
import type { RequestRow, TaskRow } from '#libs/requests';

export const CATEGORIES = [
  'HOUSE_REPAIR',
  'PLUMBING',
  'SANITATION',
  'PARKING',
  'CARE_SUPPORT',
  'STAIRWELL_LIGHTING',
  'PUBLIC_FACILITIES',
  'POLICY_ADVICE',
  'NEIGHBOUR_DISPUTES',
];
const CHANNELS = ['PHONE', 'VISIT', 'GRID_PATROL', 'ONLINE', 'HOTLINE'] as const;
const VOLUNTEERS_EACH = 25;

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
/** When the questions are asked, and where every office's days end. */
export const NOW = new Date(Date.UTC(2026, 6, 1)).toISOString();
const LAST = Date.parse(NOW);
const LIMITS = [DAY, 7 * DAY, 7 * DAY, 15 * DAY];

/** Over what the requests are spread. */
export interface Spread {
  readonly communityIds: readonly string[];
  readonly days: number;
  /** Which of many offices that are alike but for their ids. */
  readonly office: number;
}

export function spreadOver(communities: number, days: number, office = 0): Spread {
  const communityIds = Array.from({ length: communities }, (_, n) => idOf('c', office * communities + n));
  return { communityIds, days, office };
}

/** The report day so many days before the last, in the communities' time zone. */
export function dayBefore(days: number): string {
  return at(LAST - days * DAY).slice(0, 10);
}

export function volunteerOf({ communityIds, office }: Spread, community: number, n: number): string {
  return idOf('d', (office * communityIds.length + community) * VOLUNTEERS_EACH + n);
}

export interface LifeRows {
  readonly request: RequestRow;
  readonly tasks: readonly TaskRow[];
}

/** The `n`th of so many requests, the same at every call, in the order they were reported. */
export function requestOf(n: number, of: number, spread: Spread): LifeRows {
  const { communityIds, days, office } = spread;
  const random = randomOf(n + 1);
  const reported = LAST + ((n + random()) / of - 1) * days * DAY;
  const life = lifeOf(n, reported, random);
  const community = Math.floor(random() * communityIds.length);
  const place = {
    requestId: idOf('a', office * of + n),
    communityId: communityIds[community] ?? '',
    volunteerId: volunteerOf(spread, community, n % VOLUNTEERS_EACH),
    category: CATEGORIES[Math.floor(random() * random() * CATEGORIES.length)] ?? '',
    channel: CHANNELS[Math.floor(random() * CHANNELS.length)] ?? 'PHONE',
  };
  const request = requestRow(n, life, place);
  return { request, tasks: life.dispatched === null ? [] : [taskRow(n, life, request)] };
}

/** When each thing happened, as milliseconds; null what has not. */
interface Life {
  readonly reported: number;
  readonly dispatched: number | null;
  readonly acceptBy: number | null;
  readonly accepted: number | null;
  readonly started: number | null;
  readonly done: number | null;
  readonly resolved: number | null;
  readonly calledBack: number | null;
  readonly ended: number | null;
  readonly followedUp: number | null;
  readonly status: RequestRow['status'];
}

function lifeOf(n: number, reported: number, random: () => number): Life {
  const after = (from: number | null, meanMinutes: number, share = 1): number | null => {
    const waited = Math.ceil(-Math.log(1 - random()) * meanMinutes) * MINUTE;
    return from === null || random() > share || from + waited > LAST ? null : from + waited;
  };
  const dispatched = after(reported, 90, 0.97);
  const accepted = after(dispatched, 240, 0.98);
  const started = after(accepted, 180);
  const done = after(started, 1_600, 0.97);
  const resolved = after(done, 500, 0.99);
  const calledBack = after(resolved, 1_500, 0.7);
  const ended = accepted === null && random() < 0.4 ? after(reported, 3_000) : null;
  const followedUp = done === null && ended === null ? after(dispatched, 4_000) : null;
  const offered = { dispatched, acceptBy: dispatched === null ? null : dispatched + DAY };
  if (followedUp !== null) {
    const nothing = { accepted: null, started: null, done: null, resolved: null, calledBack: null, ended: null };
    return { reported, ...offered, acceptBy: null, ...nothing, followedUp, status: 'FOLLOW_UP' };
  }
  const worked = { accepted, started, done, resolved, calledBack };
  const closed = n % 2 === 0 ? 'DECLINED' : 'WITHDRAWN';
  const status = ended === null ? standingOf(dispatched, accepted, started, done, resolved) : closed;
  return { reported, ...offered, ...worked, ended, followedUp, status };
}

function standingOf(...reached: readonly (number | null)[]): RequestRow['status'] {
  const furthest = reached.findLastIndex((time) => time !== null);
  return (['RAISED', 'OFFERED', 'ACCEPTED', 'IN_PROGRESS', 'DONE', 'RESOLVED'] as const)[furthest + 1] ?? 'RAISED';
}

interface Place {
  readonly requestId: string;
  readonly communityId: string;
  readonly volunteerId: string;
  readonly category: string;
  readonly channel: RequestRow['channel'];
}

function requestRow(n: number, life: Life, place: Place): RequestRow {
  const { requestId, communityId, category, channel } = place;
  const { reported, dispatched, accepted, done, resolved, ended, followedUp, calledBack, status } = life;
  const followUp = followedUp === null ? null : sealed(n, 80);
  return {
    requestId,
    communityId,
    ledgerNumber: null,
    ...{ channel, category, building: `${String(1 + (n % 40))}门`, status },
    reportedAt: at(reported),
    reportedOn: at(reported + 8 * 60 * MINUTE).slice(0, 10),
    dueAt: at(reported + (LIMITS[n % LIMITS.length] ?? DAY)),
    ...{ reporterName: sealed(n, 24), reporterPhone: sealed(n, 24), reporterAddress: sealed(n, 48) },
    personId: idOf('d', n),
    matter: sealed(n, 160),
    taskId: dispatched === null || followedUp !== null ? null : `${requestId}.1`,
    volunteerId: accepted === null ? null : place.volunteerId,
    ...{ dispatchedAt: maybe(dispatched), acceptBy: maybe(life.acceptBy), acceptedAt: maybe(accepted) },
    ...{ startedAt: maybe(life.started), doneAt: maybe(done), resolvedAt: maybe(resolved) },
    closedAt: maybe(resolved ?? ended),
    retainedSince: maybe(resolved ?? ended),
    result: done === null ? null : sealed(n, 80),
    ...{ followUpReason: followUp, followUpPlan: followUp },
    reviewOn: followedUp === null ? null : at(followedUp + 60 * DAY).slice(0, 10),
    closingReason: ended === null ? null : sealed(n, 40),
    callBackDueAt: resolved === null ? null : at(resolved + 3 * DAY),
    calledBackAt: maybe(calledBack),
    ...{ saysSolved: calledBack === null ? null : 1, satisfaction: calledBack === null ? null : 'SATISFIED' },
    ...{ chaseUps: 0, chasedUpAt: null, chaseUpNote: null, partnerConsent: 0 },
    ...{ ratedAt: null, ratedAs: null, ratedSolved: null, ratingComment: null },
    secondsToDispatch: seconds(reported, dispatched),
    secondsToAccept: seconds(dispatched, accepted),
    secondsToDone: seconds(accepted, done),
    secondsToResolved: seconds(done, resolved),
    secondsInAll: seconds(reported, resolved),
    ...{ reworks: 0, escalatedAt: null, revision: 6 },
  };
}

function taskRow(n: number, { reported, dispatched, acceptBy, ended }: Life, request: RequestRow): TaskRow {
  const { requestId, communityId, category, building, dueAt, volunteerId, acceptedAt, startedAt, doneAt } = request;
  return {
    ...{ taskId: `${requestId}.1`, requestId, communityId, category, building, dueAt },
    status: taskStatusOf(request),
    directedTo: null,
    skills: n % 3 === 0 ? '["PLUMBING"]' : '[]',
    declinedBy: '[]',
    offeredAt: at(dispatched ?? reported),
    acceptBy: at(acceptBy ?? reported + DAY),
    briefing: null,
    ...{ volunteerId, acceptedAt, startedAt, lastProgressAt: startedAt, doneAt },
    endedAt: request.closedAt ?? maybe(ended),
    revision: 6,
  };
}

function taskStatusOf({ status }: RequestRow): TaskRow['status'] {
  if (status === 'OFFERED' || status === 'ACCEPTED' || status === 'IN_PROGRESS' || status === 'DONE') return status;
  return status === 'FOLLOW_UP' ? 'RECALLED' : 'CLOSED';
}

function seconds(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : Math.round((to - from) / 1_000);
}

function at(time: number): string {
  return new Date(time).toISOString();
}

function maybe(time: number | null): string | null {
  return time === null ? null : at(time);
}

/** As long as a text that is sealed. */
function sealed(n: number, length: number): string {
  return `sealed.v1.${idOf('e', n)}.${idOf('f', n)}./data/text.${'x'.repeat(38 + Math.ceil((length * 4) / 3))}`;
}

/** Scattered, as random ids are. */
function idOf(kind: string, n: number): string {
  const scattered = (Math.imul(n + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
  return `${scattered}-0000-4000-8000-${kind}${String(n).padStart(12 - kind.length, '0')}`;
}

/** Mulberry32. */
function randomOf(seed: number): () => number {
  let state = Math.imul(seed, 0x85ebca6b);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

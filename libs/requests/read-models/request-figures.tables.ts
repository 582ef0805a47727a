// The sums every figure is made of. What a question reads depends on the communities and the window it asks for, never
// on how many requests there are.
import { counterTable, rowTable } from '#libs/projections';
import type { Channel } from '../domain/request.events.ts';
import type { RequestStatus } from '../domain/request.state.ts';
import { SPAN } from './duration-buckets.ts';
import type { Period } from './report-periods.ts';
import type { RequestRow } from './request-list.tables.ts';

/** Stands for every category, or every channel. */
export const ANY = '';

/** The column that counts the requests of a status. */
export const STATUS_COLUMNS = {
  RAISED: 'raised',
  OFFERED: 'offered',
  ACCEPTED: 'accepted',
  IN_PROGRESS: 'inProgress',
  DONE: 'done',
  FOLLOW_UP: 'followUp',
  RESOLVED: 'resolved',
  DECLINED: 'declined',
  WITHDRAWN: 'withdrawn',
} as const satisfies Readonly<Record<RequestStatus, string>>;

/** What is to be done by a deadline: the columns that say when it was done, and by when it should have been. */
export const DUTIES = {
  dispatched: ['dispatchedAt', 'dueAt'],
  accepted: ['acceptedAt', 'acceptBy'],
  resolved: ['resolvedAt', 'dueAt'],
  calledBack: ['calledBackAt', 'callBackDueAt'],
} as const satisfies Readonly<Record<string, readonly [keyof RequestRow, keyof RequestRow]>>;

export type Duty = keyof typeof DUTIES;
export const DUTY_NAMES = Object.keys(DUTIES) as Duty[];

/** Done in time, done late, and not done yet, be it due or not. */
export type DutyColumn = `${Duty}${'InTime' | 'Late' | 'Pending'}`;
export const DUTY_COLUMNS = DUTY_NAMES.flatMap(
  (duty) => [`${duty}InTime`, `${duty}Late`, `${duty}Pending`] as const satisfies DutyColumn[],
);

export type StatusColumn = (typeof STATUS_COLUMNS)[RequestStatus];
export type CountColumn = StatusColumn | DutyColumn;
export const COUNT_COLUMNS: readonly CountColumn[] = [...Object.values(STATUS_COLUMNS), ...DUTY_COLUMNS];

const text = { type: 'text' } as const;
const integer = { type: 'integer' } as const;

/**
 * How many requests of a period stand where, and how punctual they are: of a community as a whole (`ANY` category and
 * channel), of each category (`ANY` channel), of each channel (`ANY` category), and of each two of them.
 */
export type RequestCountRow = {
  readonly communityId: string;
  readonly category: string;
  readonly channel: Channel | typeof ANY;
  readonly period: Period;
} & Readonly<Record<CountColumn, number>>;

export const requestCounts = counterTable<RequestCountRow>({
  name: 'requestCounts',
  columns: { communityId: text, category: text, channel: text, period: text, ...integers(COUNT_COLUMNS) },
  key: ['communityId', 'category', 'channel', 'period'],
  indexes: [['communityId', 'channel', 'period', 'category']],
});

/** A duty that is not done yet. Kept one by one, since time alone makes them overdue; there are as many as work is open. */
export type RequestDeadlineRow = {
  readonly requestId: string;
  readonly duty: Duty;
  readonly communityId: string;
  readonly deadline: string;
  readonly reportedOn: string;
  readonly category: string;
  readonly channel: Channel;
};

export const requestDeadlines = rowTable<RequestDeadlineRow>({
  name: 'requestDeadlines',
  columns: {
    requestId: text,
    duty: text,
    communityId: text,
    deadline: text,
    reportedOn: text,
    category: text,
    channel: text,
  },
  key: ['requestId', 'duty'],
  indexes: [['communityId', 'duty', 'deadline', 'reportedOn', 'category', 'channel']],
});

/** The legs a request's way is measured in: whole seconds, null where the leg is not finished. */
export const LEGS = [
  'secondsToDispatch',
  'secondsToAccept',
  'secondsToDone',
  'secondsToResolved',
  'secondsInAll',
] as const satisfies (keyof RequestRow)[];

export type LegName = (typeof LEGS)[number];

/** A leg as a whole, or one group of its buckets, such as `secondsInAll` and `secondsInAll 17`. */
export type LegPart = LegName | `${LegName} ${number}`;
export type BucketColumn = `n${number}`;
export const BUCKET_COLUMNS: readonly BucketColumn[] = Array.from({ length: SPAN }, (_, n) => `n${n}` as const);

/**
 * How many requests of a period took how long. The row of a leg as a whole counts by groups of buckets, the row of a
 * group by its buckets. Of a community as a whole (`ANY` category) by all time, month and day; of each category by month.
 */
export type RequestTimeRow = {
  readonly communityId: string;
  readonly category: string;
  readonly part: LegPart;
  readonly period: Period;
} & Readonly<Record<BucketColumn, number>>;

export const requestTimes = counterTable<RequestTimeRow>({
  name: 'requestTimes',
  columns: { communityId: text, category: text, part: text, period: text, ...integers(BUCKET_COLUMNS) },
  key: ['communityId', 'category', 'part', 'period'],
});

/** How many follow-ups are to be reviewed on a day or in a month. */
export type ReviewCountRow = {
  readonly communityId: string;
  readonly period: Period;
  readonly reviews: number;
};

export const reviewCounts = counterTable<ReviewCountRow>({
  name: 'reviewCounts',
  columns: { communityId: text, period: text, reviews: integer },
  key: ['communityId', 'period'],
});

function integers<Name extends string>(names: readonly Name[]) {
  return Object.fromEntries(names.map((name) => [name, integer])) as Readonly<Record<Name, typeof integer>>;
}

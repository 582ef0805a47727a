// What offices, supervisors and volunteers ask, as the GraphQL layer asks it: a page with its total, and each figure.
import type { RequestFilter, RequestRow, RequestViews, TaskViews } from '#libs/requests';
import { RequestQueries, ResolutionQueries, TaskQueries } from '#libs/requests';
import type { ReadDatabase } from '#libs/platform';
import type { Kysely } from 'kysely';
import type { Spread } from './office.ts';
import { CATEGORIES, dayBefore, NOW, volunteerOf } from './office.ts';

export interface Office {
  readonly requests: RequestQueries;
  readonly figures: ResolutionQueries;
  readonly tasks: TaskQueries;
}

export interface Question {
  readonly group: string;
  readonly name: string;
  /** Answers how many rows or slices came back; 1 for a figure. */
  readonly ask: (office: Office) => Promise<number>;
}

export function officeOf({ query }: ReadDatabase): Office {
  const requests = query as Kysely<RequestViews>;
  return {
    requests: new RequestQueries(requests),
    figures: new ResolutionQueries(requests),
    tasks: new TaskQueries(query as Kysely<TaskViews>),
  };
}

const CATEGORY = { category: CATEGORIES[1] };
const CHANNEL = { channel: 'VISIT' as const };
const LAST_30_DAYS = { reportedFrom: dayBefore(29), reportedTo: dayBefore(0) };
const MONTH = { reportedFrom: '2026-06-01', reportedTo: '2026-06-30' };
const MID_MONTH = ['2026-06-15T12:00:00.000Z', ''] as const;
const YEAR = { reportedFrom: '2025-01-01', reportedTo: '2025-12-31' };

interface Asked {
  readonly scopes: readonly (readonly [name: string, communities: Pick<RequestFilter, 'communityIds'>])[];
  readonly windows: readonly (readonly [name: string, window: Partial<RequestFilter>])[];
  readonly halfway: readonly [string, string];
}

function askedOf({ communityIds, days }: Spread): Asked {
  const middle = communityIds.slice(communityIds.length / 3, communityIds.length / 3 + 1);
  const odd = { reportedFrom: dayBefore(Math.round(days * 0.8)), reportedTo: dayBefore(Math.round(days * 0.05)) };
  return {
    scopes: [
      ['one community', { communityIds: middle }],
      [`all ${String(communityIds.length)}`, { communityIds }],
    ],
    windows: [
      ['all time', {}],
      ...(days > 730 ? ([['a year', YEAR]] as const) : []),
      ['a month', MONTH],
      ['30 days', LAST_30_DAYS],
      [`${odd.reportedFrom} to ${odd.reportedTo}`, odd],
    ],
    halfway: [`${dayBefore(Math.round(days / 2))}T12:00:00.000Z`, ''],
  };
}

/** What a list of requests shows. */
const COLUMNS: readonly (keyof RequestRow)[] = [
  'requestId',
  'ledgerNumber',
  'channel',
  'category',
  'building',
  'status',
  'reportedAt',
  'dueAt',
  'matter',
  'volunteerId',
  'resolvedAt',
  'revision',
];
/** A page and one row more, to know whether there is a next. */
const PAGE = 21;
const FILTERS: readonly (readonly [string, Omit<RequestFilter, 'communityIds'>])[] = [
  ['no filter', {}],
  ['status', { status: ['RESOLVED'] }],
  ['three statuses', { status: ['RAISED', 'OFFERED', 'FOLLOW_UP'] }],
  ['category', CATEGORY],
  ['channel', CHANNEL],
  ['category and channel', { ...CATEGORY, ...CHANNEL }],
  ['category and status', { ...CATEGORY, status: ['RESOLVED'] }],
  ['channel and status', { ...CHANNEL, status: ['FOLLOW_UP'] }],
  ['category, channel, status', { ...CATEGORY, ...CHANNEL, status: ['RESOLVED'] }],
  ['a month', MONTH],
  ['a month, category, channel', { ...MONTH, ...CATEGORY, ...CHANNEL }],
];

function lists({ scopes, halfway }: Asked): Question[] {
  return scopes.flatMap(([scope, communities]) =>
    FILTERS.flatMap(([what, filter]) =>
      [undefined, 'reportedFrom' in filter ? MID_MONTH : halfway].map((after) => ({
        group: `Lists of requests, ${scope}`,
        name: `${what}, ${after ? 'from halfway' : 'first page'}`,
        ask: async ({ requests }: Office) => {
          const asked = { ...communities, ...filter };
          const [rows] = await Promise.all([
            requests.page(asked, { newestFirst: true, limit: PAGE, after, columns: COLUMNS }),
            requests.count(asked),
          ]);
          return rows.length;
        },
      })),
    ).concat({
      group: `Lists of requests, ${scope}`,
      name: 'reviews due',
      ask: async ({ requests }) => {
        const [rows] = await Promise.all([
          requests.reviewsDue(communities.communityIds, dayBefore(0), PAGE),
          requests.countReviewsDue(communities.communityIds, dayBefore(0)),
        ]);
        return rows.length;
      },
    }),
  );
}

function tasks(spread: Spread): Question[] {
  const { communityIds } = spread;
  const group = 'Lists of a volunteer’s tasks';
  const community = Math.floor(communityIds.length / 3);
  const volunteerId = volunteerOf(spread, community, 3);
  const offers = { communityId: communityIds[community] ?? '', volunteerId, skills: ['PLUMBING'], now: NOW };
  const mine = async ({ tasks }: Office, statuses: Parameters<TaskQueries['ofVolunteer']>[1]) => {
    const rows = await tasks.ofVolunteer(volunteerId, statuses, { limit: PAGE });
    await tasks.countOfVolunteer(volunteerId, statuses);
    return rows.length;
  };
  return [
    {
      group,
      name: 'offered',
      ask: async ({ tasks }) => {
        const rows = await tasks.offered(offers, { limit: PAGE });
        await tasks.countOffered(offers);
        return rows.length;
      },
    },
    { group, name: 'in hand', ask: (office) => mine(office, ['ACCEPTED', 'IN_PROGRESS', 'DONE']) },
    { group, name: 'closed', ask: (office) => mine(office, ['CLOSED']) },
    { group, name: 'offers that ran out', ask: async ({ tasks }) => (await tasks.overdueOffers(NOW, 100)).length },
  ];
}

function figures({ scopes, windows }: Asked): Question[] {
  return scopes.flatMap(([scope, communities]) =>
    windows.flatMap(([when, window]) => {
      const filter = { ...communities, ...window };
      const named = (name: string, ask: (figures: ResolutionQueries) => Promise<unknown>): Question => ({
        group: `Figures, ${scope}, ${when}`,
        name,
        ask: async ({ figures }) => {
          const answer = await ask(figures);
          return Array.isArray(answer) ? answer.length : 1;
        },
      });
      const byCategory = { ...filter, ...CATEGORY };
      const [isAll, isOfMonths] = [window.reportedTo === undefined, window === MONTH || window === YEAR];
      return [
        named('counts and rates', (of) => of.tally(filter)),
        named('counts and rates of a category', (of) => of.tally(byCategory)),
        named('counts and rates of a channel', (of) => of.tally({ ...filter, ...CHANNEL })),
        named('by category', (of) => of.slices('category', filter)),
        named('by channel', (of) => of.slices('channel', filter)),
        named('by month', (of) => of.slices('month', filter)),
        ...(isOfMonths || window === LAST_30_DAYS ? [named('by day', (of) => of.slices('day', filter))] : []),
        named('on time', (of) => of.onTime(filter, NOW)),
        named('on time of a category', (of) => of.onTime(byCategory, NOW)),
        named('times', (of) => of.durations(filter)),
        ...(isAll || isOfMonths ? [named('times of a category', (of) => of.durations(byCategory))] : []),
      ];
    }),
  );
}

export function questionsFor(spread: Spread): readonly Question[] {
  const asked = askedOf(spread);
  return [...lists(asked), ...tasks(spread), ...figures(asked)];
}

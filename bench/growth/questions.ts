// What offices, supervisors and volunteers ask, as the GraphQL layer asks it: a page with its total, and each figure.
import type { RequestFilter, RequestRow, RequestViews, TaskViews } from '#libs/requests';
import { RequestQueries, ResolutionQueries, TaskQueries } from '#libs/requests';
import type { ReadDatabase } from '#libs/platform';
import type { Kysely } from 'kysely';
import { CATEGORIES, COMMUNITIES, NOW, volunteerOf } from './office.ts';

export interface Office {
  readonly requests: RequestQueries;
  readonly figures: ResolutionQueries;
  readonly tasks: TaskQueries;
}

export interface Question {
  readonly group: string;
  readonly name: string;
  readonly ask: (office: Office) => Promise<unknown>;
}

export function officeOf({ query }: ReadDatabase): Office {
  const requests = query as Kysely<RequestViews>;
  return {
    requests: new RequestQueries(requests),
    figures: new ResolutionQueries(requests),
    tasks: new TaskQueries(query as Kysely<TaskViews>),
  };
}

const ONE = { communityIds: COMMUNITIES.slice(7, 8) };
const ALL = { communityIds: COMMUNITIES };
const SCOPES = [
  ['one community', ONE],
  ['all twenty', ALL],
] as const;
const YEAR = { reportedFrom: '2025-01-01', reportedTo: '2025-12-31' };
const MONTH = { reportedFrom: '2026-05-01', reportedTo: '2026-05-31' };
const LAST_30_DAYS = { reportedFrom: '2026-06-02', reportedTo: '2026-07-01' };
const ODD = { reportedFrom: '2024-02-11', reportedTo: '2026-05-23' };
const WINDOWS = [
  ['all time', {}],
  ['a year', YEAR],
  ['a month', MONTH],
  ['the last 30 days', LAST_30_DAYS],
  ['2024-02-11 to 2026-05-23', ODD],
] as const;
const CATEGORY = { category: CATEGORIES[1] };
const CHANNEL = { channel: 'VISIT' as const };

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
const MIDYEAR = ['2025-07-01T00:00:00.000Z', ''] as const;
const HALFWAY = ['2025-01-01T00:00:00.000Z', ''] as const;
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
  ['a year', YEAR],
  ['a year, category, channel', { ...YEAR, ...CATEGORY, ...CHANNEL }],
];

function lists(): Question[] {
  return SCOPES.flatMap(([scope, communities]) =>
    FILTERS.flatMap(([what, filter]) =>
      [undefined, 'reportedFrom' in filter ? MIDYEAR : HALFWAY].map((after) => ({
        group: `Lists of requests, ${scope}`,
        name: `${what}, ${after ? 'from halfway' : 'first page'}`,
        ask: async ({ requests }: Office) => {
          const asked = { ...communities, ...filter };
          await Promise.all([
            requests.page(asked, { newestFirst: true, limit: 21, after, columns: COLUMNS }),
            requests.count(asked),
          ]);
        },
      })),
    ).concat({
      group: `Lists of requests, ${scope}`,
      name: 'reviews due',
      ask: async ({ requests }) => {
        const by = '2026-07-01';
        await Promise.all([
          requests.reviewsDue(communities.communityIds, by, 21),
          requests.countReviewsDue(communities.communityIds, by),
        ]);
      },
    }),
  );
}

function tasks(): Question[] {
  const group = 'Lists of a volunteer’s tasks';
  const volunteerId = volunteerOf(7, 3);
  const offers = { communityId: COMMUNITIES[7] ?? '', volunteerId, skills: ['PLUMBING'], now: NOW };
  const mine = async ({ tasks }: Office, statuses: Parameters<TaskQueries['ofVolunteer']>[1]) => {
    await tasks.ofVolunteer(volunteerId, statuses, { limit: 21 });
    await tasks.countOfVolunteer(volunteerId, statuses);
  };
  return [
    {
      group,
      name: 'offered',
      ask: async ({ tasks }) => {
        await tasks.offered(offers, { limit: 21 });
        await tasks.countOffered(offers);
      },
    },
    { group, name: 'in hand', ask: (office) => mine(office, ['ACCEPTED', 'IN_PROGRESS', 'DONE']) },
    { group, name: 'closed', ask: (office) => mine(office, ['CLOSED']) },
    { group, name: 'offers that ran out', ask: ({ tasks }) => tasks.overdueOffers(NOW, 100) },
  ];
}

function figures(): Question[] {
  return SCOPES.flatMap(([scope, communities]) =>
    WINDOWS.flatMap(([when, window]) => {
      const filter = { ...communities, ...window };
      const named = (name: string, ask: (figures: ResolutionQueries) => Promise<unknown>): Question => ({
        group: `Figures, ${scope}, ${when}`,
        name,
        ask: ({ figures }) => ask(figures),
      });
      const byCategory = { ...filter, ...CATEGORY };
      return [
        named('counts and rates', (of) => of.tally(filter)),
        named('counts and rates of a category', (of) => of.tally(byCategory)),
        named('counts and rates of a channel', (of) => of.tally({ ...filter, ...CHANNEL })),
        named('by category', (of) => of.slices('category', filter)),
        named('by channel', (of) => of.slices('channel', filter)),
        named('by month', (of) => of.slices('month', filter)),
        ...(window === MONTH || window === LAST_30_DAYS || window === YEAR
          ? [named('by day', (of) => of.slices('day', filter))]
          : []),
        named('on time', (of) => of.onTime(filter, NOW)),
        named('on time of a category', (of) => of.onTime(byCategory, NOW)),
        named('times', (of) => of.durations(filter)),
        ...(window === LAST_30_DAYS || window === ODD
          ? []
          : [named('times of a category', (of) => of.durations(byCategory))]),
      ];
    }),
  );
}

export const QUESTIONS: readonly Question[] = [...lists(), ...tasks(), ...figures()];

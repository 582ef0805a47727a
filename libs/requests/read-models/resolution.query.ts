// The figures of definition `ledger/1`. Counts come from sums kept beside the ledger; times and on-time rates are taken
// from the ledger's rows. Numerators and denominators are added up across communities, never rates averaged.
import { sql } from 'kysely';
import type { Kysely, SelectQueryBuilder } from 'kysely';
import type { RequestStatus } from '../domain/request.state.ts';
import type { RequestFilter, RequestViews } from './request-list.query.ts';
import { RequestQueries } from './request-list.query.ts';
import type { RequestRow } from './request-list.tables.ts';

export const LEDGER_DEFINITION = 'ledger/1';

const OPEN: readonly RequestStatus[] = ['RAISED', 'OFFERED', 'ACCEPTED', 'IN_PROGRESS', 'DONE'];

/** The statuses each count of the definition consists of; undefined means all. */
export const COUNTED: Readonly<
  Record<'raised' | 'resolved' | 'inFollowUp' | 'open', readonly RequestStatus[] | undefined>
> = {
  raised: undefined,
  resolved: ['RESOLVED'],
  inFollowUp: ['FOLLOW_UP'],
  open: OPEN,
};

export interface Tally {
  readonly raised: number;
  readonly resolved: number;
  readonly inFollowUp: number;
  readonly open: number;
}

export interface Leg {
  /** How many requests have finished the leg. */
  readonly count: number;
  /** Nearest-rank percentiles in whole seconds; null without data. */
  readonly medianSeconds: number | null;
  readonly p90Seconds: number | null;
}

export interface OnTime {
  readonly numerator: number;
  readonly denominator: number;
}

export type LegName = 'secondsToDispatch' | 'secondsToAccept' | 'secondsToDone' | 'secondsToResolved' | 'secondsInAll';

export class ResolutionQueries {
  readonly #views: Kysely<RequestViews>;
  readonly #requests: RequestQueries;

  constructor(views: Kysely<RequestViews>) {
    this.#views = views;
    this.#requests = new RequestQueries(views);
  }

  async tally(filter: RequestFilter): Promise<Tally> {
    return tallyOf(await this.#requests.countsBy('status', filter));
  }

  /** One tally per value of a property, in order of the value. */
  async slices(
    property: 'category' | 'channel' | 'reportedOn',
    filter: RequestFilter,
  ): Promise<(Tally & { key: string })[]> {
    const rows = await this.#requests.countsBy(property, filter);
    const byKey = Map.groupBy(rows, ({ key }) => key);
    return [...byKey].map(([key, of]) => ({ key, ...tallyOf(of) })).sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async leg(name: LegName, filter: RequestFilter): Promise<Leg> {
    const finished = () => this.#rows(filter).where(name, 'is not', null);
    const { n } = await finished()
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow();
    const count = Number(n);
    const at = async (share: number) => {
      if (count === 0) return null;
      const rank = Math.ceil(share * count);
      const row = await finished()
        .select(name)
        .orderBy(name)
        .limit(1)
        .offset(rank - 1)
        .executeTakeFirstOrThrow();
      return Number(row[name]);
    };
    return { count, medianSeconds: await at(0.5), p90Seconds: await at(0.9) };
  }

  /** Done by its deadline ÷ due: what is done, and what is not though its deadline has passed at the cut-off. */
  async onTime(
    done: keyof RequestRow,
    deadline: keyof RequestRow,
    filter: RequestFilter,
    cutOff: string,
  ): Promise<OnTime> {
    const [at, by] = [sql.ref(done), sql.ref(deadline)];
    const row = await this.#rows(filter)
      .where(deadline, 'is not', null)
      .where('status', 'not in', ['DECLINED', 'WITHDRAWN'])
      .select([
        sql<number>`coalesce(sum(case when ${at} <= ${by} then 1 else 0 end), 0)`.as('numerator'),
        sql<number>`coalesce(sum(case when ${at} is not null or ${by} < ${cutOff} then 1 else 0 end), 0)`.as(
          'denominator',
        ),
      ])
      .executeTakeFirstOrThrow();
    return { numerator: Number(row.numerator), denominator: Number(row.denominator) };
  }

  #rows(filter: RequestFilter): SelectQueryBuilder<RequestViews, 'requestList', object> {
    const { communityIds, status, category, channel, reportedFrom, reportedTo } = filter;
    let query = this.#views
      .selectFrom('requestList')
      .where('communityId', 'in', communityIds.length > 0 ? communityIds : ['']);
    if (status) query = query.where('status', 'in', status);
    if (category !== undefined) query = query.where('category', '=', category);
    if (channel !== undefined) query = query.where('channel', '=', channel);
    if (reportedFrom !== undefined) query = query.where('reportedOn', '>=', reportedFrom);
    if (reportedTo !== undefined) query = query.where('reportedOn', '<=', reportedTo);
    return query;
  }
}

function tallyOf(rows: readonly { status: RequestStatus; requests: number }[]): Tally {
  const of = (statuses: readonly RequestStatus[] | undefined) =>
    rows
      .filter(({ status }) => !statuses || statuses.includes(status))
      .reduce((sum, { requests }) => sum + requests, 0);
  return {
    raised: of(COUNTED.raised),
    resolved: of(COUNTED.resolved),
    inFollowUp: of(COUNTED.inFollowUp),
    open: of(COUNTED.open),
  };
}

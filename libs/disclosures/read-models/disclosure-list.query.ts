// Reading the readings: newest hour first, and which accounts read of unusually many people. Always within one community,
// but for the watch, which looks at the last hours of all.
import type { Kysely } from 'kysely';
import type { DisclosureRow } from './disclosure-list.tables.ts';

export type DisclosureTables = { disclosureList: DisclosureRow };

export interface DisclosureCriteria {
  readonly communityId: string;
  readonly accountId?: string | undefined;
  readonly personId?: string | undefined;
  /** Beginnings of the first and the last hour. */
  readonly fromHour?: string | undefined;
  readonly toHour?: string | undefined;
}

/** An account in an hour, with how many different people it read of. */
export type AccountHour = Pick<DisclosureRow, 'communityId' | 'accountId' | 'hour'> & {
  readonly persons: number;
  readonly times: number;
};

const MOST_ACCOUNTS = 100;

export class DisclosureQueries {
  readonly #database: Kysely<DisclosureTables>;

  constructor(database: Kysely<DisclosureTables>) {
    this.#database = database;
  }

  page(
    criteria: DisclosureCriteria,
    limit: number,
    after: readonly [hour: string, readId: string] | undefined,
  ): Promise<DisclosureRow[]> {
    let query = this.#matching(criteria).selectAll();
    if (after) query = query.where((is) => is(is.refTuple('hour', 'readId'), '<', is.tuple(...after)));
    return query.orderBy('hour', 'desc').orderBy('readId', 'desc').limit(limit).execute();
  }

  async count(criteria: DisclosureCriteria): Promise<number> {
    const query = this.#matching(criteria).select((of) => of.fn.countAll().as('rows'));
    return Number((await query.executeTakeFirstOrThrow()).rows);
  }

  /** Accounts that read of at least so many people within an hour, the newest hour first, a hundred at most. */
  async heavy(criteria: DisclosureCriteria, threshold: number): Promise<AccountHour[]> {
    const rows = await this.#matching(criteria)
      .select(['communityId', 'accountId', 'hour'])
      .select((of) => [of.fn.countAll().as('persons'), of.fn.sum('times').as('times')])
      .groupBy(['communityId', 'hour', 'accountId'])
      .having((of) => of.fn.countAll(), '>=', threshold)
      .orderBy('hour', 'desc')
      .orderBy('accountId')
      .limit(MOST_ACCOUNTS)
      .execute();
    return rows.map((row) => ({ ...row, persons: Number(row.persons), times: Number(row.times) }));
  }

  /** The same for all communities, from this hour on. */
  async heavySince(hour: string, threshold: number): Promise<Omit<AccountHour, 'times'>[]> {
    const rows = await this.#database
      .selectFrom('disclosureList')
      .select(['communityId', 'accountId', 'hour'])
      .select((of) => of.fn.countAll().as('persons'))
      .where('hour', '>=', hour)
      .groupBy(['hour', 'communityId', 'accountId'])
      .having((of) => of.fn.countAll(), '>=', threshold)
      .execute();
    return rows.map((row) => ({ ...row, persons: Number(row.persons) }));
  }

  #matching({ communityId, accountId, personId, fromHour, toHour }: DisclosureCriteria) {
    let query = this.#database.selectFrom('disclosureList').where('communityId', '=', communityId);
    if (accountId !== undefined) query = query.where('accountId', '=', accountId);
    if (personId !== undefined) query = query.where('personId', '=', personId);
    if (fromHour !== undefined) query = query.where('hour', '>=', fromHour);
    if (toHour !== undefined) query = query.where('hour', '<=', toHour);
    return query;
  }
}

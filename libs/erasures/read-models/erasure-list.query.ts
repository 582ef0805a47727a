// Reading erasures: page by page in the order they were first heard of, and what the timer has to do.
import type { Kysely } from 'kysely';
import type { ErasureStatus } from '../domain/erasure.state.ts';
import type { ErasureCountRow, ErasureRow } from './erasure-list.tables.ts';

// A type alias: Kysely wants the tables as an object without further members.
export type ErasureViews = { erasureList: ErasureRow; erasureCount: ErasureCountRow };

export interface ErasureCriteria {
  readonly communityId: string;
  readonly status?: ErasureStatus | undefined;
}

export interface ErasurePage {
  readonly limit: number;
  readonly after: readonly [openedAt: string, personId: string] | undefined;
}

export class ErasureQueries {
  readonly #database: Kysely<ErasureViews>;

  constructor(database: Kysely<ErasureViews>) {
    this.#database = database;
  }

  list({ communityId, status }: ErasureCriteria, { limit, after }: ErasurePage): Promise<ErasureRow[]> {
    let query = this.#database.selectFrom('erasureList').selectAll().where('communityId', '=', communityId);
    if (status) query = query.where('status', '=', status);
    if (after) query = query.where((is) => is(is.refTuple('openedAt', 'personId'), '>', is.tuple(...after)));
    return query.orderBy('openedAt').orderBy('personId').limit(limit).execute();
  }

  async count({ communityId, status }: ErasureCriteria): Promise<number> {
    let query = this.#database
      .selectFrom('erasureCount')
      .select((of) => of.fn.coalesce(of.fn.sum<number>('erasures'), of.lit(0)).as('erasures'))
      .where('communityId', '=', communityId);
    if (status) query = query.where('status', '=', status);
    return Number((await query.executeTakeFirstOrThrow()).erasures);
  }

  /** What the timer has to do by `now`, in that order, behind `after`. */
  async due(
    now: string,
    limit: number,
    after?: { readonly nextAt: string; readonly personId: string },
  ): Promise<{ personId: string; nextAt: string }[]> {
    let query = this.#database.selectFrom('erasureList').select(['personId', 'nextAt']).where('nextAt', '<=', now);
    if (after) {
      const key = [after.nextAt, after.personId] as const;
      query = query.where((is) => is(is.refTuple('nextAt', 'personId'), '>', is.tuple(...key)));
    }
    const rows = await query.orderBy('nextAt').orderBy('personId').limit(limit).execute();
    return rows.map(({ personId, nextAt }) => ({ personId, nextAt: nextAt ?? now }));
  }
}

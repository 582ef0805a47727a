// Reading areas: by id, by parent, and communities page by page; each question has its index.
import type { Kysely } from 'kysely';
import type { AreaCount, AreaRow } from './area-list.tables.ts';

export interface AreaTables {
  areaList: AreaRow;
  areaCount: AreaCount;
}

export interface CommunityPage {
  /** Most rows to return. */
  readonly limit: number;
  /** Name and id of the community to go on after. */
  readonly after: readonly [name: string, areaId: string] | undefined;
}

export class AreaQueries {
  readonly #database: Kysely<AreaTables>;

  constructor(database: Kysely<AreaTables>) {
    this.#database = database;
  }

  byId(areaId: string): Promise<AreaRow | undefined> {
    return this.byIds([areaId]).then(([row]) => row);
  }

  /** In no particular order; unknown ids are left out. */
  byIds(areaIds: readonly string[]): Promise<AreaRow[]> {
    return this.#database.selectFrom('areaList').selectAll().where('areaId', 'in', areaIds).execute();
  }

  /** Communities by name. */
  communities({ limit, after }: CommunityPage): Promise<AreaRow[]> {
    let query = this.#database.selectFrom('areaList').selectAll().where('level', '=', 'COMMUNITY');
    if (after) query = query.where((is) => is(is.refTuple('name', 'areaId'), '>', is.tuple(...after)));
    return query.orderBy('name').orderBy('areaId').limit(limit).execute();
  }

  async communityCount(): Promise<number> {
    const query = this.#database.selectFrom('areaCount').select('areas').where('level', '=', 'COMMUNITY');
    return (await query.executeTakeFirst())?.areas ?? 0;
  }
}

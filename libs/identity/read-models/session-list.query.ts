// Reading an account's sessions, latest first; one index holds the order.
import type { Kysely } from 'kysely';
import type { SessionRow } from './session-list.projection.ts';

export type SessionTables = { sessionList: SessionRow };

/** More than anybody has open; the oldest are left out. */
const MOST = 100;

export class SessionQueries {
  readonly #database: Kysely<SessionTables>;

  constructor(database: Kysely<SessionTables>) {
    this.#database = database;
  }

  /** Those that were not ended one by one, as far as the read model has come. */
  async ofAccount(accountId: string): Promise<SessionRow[]> {
    return this.#database
      .selectFrom('sessionList')
      .selectAll()
      .where('accountId', '=', accountId)
      .orderBy('openedAt', 'desc')
      .orderBy('sessionId', 'desc')
      .limit(MOST)
      .execute();
  }
}

// Which accounts a volunteer signs in with, as far as the read model has come.
import type { Kysely } from 'kysely';
import type { AccountRow } from './account-list.projection.ts';

export type AccountTables = { accountList: AccountRow };

export class AccountQueries {
  readonly #database: Kysely<AccountTables>;

  constructor(database: Kysely<AccountTables>) {
    this.#database = database;
  }

  /** Disabled ones too. */
  async idsOfVolunteer(volunteerId: string): Promise<string[]> {
    const rows = await this.#database
      .selectFrom('accountList')
      .select('accountId')
      .where('volunteerId', '=', volunteerId)
      .execute();
    return rows.map(({ accountId }) => accountId);
  }
}

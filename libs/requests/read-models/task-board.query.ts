// Reads the task board: what is offered to a volunteer, and what they hold. Keyset pages along an index.
import type { Kysely, SelectQueryBuilder } from 'kysely';
import type { TaskCountRow, TaskRow, TaskStatus } from './task-board.tables.ts';

export interface TaskViews {
  readonly taskBoard: TaskRow;
  readonly taskCounts: TaskCountRow;
}

export interface Offers {
  readonly communityId: string;
  readonly volunteerId: string;
  /** Skills the volunteer has; an offer asking for others is left out. */
  readonly skills: readonly string[];
  /** Offers whose accept-by time lies before this are over. */
  readonly now: string;
  readonly category?: string | undefined;
}

export interface TaskPage {
  readonly limit: number;
  /** `offeredAt` and `taskId` of the row to go on after. */
  readonly after?: readonly [string, string] | undefined;
}

export class TaskQueries {
  readonly #views: Kysely<TaskViews>;

  constructor(views: Kysely<TaskViews>) {
    this.#views = views;
  }

  async byId(taskId: string): Promise<TaskRow | undefined> {
    return this.#views.selectFrom('taskBoard').selectAll().where('taskId', '=', taskId).executeTakeFirst();
  }

  /** Standing offers this volunteer may accept, the newest first. */
  async offered(offers: Offers, page: TaskPage): Promise<TaskRow[]> {
    return this.#inOrder(await this.#offers(offers), page).execute();
  }

  async countOffered(offers: Offers): Promise<number> {
    const row = await (
      await this.#offers(offers)
    )
      .clearSelect()
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow();
    return Number(row.n);
  }

  /** Tasks this volunteer has accepted, the newest first. */
  async ofVolunteer(volunteerId: string, statuses: readonly TaskStatus[], page: TaskPage): Promise<TaskRow[]> {
    return this.#inOrder(this.#held(volunteerId, statuses), page).execute();
  }

  async countOfVolunteer(volunteerId: string, statuses: readonly TaskStatus[]): Promise<number> {
    const row = await this.#views
      .selectFrom('taskCounts')
      .select(({ fn }) => fn.sum<number | null>('tasks').as('n'))
      .where('volunteerId', '=', volunteerId)
      .where('status', 'in', statuses)
      .executeTakeFirstOrThrow();
    return Number(row.n ?? 0);
  }

  /** Standing offers whose time to accept is over, the longest over first. */
  async overdueOffers(now: string, limit: number): Promise<{ taskId: string; requestId: string }[]> {
    return this.#views
      .selectFrom('taskBoard')
      .select(['taskId', 'requestId'])
      .where('status', '=', 'OFFERED')
      .where('acceptBy', '<', now)
      .orderBy('acceptBy')
      .limit(limit)
      .execute();
  }

  async #offers({ communityId, volunteerId, skills, now, category }: Offers) {
    const standing = this.#views
      .selectFrom('taskBoard')
      .where('communityId', '=', communityId)
      .where('status', '=', 'OFFERED');
    // Only a few sets of skills are ever asked for, so which of them the volunteer has is decided here.
    const asked = await standing.select('skills').distinct().execute();
    const mastered = asked.map((row) => row.skills).filter((set) => masters(skills, set));
    let query = standing
      .selectAll()
      // As an expression it is no reason to leave the order of the offers for that of their ends.
      .where(({ fn, val }) => fn.coalesce('acceptBy', val('')), '>=', now)
      .where('skills', 'in', mastered.length > 0 ? mastered : [''])
      .where('declinedBy', 'not like', `%"${volunteerId}"%`)
      .where((eb) => eb.or([eb('directedTo', 'is', null), eb('directedTo', '=', volunteerId)]));
    if (category !== undefined) query = query.where('category', '=', category);
    return query;
  }

  #held(volunteerId: string, statuses: readonly TaskStatus[]) {
    return this.#views
      .selectFrom('taskBoard')
      .selectAll()
      .where('volunteerId', '=', volunteerId)
      .where('status', 'in', statuses);
  }

  #inOrder(query: SelectQueryBuilder<TaskViews, 'taskBoard', TaskRow>, page: TaskPage) {
    const { after } = page;
    const beyond = after
      ? query.where((eb) => eb(eb.refTuple('offeredAt', 'taskId'), '<', eb.tuple(after[0], after[1])))
      : query;
    return beyond.orderBy('offeredAt', 'desc').orderBy('taskId', 'desc').limit(page.limit);
  }
}

/** @param asked JSON list of skill codes */
function masters(skills: readonly string[], asked: string): boolean {
  return (JSON.parse(asked) as string[]).every((skill) => skills.includes(skill));
}

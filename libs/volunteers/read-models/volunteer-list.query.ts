// Reading volunteers: page by page in the order they registered. A filter always names one community, and every
// combination of the rest has an index of its own, so a page costs the same however many volunteers there are.
import type { Instant } from '#libs/kernel';
import type { Kysely } from 'kysely';
import type { VolunteerStatus } from '../domain/volunteer.state.ts';
import type { VolunteerCount, VolunteerRow, VolunteerSkillRow } from './volunteer-list.tables.ts';
import { ANY_SKILL } from './volunteer-list.tables.ts';

// A type alias: Kysely wants the tables as an object without further members.
export type VolunteerTables = {
  volunteerList: VolunteerRow;
  volunteerSkill: VolunteerSkillRow;
  volunteerCount: VolunteerCount;
};

export interface VolunteerCriteria {
  readonly communityId: string;
  readonly status?: VolunteerStatus | undefined;
  readonly onDuty?: boolean | undefined;
  readonly skill?: string | undefined;
}

export interface VolunteerPage {
  /** Most rows to return. */
  readonly limit: number;
  /** The volunteer to go on after. */
  readonly after: readonly [registeredAt: string, volunteerId: string] | undefined;
}

export interface Eligibility {
  readonly communityId: string;
  /** All of them are needed; none means everyone on duty. */
  readonly skills: readonly string[];
  /** A suspension that is over then does not count. */
  readonly at: Instant;
}

export class VolunteerQueries {
  readonly #database: Kysely<VolunteerTables>;

  constructor(database: Kysely<VolunteerTables>) {
    this.#database = database;
  }

  async byId(volunteerId: string): Promise<VolunteerRow | undefined> {
    return (await this.byIds([volunteerId]))[0];
  }

  /** In no particular order; unknown ids are left out. */
  byIds(volunteerIds: readonly string[]): Promise<VolunteerRow[]> {
    return this.#database.selectFrom('volunteerList').selectAll().where('volunteerId', 'in', volunteerIds).execute();
  }

  async list(criteria: VolunteerCriteria, page: VolunteerPage): Promise<VolunteerRow[]> {
    return criteria.skill === undefined
      ? this.#listAll(criteria, page)
      : this.#listSkilled(criteria.skill, criteria, page);
  }

  /** How many the criteria match, from the counts kept beside the list. */
  async count({ communityId, status, onDuty, skill = ANY_SKILL }: VolunteerCriteria): Promise<number> {
    let query = this.#database
      .selectFrom('volunteerCount')
      .select((of) => of.fn.coalesce(of.fn.sum<number>('volunteers'), of.lit(0)).as('volunteers'))
      .where('communityId', '=', communityId)
      .where('skill', '=', skill);
    if (status) query = query.where('status', '=', status);
    if (onDuty !== undefined) query = query.where('onDuty', '=', Number(onDuty));
    return Number((await query.executeTakeFirstOrThrow()).volunteers);
  }

  /** Ids of who may take a task, but for their limit of open tasks: whom an offer to everyone is told to. */
  async eligible({ communityId, skills, at }: Eligibility): Promise<string[]> {
    let query = this.#database
      .selectFrom('volunteerList')
      .select('volunteerList.volunteerId')
      .where('communityId', '=', communityId)
      .where('onDuty', '=', 1)
      .where((is) =>
        is.or([
          is('status', '=', 'VERIFIED'),
          is.and([is('status', '=', 'SUSPENDED'), is('suspendedUntil', '<=', at)]),
        ]),
      );
    for (const skill of skills) {
      query = query.where((is) =>
        is.exists(
          is
            .selectFrom('volunteerSkill')
            .select('volunteerSkill.skill')
            .whereRef('volunteerSkill.volunteerId', '=', 'volunteerList.volunteerId')
            .where('volunteerSkill.skill', '=', skill),
        ),
      );
    }
    return (await query.execute()).map(({ volunteerId }) => volunteerId);
  }

  #listAll(
    { communityId, status, onDuty }: VolunteerCriteria,
    { limit, after }: VolunteerPage,
  ): Promise<VolunteerRow[]> {
    let query = this.#database.selectFrom('volunteerList').selectAll().where('communityId', '=', communityId);
    if (status) query = query.where('status', '=', status);
    if (onDuty !== undefined) query = query.where('onDuty', '=', Number(onDuty));
    if (after) query = query.where((is) => is(is.refTuple('registeredAt', 'volunteerId'), '>', is.tuple(...after)));
    return query.orderBy('registeredAt').orderBy('volunteerId').limit(limit).execute();
  }

  async #listSkilled(
    skill: string,
    criteria: VolunteerCriteria,
    { limit, after }: VolunteerPage,
  ): Promise<VolunteerRow[]> {
    const { communityId, status, onDuty } = criteria;
    let query = this.#database
      .selectFrom('volunteerSkill')
      .select('volunteerId')
      .where('communityId', '=', communityId)
      .where('skill', '=', skill);
    if (status) query = query.where('status', '=', status);
    if (onDuty !== undefined) query = query.where('onDuty', '=', Number(onDuty));
    if (after) query = query.where((is) => is(is.refTuple('registeredAt', 'volunteerId'), '>', is.tuple(...after)));
    const page = await query.orderBy('registeredAt').orderBy('volunteerId').limit(limit).execute();
    const rows = page.length === 0 ? [] : await this.byIds(page.map(({ volunteerId }) => volunteerId));
    const byId = new Map(rows.map((row) => [row.volunteerId, row]));
    return page.flatMap(({ volunteerId }) => byId.get(volunteerId) ?? []);
  }
}

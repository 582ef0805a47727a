// Whose data can be erased, and what stands in the way: each scope's own streams tell, put together here so that no scope
// has to know of erasures.
import type { Kysely } from 'kysely';
import type { AreaTree } from '#libs/communities';
import type { Subject, SubjectFacts, Subjects } from '#libs/erasures';
import { erasureAggregate, isUnderWay } from '#libs/erasures';
import type { AccountDesk, AccountRow } from '#libs/identity';
import { accountAggregate } from '#libs/identity';
import type { CommandContext } from '#libs/kernel';
import { assertNever } from '#libs/kernel';
import { requestAggregate } from '#libs/requests';
import { volunteerAggregate } from '#libs/volunteers';
import type { Foundation } from './foundation.ts';

type Found = Omit<SubjectFacts, 'subject'> | undefined;
export interface Scopes {
  readonly areas: AreaTree;
  readonly accountDesk: AccountDesk;
}

const CATEGORIES = {
  REQUEST: requestAggregate.category,
  VOLUNTEER: volunteerAggregate.category,
  ACCOUNT: accountAggregate.category,
} as const satisfies Record<Subject['kind'], string>;

/** Data of these are no longer worked with, since what closed them. */
const CLOSED = new Set(['RESOLVED', 'DECLINED', 'WITHDRAWN']);
const CLOSING = new Set(['ResolutionConfirmed', 'RequestDeclined', 'RequestWithdrawn']);

export class HouseSubjects implements Subjects {
  readonly #foundation: Pick<Foundation, 'executor' | 'readModels'>;
  readonly #scopes: Scopes;

  constructor(foundation: Pick<Foundation, 'executor' | 'readModels'>, scopes: Scopes) {
    this.#foundation = foundation;
    this.#scopes = scopes;
  }

  async find(subject: Subject): Promise<SubjectFacts | undefined> {
    const found = await this.#find(subject);
    return found && { subject, ...found };
  }

  streamOf({ kind, id }: Subject): string {
    return `${CATEGORIES[kind]}-${id}`;
  }

  /** Open sockets and sessions of an account end with it. */
  async close({ kind, id }: Subject, context: CommandContext): Promise<void> {
    if (kind !== 'ACCOUNT') return;
    await this.#scopes.accountDesk.change(id, { type: 'DisableAccount' }, context);
  }

  #find({ kind, id }: Subject): Promise<Found> {
    switch (kind) {
      case 'REQUEST':
        return this.#request(id);
      case 'VOLUNTEER':
        return this.#volunteer(id);
      case 'ACCOUNT':
        return this.#account(id);
      default:
        return assertNever(kind);
    }
  }

  async #request(id: string): Promise<Found> {
    const { state, events } = await this.#foundation.executor.load(requestAggregate, id);
    if (state.status === 'NONE') return undefined;
    const { personId, communityId, status, offers: tasks } = state;
    const facts = { personId, communityId, tasks };
    if (!CLOSED.has(status)) return { ...facts, closedAt: null, hold: 'REQUEST_OPEN' };
    return { ...facts, closedAt: events.findLast(({ type }) => CLOSING.has(type))?.data.at ?? null, hold: null };
  }

  async #volunteer(id: string): Promise<Found> {
    const { state } = await this.#foundation.executor.load(volunteerAggregate, id);
    if (state.status === 'NONE') return undefined;
    const held = await Promise.all(state.slots.map(({ taskId }) => this.#holds(id, taskId)));
    const hold = held.includes(true) ? 'TASK_OPEN' : null;
    return { personId: id, communityId: state.communityId, closedAt: null, tasks: 0, hold };
  }

  /** A slot that a crash left behind is no task. */
  async #holds(volunteerId: string, taskId: string): Promise<boolean> {
    const requestId = taskId.slice(0, taskId.indexOf('.'));
    const { state } = await this.#foundation.executor.load(requestAggregate, requestId);
    return 'task' in state && state.task.taskId === taskId && state.task.volunteerId === volunteerId;
  }

  async #account(id: string): Promise<Found> {
    const { state } = await this.#foundation.executor.load(accountAggregate, id);
    if (state.status === 'NONE') return undefined;
    const administered = administeredIn(state.grants);
    const alone = state.status === 'ACTIVE' && administered.length > 0 && (await this.#isAlone(id, administered));
    const hold = alone ? 'LAST_ADMINISTRATOR' : null;
    return { personId: id, communityId: state.areaId, closedAt: null, tasks: 0, hold };
  }

  /** Whether nobody else administers one of these areas. The list only says whom to ask: their streams answer. */
  async #isAlone(accountId: string, areaIds: readonly string[]): Promise<boolean> {
    const views = this.#foundation.readModels.query as Kysely<{ accountList: AccountRow }>;
    const others = await views
      .selectFrom('accountList')
      .select('accountId')
      .where('accountId', '!=', accountId)
      .where('grants', 'like', '%"ADMINISTRATOR"%')
      .execute();
    const covered = (await Promise.all(others.map((other) => this.#administeredBy(other.accountId)))).flat();
    return areaIds.some((areaId) => !covered.some((other) => this.#scopes.areas.isWithin(areaId, other)));
  }

  /** Whose erasure has begun administers nothing any more, though the account is disabled a moment later. */
  async #administeredBy(accountId: string): Promise<readonly string[]> {
    const { executor } = this.#foundation;
    const { state } = await executor.load(accountAggregate, accountId);
    if (state.status !== 'ACTIVE') return [];
    const { state: erasure } = await executor.load(erasureAggregate, accountId);
    return isUnderWay(erasure) ? [] : administeredIn(state.grants);
  }
}

function administeredIn(grants: readonly { readonly role: string; readonly areaId: string }[]): readonly string[] {
  return grants.filter(({ role }) => role === 'ADMINISTRATOR').map(({ areaId }) => areaId);
}

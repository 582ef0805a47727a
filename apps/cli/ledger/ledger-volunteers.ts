// The volunteers a ledger names. On paper they are names only; here they become volunteers of the community, registered
// when the ledger first speaks of anything, and who stands in the way of a row is said before anything is imported.
import type { Services } from '#apps/foundation';
import type { Catalogue } from '#libs/communities';
import type { Instant } from '#libs/kernel';
import { Failure } from '#libs/kernel';
import { inLanes } from './lanes.ts';
import { COLUMNS } from './ledger-columns.ts';
import type { LedgerIssue } from './ledger-issue.ts';
import type { LedgerNames } from './ledger-names.ts';
import { taskIdOf } from './ledger-plan.ts';
import type { LedgerRow } from './ledger-row.ts';

const everyone = () => true;
type KnownVolunteer = Awaited<ReturnType<Services['volunteerDesk']['read']>>;
type Obstacle = Omit<LedgerIssue, 'row'>;
type Task = LedgerRow & { readonly volunteer: string; readonly acceptedAt: Instant };

export class LedgerVolunteers {
  readonly #requestDesk: Services['requestDesk'];
  readonly #desk: Services['volunteerDesk'];
  readonly #catalogue: Catalogue;
  readonly #names: LedgerNames;

  constructor({ requestDesk, volunteerDesk }: Services, catalogue: Catalogue, names: LedgerNames) {
    this.#requestDesk = requestDesk;
    this.#desk = volunteerDesk;
    this.#catalogue = catalogue;
    this.#names = names;
  }

  /** Tasks among the rows that their volunteers could not take, and how many volunteers are not known yet. */
  async check(rows: readonly LedgerRow[]): Promise<{ issues: LedgerIssue[]; unknown: number }> {
    const issues: LedgerIssue[] = [];
    let unknown = 0;
    for (const [name, tasks] of tasksByVolunteer(rows)) {
      const volunteer = await this.#read(name);
      if (!volunteer) unknown += 1;
      const beside = volunteer ? await this.#heldBeside(tasks, volunteer) : 0;
      for (const task of tasks) {
        const obstacle = standingInTheWay(task, volunteer) ?? this.#overLimit(task, tasks, beside);
        if (obstacle !== undefined) issues.push({ row: task.row, ...obstacle });
      }
    }
    return { issues, unknown };
  }

  /** Registers those that are not known yet, verified and on duty, with the skills their tasks here call for. */
  async register(rows: readonly LedgerRow[], signal?: AbortSignal): Promise<void> {
    const [since] = rows.map(({ reportedAt }) => reportedAt).sort();
    if (since === undefined) return;
    const people = [...tasksByVolunteer(rows)].map((person) => [person] as const);
    await inLanes(people, ([name, tasks]) => this.#registerOne(name, tasks, since), signal);
  }

  async #registerOne(name: string, tasks: readonly Task[], since: Instant): Promise<void> {
    const skills = [...new Set(tasks.flatMap(({ category }) => this.#catalogue.entry(category)?.skills ?? []))];
    const { communityId } = this.#catalogue;
    const person = { name, phone: null, skills, registeredBy: 'OFFICE' as const, communityId };
    const context = (step: 'register' | 'duty' | 'verify') => this.#names.volunteerContext(name, step, since);
    await this.#desk.register(person, context('register'));
    const id = this.#names.volunteerIdOf(name);
    // Verified last: whoever is verified has been through all of this, and is off duty only by their own wish.
    await this.#desk.order(id, { type: 'SetDuty', onDuty: true }, everyone, context('duty'));
    await this.#desk.order(id, { type: 'VerifyVolunteer' }, everyone, context('verify'));
  }

  /** How many open tasks the volunteer holds that are not among these. */
  async #heldBeside(tasks: readonly Task[], { volunteerId, slots }: KnownVolunteer): Promise<number> {
    const these = new Set(tasks.map((task) => taskIdOf(this.#names.requestIdOf(task))));
    const others = slots.filter(({ taskId }) => !these.has(taskId));
    // A slot whose accept or end was cut off by a crash is no open task; only the request's own stream tells.
    const held = await Promise.all(others.map(({ taskId }) => this.#isHeld(taskId, volunteerId)));
    return held.filter((is) => is).length;
  }

  async #isHeld(taskId: string, volunteerId: string): Promise<boolean> {
    const { state } = await this.#requestDesk.load(taskId.slice(0, taskId.lastIndexOf('.')));
    const open = state.status === 'ACCEPTED' || state.status === 'IN_PROGRESS';
    return open && state.task.taskId === taskId && state.task.volunteerId === volunteerId;
  }

  #overLimit(task: Task, tasks: readonly Task[], heldBeside: number): Obstacle | undefined {
    const limit = this.#catalogue.policy.openTaskLimit;
    const before = isOpen(task) ? tasks.filter(isOpen).indexOf(task) : 0;
    if (heldBeside + before < limit) return undefined;
    const reason = `This volunteer would hold more open tasks than the ${String(limit)} one may.`;
    return { column: COLUMNS.volunteer, reason };
  }

  async #read(name: string): Promise<KnownVolunteer | undefined> {
    try {
      return await this.#desk.read(this.#names.volunteerIdOf(name), everyone);
    } catch (error) {
      if (error instanceof Failure && error.kind === 'not-found') return undefined;
      throw error;
    }
  }
}

function standingInTheWay({ acceptedAt }: Task, volunteer: KnownVolunteer | undefined): Obstacle | undefined {
  if (!volunteer) return undefined;
  if (acceptedAt < volunteer.registeredAt) {
    const reason = 'Lies before the volunteer was registered: import older ledgers first.';
    return { column: COLUMNS.acceptedAt, reason };
  }
  const column = COLUMNS.volunteer;
  if (volunteer.status === 'SUSPENDED') return { column, reason: 'This volunteer is suspended.' };
  if (volunteer.status === 'VERIFIED' && !volunteer.onDuty) return { column, reason: 'This volunteer is off duty.' };
  return undefined;
}

/**
 * Rows to be worked on side by side: one volunteer's rows are in one group, for on paper their tasks followed each
 * other. Those that are still open come last, or they would stand in the way of the ones that are finished.
 */
export function sideBySide(rows: readonly LedgerRow[]): LedgerRow[][] {
  const groups = Map.groupBy(rows, ({ volunteer, number }) =>
    volunteer === null ? `row ${number}` : `of ${volunteer}`,
  );
  return [...groups.values()].map((group) => [...group.filter((row) => !isOpen(row)), ...group.filter(isOpen)]);
}

function isOpen({ status }: LedgerRow): boolean {
  return status === 'ACCEPTED' || status === 'IN_PROGRESS';
}

function tasksByVolunteer(rows: readonly LedgerRow[]): Map<string, Task[]> {
  const isTask = (row: LedgerRow): row is Task => row.volunteer !== null && row.acceptedAt !== null;
  return Map.groupBy(rows.filter(isTask), ({ volunteer }) => volunteer);
}

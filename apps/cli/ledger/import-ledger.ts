// Brings a checked ledger into the log: compares it with what is there, then gives every row's commands.
import type { Foundation, Services } from '#apps/foundation';
import type { Catalogue } from '#libs/communities';
import { Failure, Unavailable } from '#libs/kernel';
import { inLanes } from './lanes.ts';
import { COLUMNS } from './ledger-columns.ts';
import type { LedgerIssue } from './ledger-issue.ts';
import { inRowOrder } from './ledger-issue.ts';
import { LedgerNames } from './ledger-names.ts';
import type { RowPlan } from './ledger-plan.ts';
import { planRow } from './ledger-plan.ts';
import type { LedgerRow } from './ledger-row.ts';
import { LedgerVolunteers, sideBySide } from './ledger-volunteers.ts';

const everyone = () => true;

export interface Comparison {
  /** Rows to import: not in the log at all, or only in part, because an import was interrupted. */
  readonly fresh: readonly LedgerRow[];
  /** Rows that are in the log, unchanged and whole. */
  readonly known: readonly LedgerRow[];
  /** What keeps rows from being imported that are good in themselves. */
  readonly issues: readonly LedgerIssue[];
  readonly newVolunteers: number;
}

export interface ImportResult {
  readonly imported: number;
  readonly events: number;
  /** What a row was refused for by rules that only its commands meet; rare, since `compare` looks for them first. */
  readonly issues: readonly LedgerIssue[];
}

export class LedgerImport {
  readonly #requestDesk: Services['requestDesk'];
  readonly #catalogue: Catalogue;
  readonly #names: LedgerNames;
  readonly #volunteers: LedgerVolunteers;

  constructor(foundation: Foundation, services: Services, catalogue: Catalogue) {
    this.#requestDesk = services.requestDesk;
    this.#catalogue = catalogue;
    this.#names = new LedgerNames(foundation, catalogue.communityId);
    this.#volunteers = new LedgerVolunteers(services, catalogue, this.#names);
  }

  /** Compares the rows with what is in the log; appends nothing. Rejects with the signal's reason when it aborts. */
  async compare(rows: readonly LedgerRow[], signal?: AbortSignal): Promise<Comparison> {
    const [fresh, known]: [LedgerRow[], LedgerRow[]] = [[], []];
    const issues: LedgerIssue[] = [];
    for (const row of rows) {
      signal?.throwIfAborted();
      const found = await this.#find(row);
      if (found === 'changed') {
        const reason = 'This number was imported before with other content. A number may be used once, in all years.';
        issues.push({ row: row.row, column: COLUMNS.number, reason });
      } else if (found === 'whole') known.push(row);
      else fresh.push(row);
    }
    const volunteers = await this.#volunteers.check(fresh);
    const hindered = new Set(volunteers.issues.map(({ row }) => row));
    return {
      fresh: fresh.filter(({ row }) => !hindered.has(row)),
      known,
      issues: inRowOrder([...issues, ...volunteers.issues]),
      newVolunteers: volunteers.unknown,
    };
  }

  /**
   * Gives every row's commands, and calls back after each row: what it appended is durable then. What a row is refused
   * for is reported and does not hold up the others. Once the signal is aborted the rows under way are finished and no
   * other is begun.
   *
   * @throws Unavailable when the store cannot write; what was imported so far stays, and the import can be repeated
   */
  async run(
    rows: readonly LedgerRow[],
    { signal, onRow }: { readonly signal?: AbortSignal | undefined; readonly onRow?: (row: LedgerRow) => void } = {},
  ): Promise<ImportResult> {
    await this.#volunteers.register(rows, signal);
    const issues: LedgerIssue[] = [];
    let [imported, events] = [0, 0];
    const importOne = async (row: LedgerRow) => {
      try {
        const appended = await this.#live(planRow(row, this.#planContext()));
        events += appended;
        imported += 1;
      } catch (error) {
        if (error instanceof Unavailable || !(error instanceof Failure)) throw error;
        issues.push({ row: row.row, column: '', reason: `Refused: ${error.message}` });
      }
      onRow?.(row);
    };
    await inLanes(sideBySide(rows), importOne, signal);
    return { imported, events, issues: inRowOrder(issues) };
  }

  async #find(row: LedgerRow): Promise<'absent' | 'changed' | 'begun' | 'whole'> {
    const { events } = await this.#requestDesk.load(this.#names.requestIdOf(row));
    const [first] = events;
    if (!first) return 'absent';
    if (first.metadata.commandHash !== this.#names.contextOf(row, 'raise', row.reportedAt).commandHash)
      return 'changed';
    const given = new Set(events.map(({ metadata }) => metadata.commandId));
    const { steps } = planRow(row, this.#planContext());
    return steps.every(({ name, at }) => given.has(this.#names.contextOf(row, name, at).commandId)) ? 'whole' : 'begun';
  }

  /** Answers how many events were appended. */
  async #live({ row, details, steps }: RowPlan): Promise<number> {
    let { appended } = await this.#requestDesk.raise(details, this.#names.contextOf(row, 'raise', row.reportedAt));
    const requestId = this.#names.requestIdOf(row);
    for (const { name, at, order } of steps) {
      const context = this.#names.contextOf(row, name, at);
      appended += (await this.#requestDesk.order(requestId, order, everyone, context)).appended;
    }
    return appended;
  }

  #planContext() {
    return {
      communityId: this.#catalogue.communityId,
      acceptWindow: this.#catalogue.policy.acceptWindowOpen,
      requestIdOf: (row: LedgerRow) => this.#names.requestIdOf(row),
      volunteerIdOf: (name: string) => this.#names.volunteerIdOf(name),
    };
  }
}

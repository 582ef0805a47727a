// Brings a checked ledger into the log. Command ids follow from community, row number and step, so an import that was
// interrupted goes on where it stopped, and one that is repeated appends nothing.
import type { Foundation, Services } from '#apps/api';
import { deterministicId } from '#libs/event-store';
import type { CommandContext, Instant } from '#libs/kernel';
import { Failure, Unavailable } from '#libs/kernel';
import type { Catalogue } from '#libs/communities';
import { newVolunteerId } from '#libs/volunteers';
import { COLUMNS } from './ledger-columns.ts';
import type { RowPlan } from './ledger-plan.ts';
import { planRow } from './ledger-plan.ts';
import type { LedgerIssue, LedgerRow } from './ledger-row.ts';

/** Rows under way at once, so that their appends share the disk's flushes. */
const LANES = 16;

const OPERATOR = { accountId: 'system', role: 'SYSTEM' } as const;
const everyone = () => true;

export interface ImportResult {
  readonly imported: number;
  /** Rows that had been imported before, unchanged. */
  readonly known: number;
  readonly events: number;
  readonly issues: readonly LedgerIssue[];
}

export interface Precheck {
  readonly fresh: readonly LedgerRow[];
  readonly known: readonly LedgerRow[];
  /** Rows whose number was imported before with other content. */
  readonly issues: readonly LedgerIssue[];
  readonly newVolunteers: number;
}

export class LedgerImport {
  readonly #foundation: Foundation;
  readonly #services: Services;
  readonly #catalogue: Catalogue;
  readonly #recordedAt: Instant;

  constructor(foundation: Foundation, services: Services, catalogue: Catalogue) {
    this.#foundation = foundation;
    this.#services = services;
    this.#catalogue = catalogue;
    this.#recordedAt = foundation.clock.now();
  }

  /** Compares the rows with what is in the log; appends nothing. */
  async precheck(rows: readonly LedgerRow[]): Promise<Precheck> {
    const fresh: LedgerRow[] = [];
    const known: LedgerRow[] = [];
    const issues: LedgerIssue[] = [];
    for (const row of rows) {
      const { events } = await this.#services.requestDesk.load(this.#requestIdOf(row));
      const [first] = events;
      if (!first) fresh.push(row);
      else if (first.metadata.commandHash === this.#contextOf(row, 'raise', row.reportedAt).commandHash)
        known.push(row);
      else issues.push({ line: row.line, column: COLUMNS.number, reason: 'Was imported before with other content.' });
    }
    const names = [...new Set(rows.flatMap(({ volunteer }) => volunteer ?? []))];
    const registered = await Promise.all(names.map((name) => this.#isRegistered(name)));
    return { fresh, known, issues, newVolunteers: registered.filter((is) => !is).length };
  }

  /**
   * Gives every row's commands. What a row is refused for is reported and does not hold up the others.
   *
   * @throws Unavailable when the store cannot write; what was imported so far stays, and the import can be repeated
   */
  async run(rows: readonly LedgerRow[], onRow: () => void = () => undefined): Promise<ImportResult> {
    await this.#registerVolunteers(rows);
    const issues: LedgerIssue[] = [];
    let [imported, known, events] = [0, 0, 0];
    await inLanes(rows, async (row) => {
      try {
        const appended = await this.#live(planRow(row, this.#planContext()));
        events += appended;
        if (appended > 0) imported += 1;
        else known += 1;
      } catch (error) {
        if (error instanceof Unavailable || !(error instanceof Failure)) throw error;
        issues.push({ line: row.line, column: '', reason: `Refused: ${error.message}` });
      }
      onRow();
    });
    return { imported, known, events, issues: issues.sort((a, b) => a.line - b.line) };
  }

  async #live({ row, details, steps }: RowPlan): Promise<number> {
    const { requestDesk } = this.#services;
    const raised = await requestDesk.raise(details, this.#contextOf(row, 'raise', row.reportedAt));
    let { appended } = raised;
    for (const { name, at, order } of steps) {
      const outcome = await requestDesk.order(this.#requestIdOf(row), order, everyone, this.#contextOf(row, name, at));
      appended += outcome.appended;
    }
    return appended;
  }

  /** Those the ledger names, as of its first row, with the skills their tasks there called for. */
  async #registerVolunteers(rows: readonly LedgerRow[]): Promise<void> {
    const [earliest] = rows.map(({ reportedAt }) => reportedAt).sort();
    if (!earliest) return;
    const byName = Map.groupBy(
      rows.filter(({ volunteer }) => volunteer !== null),
      ({ volunteer }) => volunteer ?? '',
    );
    const { volunteerDesk } = this.#services;
    for (const [name, tasks] of byName) {
      const skills = [...new Set(tasks.flatMap(({ category }) => this.#catalogue.entry(category)?.skills ?? []))];
      const person = {
        name,
        phone: null,
        skills,
        registeredBy: 'OFFICE' as const,
        communityId: this.#catalogue.communityId,
      };
      const context = this.#volunteerContext(name, 'register', earliest);
      await volunteerDesk.register(person, context);
      const id = newVolunteerId(context.commandId);
      await volunteerDesk.order(
        id,
        { type: 'VerifyVolunteer' },
        everyone,
        this.#volunteerContext(name, 'verify', earliest),
      );
      const onDuty = this.#volunteerContext(name, 'duty', earliest);
      await volunteerDesk.order(id, { type: 'SetDuty', onDuty: true }, everyone, onDuty);
    }
  }

  async #isRegistered(name: string): Promise<boolean> {
    try {
      await this.#services.volunteerDesk.read(this.#volunteerIdOf(name), everyone);
      return true;
    } catch (error) {
      if (error instanceof Failure && error.kind === 'not-found') return false;
      throw error;
    }
  }

  #planContext() {
    return {
      communityId: this.#catalogue.communityId,
      acceptWindow: this.#catalogue.policy.acceptWindowOpen,
      contextOf: this.#contextOf.bind(this),
      requestIdOf: this.#requestIdOf.bind(this),
      volunteerIdOf: this.#volunteerIdOf.bind(this),
    };
  }

  #requestIdOf({ number }: LedgerRow): string {
    return deterministicId(this.#commandId(number, 'raise'), 'request');
  }

  #volunteerIdOf(name: string): string {
    return newVolunteerId(this.#volunteerContext(name, 'register', this.#recordedAt).commandId);
  }

  #contextOf(row: LedgerRow, step: string, at: Instant): CommandContext {
    const { line: _, ...content } = row;
    return this.#context(this.#commandId(row.number, step), { step, content }, at);
  }

  /** Names are personal data, so ids are made from their keyed hash. */
  #volunteerContext(name: string, step: string, at: Instant): CommandContext {
    const person = this.#foundation.vault.fingerprint({ name });
    return this.#context(this.#commandId(person, `volunteer ${step}`), { step, person }, at);
  }

  #context(
    commandId: string,
    payload: Parameters<Foundation['vault']['fingerprint']>[0],
    occurredAt: Instant,
  ): CommandContext {
    const commandHash = this.#foundation.vault.fingerprint(payload);
    return { commandId, commandHash, actor: OPERATOR, occurredAt, recordedAt: this.#recordedAt };
  }

  #commandId(subject: string, step: string): string {
    return deterministicId('ledger', this.#catalogue.communityId, subject, step);
  }
}

/**
 * Works on several rows at once, but on one of a volunteer's at a time: on paper their tasks followed each other, and
 * together they might exceed the limit of open tasks.
 */
async function inLanes(rows: readonly LedgerRow[], work: (row: LedgerRow) => Promise<void>): Promise<void> {
  const lanes = Map.groupBy(rows, ({ volunteer, number }) => volunteer ?? `row ${number}`).values();
  let stopped = false;
  const worker = async (): Promise<void> => {
    for (const lane of lanes) {
      for (const row of lane) {
        if (stopped) return;
        await work(row);
      }
    }
  };
  await Promise.all(
    Array.from({ length: LANES }, () =>
      worker().catch((error: unknown) => {
        stopped = true;
        throw error;
      }),
    ),
  );
}

// Checks one row of the ledger and says everything that is wrong with it. Reasons never repeat what a cell holds: it
// may be somebody's phone in the wrong column.
import type { Catalogue } from '#libs/communities';
import type { Instant } from '#libs/kernel';
import { cleanText, Failure } from '#libs/kernel';
import type { Channel, RequestStatus, Satisfaction } from '#libs/requests';
import type { ColumnName, LedgerCells } from './ledger-columns.ts';
import { CHANNEL_WORDS, codeOf, COLUMNS, SATISFACTION_WORDS, STATUS_WORDS } from './ledger-columns.ts';
import { readLedgerDay, readLedgerTime } from './ledger-time.ts';

export interface LedgerRow {
  /** Line of the file the row begins on; the headings are line 1. */
  readonly line: number;
  readonly number: string;
  readonly reportedAt: Instant;
  readonly channel: Channel;
  readonly reporter: { readonly name: string | null; readonly phone: string | null; readonly address: string | null };
  readonly building: string | null;
  readonly matter: string;
  readonly category: string;
  readonly dispatchedAt: Instant | null;
  readonly volunteer: string | null;
  readonly acceptedAt: Instant | null;
  readonly resolvedAt: Instant | null;
  readonly result: string | null;
  readonly status: RequestStatus;
  readonly reviewOn: string | null;
  readonly satisfaction: Satisfaction | null;
}

export interface LedgerIssue {
  readonly line: number;
  /** Heading of the column, empty when the whole row is meant. */
  readonly column: string;
  readonly reason: string;
}

/** Which cells a state cannot do without. */
const NEEDED: Readonly<Record<RequestStatus, readonly ColumnName[]>> = {
  RAISED: [],
  OFFERED: ['dispatchedAt'],
  ACCEPTED: ['dispatchedAt', 'volunteer', 'acceptedAt'],
  IN_PROGRESS: ['dispatchedAt', 'volunteer', 'acceptedAt'],
  DONE: ['dispatchedAt', 'volunteer', 'acceptedAt', 'resolvedAt', 'result'],
  RESOLVED: ['dispatchedAt', 'volunteer', 'acceptedAt', 'resolvedAt', 'result'],
  FOLLOW_UP: ['result', 'reviewOn'],
  DECLINED: ['result'],
  WITHDRAWN: [],
};

const LIMITS: Partial<Record<ColumnName, number>> = {
  number: 64,
  reporterName: 64,
  reporterPhone: 32,
  reporterAddress: 200,
  matter: 2_000,
  volunteer: 64,
  result: 2_000,
};

export interface RowSurroundings {
  readonly catalogue: Catalogue;
  readonly now: Instant;
}

/** A row ready to be imported, or what is wrong with it. */
export function readLedgerRow(
  line: number,
  cells: LedgerCells,
  { catalogue, now }: RowSurroundings,
): { row: LedgerRow } | { issues: LedgerIssue[] } {
  const issues: LedgerIssue[] = [];
  const issue = (column: ColumnName, reason: string) => void issues.push({ line, column: COLUMNS[column], reason });
  const text = (column: ColumnName): string | null => {
    if (cells[column].trim() === '') return null;
    try {
      return cleanText(cells[column], { field: column, max: LIMITS[column] ?? 64, lines: true });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const limit = LIMITS[column];
      issue(column, limit === undefined ? error.message : `${error.message} At most ${String(limit)} characters.`);
      return null;
    }
  };
  const time = (column: ColumnName): Instant | null => {
    if (cells[column].trim() === '') return null;
    const instant = readLedgerTime(cells[column].trim(), catalogue.policy.timeZone);
    if (!instant) issue(column, 'Not a time that exists; write it as 2024-07-08 13:16.');
    else if (instant > now) issue(column, 'Lies in the future.');
    return instant ?? null;
  };
  const word = <Code extends string>(column: ColumnName, words: Readonly<Record<Code, string>>): Code | undefined => {
    const code = codeOf(words, cells[column].trim());
    if (!code) issue(column, `Unknown; it must be one of ${Object.values(words).join(' ')}.`);
    return code;
  };

  const number = text('number');
  const reportedAt = time('reportedAt');
  const matter = text('matter');
  for (const column of ['number', 'reportedAt', 'matter'] as const)
    if (cells[column].trim() === '') issue(column, 'Is empty.');
  const channel = word('channel', CHANNEL_WORDS);
  const category = catalogue.entries.find(({ name }) => name === cells.category.trim())?.category;
  if (!category) issue('category', 'The catalogue has no such category.');
  const status = word('status', STATUS_WORDS);
  const satisfaction = cells.callBack.trim() === '' ? null : (word('callBack', SATISFACTION_WORDS) ?? null);
  const reviewOn = cells.reviewOn.trim() === '' ? null : (readLedgerDay(cells.reviewOn.trim()) ?? null);
  if (cells.reviewOn.trim() !== '' && reviewOn === null)
    issue('reviewOn', 'Not a day that exists; write it as 2024-12-15.');

  const times = { dispatchedAt: time('dispatchedAt'), acceptedAt: time('acceptedAt'), resolvedAt: time('resolvedAt') };
  const texts = { volunteer: text('volunteer'), result: text('result') };
  const address = text('reporterAddress');
  const reporter = { name: text('reporterName'), phone: text('reporterPhone'), address };

  for (const column of status ? NEEDED[status] : []) {
    if (cells[column].trim() === '') issue(column, `Is empty, but the state ${cells.status.trim()} needs it.`);
  }
  if (satisfaction && status !== 'RESOLVED')
    issue('callBack', 'Only a request that is 办结 can have been called back.');
  if (times.acceptedAt && !texts.volunteer) issue('volunteer', 'Is empty, but the row has a time of acceptance.');
  if (texts.volunteer && cells.acceptedAt.trim() === '')
    issue('acceptedAt', 'Is empty, but the row names a volunteer.');
  inOrder(line, cells, { reportedAt, ...times }, issues);

  if (issues.length > 0 || !number || !reportedAt || !matter || !channel || !category || !status) return { issues };
  const building = /(\d{1,4}(?:门|号楼|栋|楼))/.exec(address ?? '')?.[1] ?? null;
  return {
    row: {
      ...times,
      ...texts,
      line,
      number,
      reportedAt,
      channel,
      reporter,
      building,
      matter,
      category,
      status,
      reviewOn,
      satisfaction,
    },
  };
}

function inOrder(
  line: number,
  cells: LedgerCells,
  times: Readonly<Record<'reportedAt' | 'dispatchedAt' | 'acceptedAt' | 'resolvedAt', Instant | null>>,
  issues: LedgerIssue[],
): void {
  let earlier: ColumnName | undefined;
  for (const column of ['reportedAt', 'dispatchedAt', 'acceptedAt', 'resolvedAt'] as const) {
    const at = times[column];
    if (!at) continue;
    const before = earlier === undefined ? null : times[earlier as keyof typeof times];
    if (before && earlier && at < before) {
      issues.push({ line, column: COLUMNS[column], reason: `Lies before ${COLUMNS[earlier]}.` });
    }
    if (column === 'acceptedAt' && cells.dispatchedAt.trim() === '') {
      issues.push({
        line,
        column: COLUMNS[column],
        reason: `The row was accepted but has no ${COLUMNS.dispatchedAt}.`,
      });
    }
    earlier = column;
  }
}

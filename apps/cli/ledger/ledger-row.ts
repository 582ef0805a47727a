// Checks one row of the ledger and says everything that is wrong with it.
import type { Catalogue } from '#libs/communities';
import type { Instant } from '#libs/kernel';
import type { Channel, RequestStatus, Satisfaction } from '#libs/requests';
import { isLedgerNumber } from '#libs/requests';
import { VOLUNTEER_LIMITS } from '#libs/volunteers';
import type { TextLimit } from './cell-reader.ts';
import { CellReader } from './cell-reader.ts';
import type { LedgerCells } from './ledger-columns.ts';
import { CHANNEL_WORDS, SATISFACTION_WORDS, STATUS_WORDS } from './ledger-columns.ts';
import type { LedgerIssue } from './ledger-issue.ts';
import { checkAcceptance, checkOrder, checkState } from './row-rules.ts';

export interface LedgerRow {
  /** As a spreadsheet numbers it. */
  readonly row: number;
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

export interface RowSurroundings {
  readonly catalogue: Catalogue;
  readonly now: Instant;
}

/** As for requests that come in through the API. */
const NUMBER: TextLimit = { max: 32 };
const NAME: TextLimit = { max: 64 };
const PHONE: TextLimit = { max: 32 };
const ADDRESS: TextLimit = { max: 200 };
const TEXT: TextLimit = { max: 2_000, lines: true };

const NUMBERED_HOUSE = /(\d{1,4}(?:门|号楼|栋|楼))/;

/** A row ready to be imported, or what is wrong with it. */
export function readLedgerRow(
  row: number,
  cells: LedgerCells,
  surroundings: RowSurroundings,
  rowOfNumber: Map<string, number> = new Map(),
): { row: LedgerRow } | { issues: LedgerIssue[] } {
  const reader = new CellReader(row, cells);
  const number = readNumber(reader, row, rowOfNumber);
  const report = readReport(reader, cells, surroundings);
  const handling = readHandling(reader, surroundings);
  const { reportedAt, channel, category, matter } = report;
  const { status, reviewOn, dispatchedAt, acceptedAt, resolvedAt } = handling;
  checkAcceptance(reader);
  if (status) checkState(reader, status);
  const { timeZone } = surroundings.catalogue.policy;
  checkOrder(reader, { reportedAt, dispatchedAt, acceptedAt, resolvedAt }, reviewOn, timeZone);
  const { issues } = reader;
  if (issues.length > 0 || !number || !reportedAt || !channel || !category || !matter || !status) return { issues };
  return { row: { row, number, ...report, reportedAt, channel, category, matter, ...handling, status } };
}

/** The text compared is the text kept, so two spellings of one number are one number. */
function readNumber(cells: CellReader, row: number, rowOfNumber: Map<string, number>): string | null {
  if (cells.isEmpty('number')) cells.report('number', 'Is empty.');
  const number = cells.text('number', NUMBER);
  if (number === null) return null;
  if (!isLedgerNumber(number))
    cells.report('number', 'May have digits, a few letters and marks only, such as 2024/118号.');
  const earlier = rowOfNumber.get(number);
  if (earlier !== undefined) cells.report('number', 'Another row has the same number.', earlier);
  else rowOfNumber.set(number, row);
  return number;
}

function readReport(reader: CellReader, cells: LedgerCells, { catalogue, now }: RowSurroundings) {
  for (const column of ['reportedAt', 'matter'] as const)
    if (reader.isEmpty(column)) reader.report(column, 'Is empty.');
  const category = catalogue.entries.find(({ name }) => name === cells.category.trim())?.category;
  if (!category) {
    reader.report('category', `Must be one of: ${catalogue.entries.map(({ name }) => name).join(' ')}.`);
  }
  const address = reader.text('reporterAddress', ADDRESS);
  return {
    reportedAt: reader.time('reportedAt', catalogue.policy.timeZone, now),
    channel: reader.word('channel', CHANNEL_WORDS),
    category,
    building: NUMBERED_HOUSE.exec(address ?? '')?.[1] ?? null,
    reporter: { name: reader.text('reporterName', NAME), phone: reader.text('reporterPhone', PHONE), address },
    matter: reader.text('matter', TEXT),
  };
}

function readHandling(reader: CellReader, { catalogue, now }: RowSurroundings) {
  const { timeZone } = catalogue.policy;
  return {
    dispatchedAt: reader.time('dispatchedAt', timeZone, now),
    volunteer: reader.text('volunteer', { max: VOLUNTEER_LIMITS.name }),
    acceptedAt: reader.time('acceptedAt', timeZone, now),
    resolvedAt: reader.time('resolvedAt', timeZone, now),
    result: reader.text('result', TEXT),
    status: reader.word('status', STATUS_WORDS),
    reviewOn: reader.day('reviewOn'),
    satisfaction: reader.isEmpty('callBack') ? null : (reader.word('callBack', SATISFACTION_WORDS) ?? null),
  };
}

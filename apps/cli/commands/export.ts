// `export`: the reception ledger or the disposition list as CSV for a spreadsheet. Holds personal data in clear, so
// the file is for its owner's eyes and never overwrites another.
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { Kysely } from 'kysely';
import { InvalidInput } from '#libs/kernel';
import type { Settings } from '#libs/platform';
import type { RequestRow, RequestViews } from '#libs/requests';
import { RequestQueries } from '#libs/requests';
import type { VolunteerTables } from '#libs/volunteers';
import { VolunteerQueries } from '#libs/volunteers';
import { stringify } from 'csv-stringify/sync';
import type { ColumnName } from '../ledger/ledger-columns.ts';
import { CHANNEL_WORDS, COLUMNS, SATISFACTION_WORDS, STATUS_WORDS } from '../ledger/ledger-columns.ts';
import { writeLedgerTime } from '../ledger/ledger-time.ts';
import { startProgress } from '../terminal/progress.ts';
import type { Workplace } from './workplace.ts';
import { catchUp, findCommunity, withWorkplace } from './workplace.ts';

export const EXPORTS = ['ledger', 'dispositions'] as const;
export type ExportKind = (typeof EXPORTS)[number];

const LEDGER_COLUMNS = Object.keys(COLUMNS) as ColumnName[];
const DISPOSITION_COLUMNS: readonly ColumnName[] = [
  'number',
  'reportedAt',
  'matter',
  'category',
  'dispatchedAt',
  'volunteer',
  'acceptedAt',
  'resolvedAt',
  'result',
  'status',
  'reviewOn',
  'callBack',
];

const PAGE = 500;

export async function runExport(
  settings: Settings,
  kind: ExportKind,
  file: string,
  community?: string,
): Promise<number> {
  return withWorkplace(settings, async (place) => {
    await catchUp(place.foundation);
    const { areaId } = await findCommunity(place.foundation, community);
    const handle = await open(file, 'wx', 0o600).catch(() => {
      throw new InvalidInput('The file exists or cannot be written; nothing was exported.');
    });
    const rows = await writeRows(place, areaId, kind, handle).finally(() => handle.close());
    process.stdout.write(
      `Wrote ${String(rows)} rows to ${file}. The file holds personal data: keep it safe, delete it when done.\n`,
    );
    return 0;
  });
}

async function writeRows(place: Workplace, communityId: string, kind: ExportKind, file: FileHandle): Promise<number> {
  const columns = kind === 'ledger' ? LEDGER_COLUMNS : DISPOSITION_COLUMNS;
  const requests = new RequestQueries(place.foundation.readModels.query as unknown as Kysely<RequestViews>);
  const filter = { communityIds: [communityId] };
  const catalogue = await place.services.catalogues.of(communityId);
  const progress = startProgress('Exporting', await requests.count(filter));
  await file.write(`\uFEFF${stringify([columns.map((column) => COLUMNS[column])])}`);
  let written = 0;
  let after: [string, string] | undefined;
  for (;;) {
    const page = await requests.page(filter, { newestFirst: false, limit: PAGE, after });
    const shown = kind === 'ledger' ? page : page.filter(({ status }) => status !== 'RAISED');
    const names = await volunteerNames(place, communityId, shown);
    const cells = shown.map((row) => {
      const of = cellsOf(row, place, names, catalogue.policy.timeZone, (code) => catalogue.entry(code)?.name ?? code);
      return columns.map((column) => guard(of[column]));
    });
    if (cells.length > 0) await file.write(stringify(cells));
    written += shown.length;
    progress.step(page.length);
    const last = page.at(-1);
    if (!last || page.length < PAGE) break;
    after = [last.reportedAt, last.requestId];
  }
  progress.end();
  return written;
}

function cellsOf(
  row: RequestRow,
  { foundation: { vault } }: Workplace,
  volunteers: ReadonlyMap<string, string>,
  timeZone: string,
  categoryName: (code: string) => string,
): Record<ColumnName, string> {
  const open = (sealed: string | null) => (sealed === null ? '' : (vault.open(sealed, row.communityId) ?? ''));
  const time = (instant: string | null) => writeLedgerTime(instant, timeZone);
  return {
    number: row.ledgerNumber ?? row.requestId,
    reportedAt: time(row.reportedAt),
    channel: CHANNEL_WORDS[row.channel],
    reporterName: open(row.reporterName),
    reporterPhone: open(row.reporterPhone),
    reporterAddress: open(row.reporterAddress),
    matter: open(row.matter),
    category: categoryName(row.category),
    dispatchedAt: time(row.dispatchedAt),
    volunteer: row.volunteerId === null ? '' : (volunteers.get(row.volunteerId) ?? ''),
    acceptedAt: time(row.acceptedAt),
    resolvedAt: time(row.resolvedAt ?? row.doneAt),
    result: open(row.result ?? row.followUpPlan ?? row.closingReason),
    status: STATUS_WORDS[row.status],
    reviewOn: row.reviewOn ?? '',
    callBack: row.satisfaction === null ? '' : SATISFACTION_WORDS[row.satisfaction],
  };
}

async function volunteerNames(
  { foundation: { readModels, vault } }: Workplace,
  communityId: string,
  rows: readonly RequestRow[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(rows.flatMap(({ volunteerId }) => volunteerId ?? []))];
  if (ids.length === 0) return new Map();
  const volunteers = await new VolunteerQueries(readModels.query as unknown as Kysely<VolunteerTables>).byIds(ids);
  return new Map(volunteers.map(({ volunteerId, name }) => [volunteerId, vault.open(name, communityId) ?? '']));
}

/** A cell a spreadsheet would take for a formula is quoted; import takes the quote off again. */
function guard(cell: string): string {
  return /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
}

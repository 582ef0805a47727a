// `export`: the reception ledger or the disposition list as CSV for a spreadsheet. Holds personal data in clear, so
// the file is for its owner's eyes and never overwrites another.
import type { FileHandle } from 'node:fs/promises';
import { unlink } from 'node:fs/promises';
import type { Settings } from '#libs/platform';
import type { RequestRow, RequestViews } from '#libs/requests';
import { RequestQueries } from '#libs/requests';
import type { VolunteerTables } from '#libs/volunteers';
import { VolunteerQueries } from '#libs/volunteers';
import { stringify } from 'csv-stringify/sync';
import type { ColumnName } from '../ledger/ledger-columns.ts';
import { CHANNEL_WORDS, COLUMNS, SATISFACTION_WORDS, STATUS_WORDS } from '../ledger/ledger-columns.ts';
import { guarded } from '../ledger/formula-guard.ts';
import { createPrivateFile } from '../ledger/ledger-file.ts';
import { writeLedgerTime } from '../ledger/ledger-time.ts';
import { startProgress } from '../terminal/progress.ts';
import { counted, say } from '../terminal/speech.ts';
import { findCommunity } from './find-area.ts';
import type { Workplace } from './workplace.ts';
import { viewsOf, withWorkplace } from './workplace.ts';

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
    const { areaId } = await findCommunity(place, community);
    const handle = await createPrivateFile(file);
    try {
      const rows = await writeRows(place, areaId, kind, handle);
      say(`Wrote ${counted(rows, 'row')} to ${file}. It holds personal data: keep it safe, and delete it when done.`);
      return 0;
    } catch (error) {
      // Half a ledger looks like a whole one.
      await unlink(file);
      throw error;
    } finally {
      await handle.close();
    }
  });
}

async function writeRows(place: Workplace, communityId: string, kind: ExportKind, file: FileHandle): Promise<number> {
  const columns = kind === 'ledger' ? LEDGER_COLUMNS : DISPOSITION_COLUMNS;
  const requests = new RequestQueries(viewsOf<RequestViews>(place.foundation));
  const filter = { communityIds: [communityId] };
  const catalogue = await place.services.catalogues.of(communityId);
  const progress = startProgress('Exporting', await requests.count(filter));
  await file.write(`\uFEFF${stringify([columns.map((column) => COLUMNS[column])])}`);
  let written = 0;
  let after: [string, string] | undefined;
  for (;;) {
    place.signal?.throwIfAborted();
    const page = await requests.page(filter, { newestFirst: false, limit: PAGE, after });
    const shown = kind === 'ledger' ? page : page.filter(({ status }) => status !== 'RAISED');
    const names = await volunteerNames(place, communityId, shown);
    const cells = shown.map((row) => {
      const of = cellsOf(row, place, names, catalogue.policy.timeZone, (code) => catalogue.entry(code)?.name ?? code);
      return columns.map((column) => guarded(of[column]));
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
    resolvedAt: time(row.closedAt ?? row.doneAt),
    result: open(row.result ?? row.followUpPlan ?? row.closingReason),
    status: STATUS_WORDS[row.status],
    reviewOn: row.reviewOn ?? '',
    callBack: row.satisfaction === null ? '' : SATISFACTION_WORDS[row.satisfaction],
  };
}

async function volunteerNames(
  { foundation }: Workplace,
  communityId: string,
  rows: readonly RequestRow[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(rows.flatMap(({ volunteerId }) => volunteerId ?? []))];
  if (ids.length === 0) return new Map();
  const volunteers = await new VolunteerQueries(viewsOf<VolunteerTables>(foundation)).byIds(ids);
  return new Map(
    volunteers.map(({ volunteerId, name }) => [volunteerId, foundation.vault.open(name, communityId) ?? '']),
  );
}

// `export`: the reception ledger or the disposition list as CSV for a spreadsheet. Holds personal data in clear, so
// the file is for its owner's eyes and never overwrites another; who is in it is recorded before it is written.
import type { Catalogue } from '#libs/communities';
import type { TextOpener } from '#libs/graphql-kit';
import type { Settings } from '#libs/platform';
import type { RequestRow, RequestViews } from '#libs/requests';
import { RequestQueries } from '#libs/requests';
import type { VolunteerTables } from '#libs/volunteers';
import { VolunteerQueries } from '#libs/volunteers';
import { stringify } from 'csv-stringify/sync';
import type { ColumnName } from '../ledger/ledger-columns.ts';
import { CHANNEL_WORDS, COLUMNS, SATISFACTION_WORDS, STATUS_WORDS } from '../ledger/ledger-columns.ts';
import { writePrivateFile } from '../files/operator-file.ts';
import { guarded } from '../ledger/formula-guard.ts';
import { writeLedgerTime } from '../ledger/ledger-time.ts';
import { startProgress } from '../terminal/progress.ts';
import { counted, say } from '../terminal/speech.ts';
import { findCommunity } from './find-area.ts';
import { reading } from './reading.ts';
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
    const rows = await writePrivateFile(file, (append) => writeRows(place, areaId, kind, append));
    say(`Wrote ${counted(rows, 'row')} to ${file}. It holds personal data: keep it safe, and delete it when done.`);
    return 0;
  });
}

type Append = (text: string) => Promise<void>;

async function writeRows(place: Workplace, communityId: string, kind: ExportKind, append: Append): Promise<number> {
  const columns = kind === 'ledger' ? LEDGER_COLUMNS : DISPOSITION_COLUMNS;
  const requests = new RequestQueries(viewsOf<RequestViews>(place.foundation));
  const catalogue = await place.services.catalogues.of(communityId);
  const progress = startProgress('Exporting', await requests.count({ communityIds: [communityId] }));
  let written = 0;
  try {
    await append(`\uFEFF${stringify([columns.map((column) => COLUMNS[column])])}`);
    for await (const page of pages(requests, communityId)) {
      place.signal?.throwIfAborted();
      const shown = kind === 'ledger' ? page : page.filter(({ status }) => status !== 'RAISED');
      const { texts, written: readings } = reading(place, `export ${kind}`);
      const names = await volunteerNames(place, texts, communityId, shown);
      const cells = await Promise.all(shown.map((row) => cellsOf(row, texts, names, catalogue)));
      await readings();
      if (cells.length > 0) await append(stringify(cells.map((of) => columns.map((column) => guarded(of[column])))));
      written += shown.length;
      progress.step(page.length);
    }
  } finally {
    progress.end();
  }
  return written;
}

/** All rows in report order. */
async function* pages(requests: RequestQueries, communityId: string): AsyncGenerator<RequestRow[]> {
  for (let after: [string, string] | undefined; ;) {
    const page = await requests.page({ communityIds: [communityId] }, { newestFirst: false, limit: PAGE, after });
    yield page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = [last.reportedAt, last.requestId];
  }
}

async function cellsOf(
  row: RequestRow,
  texts: TextOpener,
  volunteers: ReadonlyMap<string, string>,
  catalogue: Catalogue,
): Promise<Record<ColumnName, string>> {
  const opened = (sealed: string | null) => (sealed === null ? undefined : texts.open(sealed, row.communityId));
  const [reporterName = '', reporterPhone = '', reporterAddress = '', matter = '', result = ''] = await Promise.all([
    opened(row.reporterName),
    opened(row.reporterPhone),
    opened(row.reporterAddress),
    opened(row.matter),
    opened(row.result ?? row.followUpPlan ?? row.closingReason),
  ]);
  const time = (instant: string | null) => writeLedgerTime(instant, catalogue.policy.timeZone);
  return {
    number: row.ledgerNumber ?? row.requestId,
    reportedAt: time(row.reportedAt),
    channel: CHANNEL_WORDS[row.channel],
    reporterName,
    reporterPhone,
    reporterAddress,
    matter,
    category: catalogue.entry(row.category)?.name ?? row.category,
    dispatchedAt: time(row.dispatchedAt),
    volunteer: row.volunteerId === null ? '' : (volunteers.get(row.volunteerId) ?? ''),
    acceptedAt: time(row.acceptedAt),
    resolvedAt: time(row.closedAt ?? row.doneAt),
    result,
    status: STATUS_WORDS[row.status],
    reviewOn: row.reviewOn ?? '',
    callBack: row.satisfaction === null ? '' : SATISFACTION_WORDS[row.satisfaction],
  };
}

async function volunteerNames(
  { foundation }: Workplace,
  texts: TextOpener,
  communityId: string,
  rows: readonly RequestRow[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(rows.flatMap(({ volunteerId }) => volunteerId ?? []))];
  if (ids.length === 0) return new Map();
  const volunteers = await new VolunteerQueries(viewsOf<VolunteerTables>(foundation)).byIds(ids);
  const names = await Promise.all(
    volunteers.map(async ({ name }) => (name === null ? undefined : texts.open(name, communityId))),
  );
  return new Map(volunteers.map(({ volunteerId }, index) => [volunteerId, names[index] ?? '']));
}

// `import`: checks a ledger file as a whole, then brings it in. Without --skip-bad-rows one bad row stops everything.
import type { Catalogue } from '#libs/communities';
import type { Settings } from '#libs/platform';
import type { Comparison } from '../ledger/import-ledger.ts';
import { LedgerImport } from '../ledger/import-ledger.ts';
import { readLedgerFile } from '../ledger/ledger-file.ts';
import type { LedgerIssue } from '../ledger/ledger-issue.ts';
import { inRowOrder } from '../ledger/ledger-issue.ts';
import type { Ledger } from '../ledger/read-ledger.ts';
import { readLedger } from '../ledger/read-ledger.ts';
import { writeSkippedRows } from '../ledger/skipped-rows.ts';
import { issueReport } from '../terminal/issue-report.ts';
import { startProgress } from '../terminal/progress.ts';
import { counted, say } from '../terminal/speech.ts';
import { findCommunity } from './find-area.ts';
import type { Workplace } from './workplace.ts';
import { catchUp, withWorkplace } from './workplace.ts';

export interface ImportOptions {
  readonly community?: string;
  readonly dryRun?: boolean;
  /** Imports the good rows and writes the others to this file. */
  readonly skippedRows?: string;
}

/** Answers the exit code: 1 when any row was not imported for its faults, whether the others were or not. */
export async function runImport(settings: Settings, file: string, options: ImportOptions): Promise<number> {
  const bytes = await readLedgerFile(file);
  return withWorkplace(settings, async (place) => {
    const community = await findCommunity(place, options.community);
    const catalogue = await place.services.catalogues.of(community.areaId);
    return importLedger(place, catalogue, bytes, options);
  });
}

export async function importLedger(
  place: Workplace,
  catalogue: Catalogue,
  bytes: Uint8Array,
  { dryRun = false, skippedRows }: ImportOptions = {},
): Promise<number> {
  const ledger = readLedger(bytes, { catalogue, now: place.foundation.clock.now() });
  const importer = new LedgerImport(place.foundation, place.services, catalogue);
  const comparison = await importer.compare(ledger.rows, place.signal);
  const issues = inRowOrder([...ledger.issues, ...comparison.issues]);
  say(`Read ${counted(ledger.cells.size, 'row')} (${ledger.encoding}).`);
  report(issues);
  if (issues.length > 0 && skippedRows === undefined) {
    say('Nothing was imported. Mend these rows, or leave them out with --skip-bad-rows.');
    return 1;
  }
  if (dryRun) sayWhatWouldBe(comparison);
  else {
    if (skippedRows !== undefined && issues.length > 0) await leaveOut(skippedRows, ledger, issues);
    if (await importRows(place, importer, comparison)) return 1;
  }
  return issues.length > 0 ? 1 : 0;
}

/** Whether a row was refused. */
async function importRows(place: Workplace, importer: LedgerImport, { fresh, known }: Comparison): Promise<boolean> {
  const { signal } = place;
  const progress = startProgress('Importing', fresh.length);
  const { imported, events, issues } = await importer
    .run(fresh, { signal, onRow: () => progress.step() })
    .finally(() => progress.end());
  report(issues);
  const already = known.length > 0 ? ` ${counted(known.length, 'row')} had been imported before.` : '';
  say(`Imported ${counted(imported, 'row')} as ${counted(events, 'event')}.${already}`);
  signal?.throwIfAborted();
  await catchUp(place);
  return issues.length > 0;
}

function sayWhatWouldBe({ fresh, known, newVolunteers }: Comparison): void {
  const volunteers = newVolunteers > 0 ? ` and register ${counted(newVolunteers, 'volunteer')}` : '';
  const already = known.length > 0 ? ` ${counted(known.length, 'row')} had been imported before.` : '';
  say(`Would import ${counted(fresh.length, 'row')}${volunteers}.${already} Nothing was imported.`);
}

async function leaveOut(file: string, ledger: Ledger, issues: readonly LedgerIssue[]): Promise<void> {
  const rows = await writeSkippedRows(file, ledger, issues);
  say(`Left out ${counted(rows, 'row')}; written to ${file} with the reasons, to be mended and imported.`);
}

function report(issues: readonly LedgerIssue[]): void {
  for (const line of issueReport(issues)) say(line);
}

// `import`: checks a ledger file as a whole, then brings it in. Without --skip-bad-rows one bad row stops everything.
import { open, readFile, stat } from 'node:fs/promises';
import { InvalidInput } from '#libs/kernel';
import type { Catalogue } from '#libs/communities';
import type { Settings } from '#libs/platform';
import { stringify } from 'csv-stringify/sync';
import { LARGEST_LEDGER } from '../ledger/decode-ledger.ts';
import { LedgerImport } from '../ledger/import-ledger.ts';
import type { LedgerIssue } from '../ledger/ledger-row.ts';
import type { Ledger } from '../ledger/read-ledger.ts';
import { readLedger } from '../ledger/read-ledger.ts';
import { startProgress } from '../terminal/progress.ts';
import type { Workplace } from './workplace.ts';
import { catchUp, findCommunity, withWorkplace } from './workplace.ts';

export interface ImportOptions {
  readonly community?: string;
  readonly dryRun?: boolean;
  /** Imports the good rows and writes the others to this file. */
  readonly skipBadRows?: string;
}

const MOST_ISSUES_SHOWN = 50;

/** Answers the exit code. */
export async function runImport(settings: Settings, file: string, options: ImportOptions): Promise<number> {
  const bytes = await readLedgerFile(file);
  return withWorkplace(settings, async (place) => {
    await catchUp(place.foundation);
    const community = await findCommunity(place.foundation, options.community);
    const catalogue = await place.services.catalogues.of(community.areaId);
    return importLedger(place, catalogue, bytes, options);
  });
}

/** @throws InvalidInput when it cannot be read or is too large */
export async function readLedgerFile(file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file);
    if (size > LARGEST_LEDGER) {
      const [has, most] = [size, LARGEST_LEDGER].map((bytes) => `${String(Math.ceil(bytes / 1_048_576))} MB`);
      throw new InvalidInput(`The file has ${String(has)}; ${String(most)} is the most. Split it by month.`);
    }
    return await readFile(file);
  } catch (error) {
    if (error instanceof InvalidInput) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new InvalidInput(`The file cannot be read (${code ?? 'unknown reason'}).`);
  }
}

export async function importLedger(
  place: Workplace,
  catalogue: Catalogue,
  bytes: Uint8Array,
  { dryRun = false, skipBadRows }: ImportOptions,
): Promise<number> {
  const ledger = readLedger(bytes, { catalogue, now: place.foundation.clock.now() });
  const importer = new LedgerImport(place.foundation, place.services, catalogue);
  const { fresh, known, issues: changed, newVolunteers } = await importer.precheck(ledger.rows);
  const issues = [...ledger.issues, ...changed].sort((a, b) => a.line - b.line);
  say(`Read ${String(ledger.cells.size)} rows (${ledger.encoding}).`);
  report(issues);
  if (issues.length > 0 && skipBadRows === undefined) {
    say('Nothing was imported. Mend the rows, or give --skip-bad-rows FILE to leave them out.');
    return 1;
  }
  const volunteers = newVolunteers > 0 ? `, and ${String(newVolunteers)} volunteers to register` : '';
  if (dryRun) {
    say(
      `Would import ${String(fresh.length)} rows${volunteers}. ${String(known.length)} rows are in the ledger already.`,
    );
    return issues.length > 0 ? 1 : 0;
  }
  if (skipBadRows !== undefined && issues.length > 0)
    await writeSkipped(skipBadRows, ledger, issues, fresh.length + known.length);
  const progress = startProgress('Importing', fresh.length + known.length);
  const result = await importer.run([...known, ...fresh], () => progress.step()).finally(() => progress.end());
  report(result.issues);
  await catchUp(place.foundation);
  say(
    `Imported ${String(result.imported)} rows as ${String(result.events)} events; ${String(result.known)} rows were in the ledger already.`,
  );
  return issues.length + result.issues.length > 0 ? 1 : 0;
}

/** The rows left out, as they stood in the file, to be mended and imported again. Readable by the owner only. */
async function writeSkipped(file: string, ledger: Ledger, issues: readonly LedgerIssue[], kept: number): Promise<void> {
  const lines = new Set(issues.map(({ line }) => line));
  const rows = [...ledger.cells].filter(([line]) => lines.has(line)).map(([, cells]) => cells);
  const text = `\uFEFF${stringify([ledger.headings, ...rows])}`;
  const handle = await open(file, 'wx', 0o600).catch(() => {
    throw new InvalidInput('The file for skipped rows exists or cannot be written. Nothing was imported.');
  });
  await handle.writeFile(text).finally(() => handle.close());
  say(`${String(rows.length)} rows were left out and written to ${file}; ${String(kept)} rows go on.`);
}

function report(issues: readonly LedgerIssue[]): void {
  for (const { line, column, reason } of issues.slice(0, MOST_ISSUES_SHOWN)) {
    say(`  row ${String(line)}${column === '' ? '' : `, ${column}`}: ${reason}`);
  }
  const more = issues.length - MOST_ISSUES_SHOWN;
  if (more > 0) say(`  … and ${String(more)} more.`);
}

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}

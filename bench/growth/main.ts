// What a question costs among a million requests, against the same question among a thousand.
// As offices grow in number (`--grow offices`): one office of a thousand by itself, and among as many like it as make a
// million. What is asked has the same answer in both, so what differs is growth alone.
// As the inflow grows (`--grow inflow`): the million are all this one office's. There is more to answer with: where both
// sizes of an answer differ, both are told, and no target holds; where they are alike, more sums were added up for it.
// Usage: npm run bench:growth [-- --grow inflow --requests 1000000 --small 1000 --communities 5 --days 365 --rounds 9 --only "by day"]
// `--database postgres` measures on the server that TEST_DATABASE_URL names.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ReadDatabase } from '#libs/platform';
import { openPostgres, openPostgresReadDatabase, openReadDatabase } from '#libs/platform';
import type { Comparison } from '../measure.ts';
import { interleaved, milliseconds, report } from '../measure.ts';
import { AT_ONCE, fillOffices } from './load.ts';
import type { Spread } from './office.ts';
import { spreadOver } from './office.ts';
import type { Office, Question } from './questions.ts';
import { officeOf, questionsFor } from './questions.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '1000000' },
    small: { type: 'string', default: '1000' },
    grow: { type: 'string', default: 'offices' },
    communities: { type: 'string', default: '5' },
    days: { type: 'string', default: '365' },
    rounds: { type: 'string', default: '9' },
    database: { type: 'string', default: 'sqlite' },
    only: { type: 'string', default: '' },
  },
});
const TARGET = { atMost: 1.3 };
const SMALL = Number(values.small);
const MOST = Number(values.requests);
const spread = officeNumber(0);
/** A sample asks so often that it takes this long. */
const SAMPLE_MS = 30;
const directory = mkdtempSync(join(tmpdir(), 'bench-growth-'));
const databases: ReadDatabase[] = [];

try {
  const small = await opened('small', SMALL, [spread]);
  const big =
    values.grow === 'inflow'
      ? await opened('big', MOST, [spread])
      : await opened(
          'big',
          SMALL,
          Array.from({ length: Math.round(MOST / SMALL) }, (_, n) => officeNumber(n)),
        );
  const asked = questionsFor(spread).filter(({ group, name }) => `${group}: ${name}`.includes(values.only));
  const missed: string[] = [];
  let [held, unlike] = [0, 0];
  for (const [group, questions] of Map.groupBy(asked, (question) => question.group)) {
    const comparisons: Comparison[] = [];
    for (const question of questions) comparisons.push(await compared(question, big, small));
    report(group, values.database === 'postgres' ? 'µs' : 'µs of processor time', comparisons);
    for (const { what, ours, against, target } of comparisons) {
      const ratio = ours.median / against.median;
      if (target) held += 1;
      else unlike += 1;
      if (target && ratio > TARGET.atMost) missed.push(`${group}: ${what} (${ratio.toFixed(2)})`);
    }
  }
  const peak = Math.round(process.resourceUsage().maxRSS / 1_024);
  console.log(
    `\nOf ${String(held)} with answers of one size, ${String(held - missed.length)} within ${String(TARGET.atMost)}; ${String(unlike)} more answer with more.`,
  );
  for (const one of missed) console.log(`  more: ${one}`);
  console.log(`Most memory in use: ${String(peak)} MiB`);
} finally {
  for (const database of databases) await database.close();
  rmSync(directory, { recursive: true, force: true });
  await dropSchemas();
}

function officeNumber(n: number): Spread {
  return spreadOver(Number(values.communities), Number(values.days), n);
}

async function opened(name: string, requestsEach: number, offices: readonly Spread[]): Promise<Office> {
  const requests = requestsEach * offices.length;
  const database = await openDatabase(name);
  databases.push(database);
  const took = await milliseconds(() =>
    fillOffices(database, requestsEach, offices, (done) => progress(name, done, requests)),
  );
  if (values.database === 'postgres') await onServer(`VACUUM ANALYZE`);
  console.log(`\r${requests.toLocaleString('en')} requests in ${(took / 1_000).toFixed(1)} s`.padEnd(60));
  return officeOf(database);
}

/** On a terminal a line that counts; elsewhere a line for every tenth. */
function progress(name: string, done: number, of: number): void {
  const line = `${name}: ${done.toLocaleString('en')} of ${of.toLocaleString('en')}`;
  if (process.stdout.isTTY) process.stdout.write(`\r${line}`);
  else if (Math.floor((done * 10) / of) > Math.floor(((done - AT_ONCE) * 10) / of)) console.log(line);
}

async function compared(question: Question, big: Office, small: Office): Promise<Comparison> {
  const contender = async (name: string, office: Office) => {
    const once = await milliseconds(() => question.ask(office));
    const warm = Math.min(once, await milliseconds(() => question.ask(office)));
    const times = Math.max(1, Math.min(200, Math.ceil(SAMPLE_MS / warm)));
    const measure = async () => {
      const took = await costOf(async () => {
        for (let n = 0; n < times; n += 1) await question.ask(office);
      });
      return (took / times) * 1_000;
    };
    return { name, measure };
  };
  const [ours, against] = await interleaved(
    [
      await contender(`${MOST.toLocaleString('en')} requests`, big),
      await contender(`${SMALL.toLocaleString('en')} requests`, small),
    ],
    { rounds: Number(values.rounds) },
  );
  if (!ours || !against) throw new Error('A contender was not measured.');
  const [shown, shownBySmall] = [await question.ask(big), await question.ask(small)];
  if (shown === shownBySmall) return { what: question.name, ours, against, target: TARGET };
  return { what: `${question.name} (${String(shown)} for ${String(shownBySmall)})`, ours, against };
}

/**
 * Milliseconds of processor time in the embedded database, which works in this very process, so that others on the
 * machine do not count; of wall time on a server.
 */
async function costOf(work: () => Promise<void>): Promise<number> {
  if (values.database === 'postgres') return milliseconds(work);
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

async function openDatabase(name: string): Promise<ReadDatabase> {
  if (values.database === 'sqlite') return openReadDatabase({ file: join(directory, `${name}.db`) });
  if (values.database !== 'postgres') throw new Error('--database is sqlite or postgres.');
  await onServer(`DROP SCHEMA IF EXISTS ${schemaOf(name)} CASCADE`);
  return openPostgresReadDatabase({ url: serverUrl(), schema: schemaOf(name), applicationName: 'bench' });
}

function schemaOf(name: string): string {
  return `bench_growth_${name}`;
}

function serverUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (!url) throw new Error('TEST_DATABASE_URL names no PostgreSQL server to measure on.');
  return url;
}

async function onServer(sql: string): Promise<void> {
  const postgres = await openPostgres({
    url: serverUrl(),
    schema: 'public',
    applicationName: 'bench',
    statementTimeoutMs: 600_000,
  });
  await postgres.query(sql);
  await postgres.close();
}

async function dropSchemas(): Promise<void> {
  if (values.database !== 'postgres') return;
  for (const name of ['small', 'big']) await onServer(`DROP SCHEMA IF EXISTS ${schemaOf(name)} CASCADE`);
}

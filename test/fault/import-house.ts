// A community whose ledger is imported by processes that are killed, and what the log they leave must look like.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Foundation } from '#apps/foundation';
import { EVENTS_FILE, openFoundation, READ_MODELS_FILE } from '#apps/foundation';
import { areaListProjection } from '#libs/communities';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import type { RecordedEvent } from '#libs/event-store';
import { accountListProjection } from '#libs/identity';
import type { Position } from '#libs/kernel';
import { START_OF_LOG } from '#libs/kernel';
import { readSettings } from '#libs/platform';
import { hashTables } from '#libs/projections';
import { requestListProjection, taskBoardProjection } from '#libs/requests';
import { volunteerListProjection } from '#libs/volunteers';
import { csvOf } from '../../apps/cli/testing/ledger-files.ts';
import { cellsOf, numberOf, standingOf } from './import-rows.ts';

const CHILD = fileURLToPath(new URL('./importer.child.ts', import.meta.url));
const CLI = fileURLToPath(new URL('../../dist/apps/cli/main.js', import.meta.url));
const PROJECTIONS = [
  areaListProjection,
  accountListProjection,
  volunteerListProjection,
  requestListProjection,
  taskBoardProjection,
];

export type Behaviour = 'correct' | 'acknowledges-too-soon';

export interface Findings {
  /** Rows acknowledged of which an event is missing. */
  readonly lost: number;
  /** Requests whose history is no beginning of their row's: out of order, half a command, something twice. */
  readonly illegal: number;
  /** Rows that are in the log as more than one request. */
  readonly doubled: number;
  /** Events another look at the log had found and this one did not. */
  readonly vanished: number;
  readonly whole: number;
}

export class ImportHouse {
  readonly directory = mkdtempSync(join(tmpdir(), 'import-house-'));
  readonly #data = join(this.directory, 'data');
  readonly #ledger = join(this.directory, 'ledger.csv');
  readonly #rows: number;
  readonly #acknowledged = new Set<string>();
  #seen: readonly string[] = [];
  #communityId = '';

  constructor(rows: number) {
    this.#rows = rows;
    writeFileSync(this.#ledger, csvOf(Array.from({ length: rows }, (_, index) => cellsOf(index))));
    this.cli('areas', 'add', '某区', '--level', 'district');
    this.cli('areas', 'add', '某街道', '--level', 'street', '--in', '某区');
    this.#communityId = this.cli('areas', 'add', '流霞里', '--level', 'community', '--in', '某街道').slice(
      'Added. Id: '.length,
      -1,
    );
  }

  /** Runs a command to its end; answers what it said. Throws when its exit code is not 0. */
  cli(...argv: string[]): string {
    const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...argv, '--data-dir', this.#data], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${stdout}${stderr}`);
    return stdout;
  }

  importAll(): string {
    return this.cli('import', this.#ledger);
  }

  /**
   * Lets a process import and kills it some time after it opened the house, or after it acknowledged its first row.
   * False when it was done before that.
   */
  async importUntilKilled(
    since: 'opened' | 'first row',
    afterMs: number,
    behaviour: Behaviour = 'correct',
  ): Promise<boolean> {
    const argv = [CHILD, this.#data, this.#ledger, this.#communityId, behaviour];
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
    let [printed, errors] = ['', ''];
    let killing: NodeJS.Timeout | undefined;
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (since === 'first row' && !/\n./.test(printed)) return;
      killing ??= setTimeout(() => child.kill('SIGKILL'), afterMs);
    });
    await once(child, 'close');
    clearTimeout(killing);
    if (errors !== '') throw new Error(errors);
    for (const number of printed.split('\n').slice(1, -1)) this.#acknowledged.add(number);
    return child.signalCode === 'SIGKILL';
  }

  /** Looks at the log as the next process will find it. */
  async inspect(): Promise<Findings> {
    const log = await readLog(join(this.#data, EVENTS_FILE));
    const ids = new Set(log.map(({ id }) => id));
    const vanished = this.#seen.filter((id) => !ids.has(id)).length;
    this.#seen = [...ids];
    const requests = Map.groupBy(
      log.filter(({ stream }) => stream.startsWith('request-')),
      ({ stream }) => stream,
    );
    const histories = Map.groupBy(requests.values(), ([raised]) => numberOf(raised));
    const standing = [...histories].map(([number, [events = []]]) => ({ number, ...standingOf(number, events) }));
    const whole = new Set(standing.filter((of) => of.whole).map(({ number }) => number));
    return {
      vanished,
      lost: [...this.#acknowledged].filter((number) => !whole.has(number)).length,
      illegal: standing.filter(({ legal }) => !legal).length,
      doubled: [...histories.values()].filter((of) => of.length > 1).length,
      whole: whole.size,
    };
  }

  async open(): Promise<Foundation> {
    const foundation = await openFoundation(readSettings({ DATA_DIR: this.#data, LOG_LEVEL: 'error' }));
    await foundation.projections.waitFor(await foundation.store.head(), { timeoutMs: 60_000 });
    return foundation;
  }

  /** One hash for each read model. */
  hashes({ readModels }: Foundation): Promise<string[]> {
    return Promise.all(PROJECTIONS.map((projection) => hashTables(readModels, projection)));
  }

  async rebuildAll({ projections }: Foundation): Promise<void> {
    for (const { name } of PROJECTIONS) await projections.rebuild(name);
  }

  forgetReadModels(): void {
    for (const suffix of ['', '-wal', '-shm'])
      rmSync(join(this.#data, `${READ_MODELS_FILE}${suffix}`), { force: true });
  }

  /** What a tally of the whole ledger must say. */
  get figures() {
    const count = (...words: string[]) =>
      Array.from({ length: this.#rows }, (_, index) => cellsOf(index).status ?? '办结').filter((of) =>
        words.includes(of),
      ).length;
    const [resolved, inFollowUp] = [count('办结'), count('长期跟进')];
    return { raised: this.#rows, resolved, inFollowUp, open: count('待派单', '已派单', '待确认') };
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}

async function readLog(file: string): Promise<RecordedEvent[]> {
  const store = SqliteEventStore.open({ file });
  const log: RecordedEvent[] = [];
  for (let after: Position = START_OF_LOG; ;) {
    const { events, next, head } = await store.readAll({ after });
    log.push(...events);
    after = next;
    if (next >= head) break;
  }
  await store.close();
  return log;
}

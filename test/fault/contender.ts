// A process that contends for making the read models, as its parent sees it, and two of them over the same database.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** What a contender is started with. */
export interface Contention {
  readonly eventStoreUrl: string;
  readonly url: string;
  readonly schema: string;
  readonly name: string;
  /** Whether it compares checkpoints. */
  readonly isFenced: boolean;
  /** All its waits and limits are shortened so many times: what is tested is who makes way, not how patiently. */
  readonly hurry: number;
}

export type Told = 'contends' | 'leads' | 'writes' | 'wrote' | 'made way' | 'lost a race';

const CHILD = fileURLToPath(new URL('./contender.child.ts', import.meta.url));
/** Mostly with a transaction in hand, now and then after it. */
const ANY_MOMENT_MS = 60;
const LOOK_EVERY_MS = 5;
const PATIENCE_MS = 120_000;

export class Contender {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #heard: Told[] = [];

  constructor(contention: Contention) {
    this.name = contention.name;
    this.#child = fork(CHILD, [JSON.stringify(contention)], {
      execArgv: ['--conditions=source', '--disable-warning=ExperimentalWarning'],
      env: { ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: join(tmpdir(), 'bangbangwo-contenders') },
    });
    this.#child.on('message', (told: Told) => this.#heard.push(told));
    this.#ended = once(this.#child, 'exit');
  }

  /** How often it has told this. */
  count(told: Told): number {
    return this.#heard.filter((each) => each === told).length;
  }

  get leads(): boolean {
    return this.count('leads') > this.count('made way');
  }

  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null) throw new Error(`${this.name} ended by itself.`);
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}

/** Two contenders, and as many more as are killed. */
export class Pair {
  readonly #start: (name: string) => Contender;
  #first: Contender;
  #second: Contender;
  readonly #all: Contender[] = [];

  constructor(contention: Omit<Contention, 'name'>) {
    this.#start = (name) => {
      const contender = new Contender({ ...contention, name });
      this.#all.push(contender);
      return contender;
    };
    this.#first = this.#next();
    this.#second = this.#next();
  }

  /** Races that were lost, by all so far. */
  get racesLost(): number {
    return this.#all.reduce((sum, each) => sum + each.count('lost a race'), 0);
  }

  /** Kills who leads, and resolves once the other one does. */
  async killLeader(): Promise<void> {
    const leader = await this.#leader();
    await leader.kill();
    const other = this.#other(leader);
    [this.#first, this.#second] = [other, this.#next()];
    await until(() => other.leads || this.#second.leads);
  }

  /** Freezes who leads until the other one does, and has or has not written yet; resolves once it has made way. */
  async freezeLeader(): Promise<void> {
    const leader = await this.#leader();
    const terms = leader.count('leads');
    leader.freeze();
    const other = this.#other(leader);
    const wrote = other.count('wrote') + Math.floor(Math.random() * 4);
    await until(() => other.leads && other.count('wrote') >= wrote);
    leader.thaw();
    await until(() => leader.count('made way') >= terms);
  }

  async stop(): Promise<void> {
    await Promise.all([this.#first.kill(), this.#second.kill()]);
  }

  /** Who leads, at some moment of its work. */
  async #leader(): Promise<Contender> {
    const leading = () => [this.#first, this.#second].find(({ leads }) => leads);
    // The other one has to be there to take over.
    await until(() => leading() !== undefined && this.#first.count('contends') * this.#second.count('contends') > 0);
    const leader = leading();
    const writes = leader?.count('writes') ?? 0;
    await until(() => !leader?.leads || leader.count('writes') > writes);
    await setTimeout(Math.random() ** 2 * ANY_MOMENT_MS);
    return leader?.leads ? leader : this.#leader();
  }

  #other(than: Contender): Contender {
    return than === this.#first ? this.#second : this.#first;
  }

  #next(): Contender {
    return this.#start(`contender ${this.#all.length + 1}`);
  }
}

async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > end) throw new Error('It never came to hold.');
    await setTimeout(LOOK_EVERY_MS);
  }
}

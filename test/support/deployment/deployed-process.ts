// One process of a deployment, at the same address through every kill and restart.
import { setTimeout } from 'node:timers/promises';
import { ServerProcess } from '../../e2e/harness/server-process.ts';

/** What `/readyz` answers. */
export interface Report {
  readonly status: 'starting' | 'ready' | 'degraded';
  readonly role?: 'leading' | 'standing by';
  readonly waitingFor?: string;
  readonly reason?: string;
  readonly eventStore?: string;
  readonly database?: string;
  readonly keys?: string;
  readonly leadership?: string;
  readonly requests?: string;
  readonly projections?: readonly {
    readonly name: string;
    readonly state: string;
    readonly outage?: string;
    readonly paused?: { readonly position: string; readonly type: string; readonly reason: string };
    readonly caughtUp: boolean;
    readonly secondsSinceProgress: number;
  }[];
}

const LOOK_EVERY_MS = 50;
const ANSWER_WITHIN_MS = 5_000;

export class DeployedProcess {
  readonly app: 'api' | 'projector';
  readonly #directory: string;
  readonly #environment: Readonly<Record<string, string>>;
  #process: ServerProcess;
  #saidBefore = '';
  #address: string | undefined;

  constructor(app: 'api' | 'projector', directory: string, environment: Readonly<Record<string, string>>) {
    this.app = app;
    this.#directory = directory;
    this.#environment = environment;
    this.#process = this.#spawn();
  }

  /** Such as `http://127.0.0.1:3000`. */
  get url(): string {
    if (this.#address === undefined) throw new Error('It does not listen yet.');
    return this.#address;
  }

  /** Resolves with its exit code and what it wrote to standard error. */
  get ended(): ServerProcess['ended'] {
    return this.#process.ended;
  }

  /** All it has written since it was first started. */
  get said(): string {
    return this.#saidBefore + this.#process.said;
  }

  /** Resolves once it listens, which it does before it can serve. */
  async listening(): Promise<string> {
    this.#address = await this.#process.url;
    return this.#address;
  }

  /** Undefined when it does not answer, as when it is frozen or gone. */
  async report(withinMs = ANSWER_WITHIN_MS): Promise<Report | undefined> {
    try {
      const answer = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(withinMs) });
      return (await answer.json()) as Report;
    } catch {
      return undefined;
    }
  }

  /** Looks until it holds. Rejects with what was last told. */
  async until(holds: (report: Report) => boolean, withinMs = 30_000): Promise<Report> {
    const end = performance.now() + withinMs;
    for (;;) {
      const report = await this.report();
      if (report && holds(report)) return report;
      if (performance.now() > end) throw new Error(`The ${this.app} never came to it: ${JSON.stringify(report)}`);
      await setTimeout(LOOK_EVERY_MS);
    }
  }

  ready(): Promise<Report> {
    return this.until(({ status }) => status === 'ready');
  }

  /** Ends it at once, as a power switch would. */
  async kill(): Promise<void> {
    await this.#process.kill();
  }

  /** Ends it in order; answers its exit code. */
  async stop(): Promise<number | null> {
    this.thaw();
    this.#process.signal('SIGTERM');
    return (await this.#process.ended).code;
  }

  /** Lets it do nothing any more, with all its connections open. */
  freeze(): void {
    this.#process.signal('SIGSTOP');
  }

  thaw(): void {
    this.#process.signal('SIGCONT');
  }

  /** After it has ended: the same process again, at the same address. */
  async restart(): Promise<void> {
    this.#saidBefore = this.said;
    this.#process = this.#spawn();
    await this.listening();
  }

  #spawn(): ServerProcess {
    const port = this.#address === undefined ? '0' : new URL(this.#address).port;
    return ServerProcess.start(this.#directory, { ...this.#environment, PORT: port }, this.app);
  }
}

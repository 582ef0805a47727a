// A house scaled out, as real processes of the built program: API processes and projectors over an event store and a
// database of their own. Everything can be killed, frozen and started again.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe } from '@jest/globals';
import type { TestPostgres } from '#libs/platform/testing';
import { openTestPostgres, testServerUrl } from '#libs/platform/testing';
import { runCli } from '../../e2e/harness/server-process.ts';
import type { SimulatorOptions } from '../eventstoredb-simulator/index.ts';
import { SimulatorProcess } from '../eventstoredb-simulator/index.ts';
import { DeployedProcess } from './deployed-process.ts';

export interface DeploymentOptions {
  /** Default 2. */
  readonly apis?: number;
  /** Default 2. */
  readonly projectors?: number;
  readonly simulator?: SimulatorOptions;
  /** URL of the PostgreSQL server to make its database on; default the one TEST_DATABASE_URL names. */
  readonly postgres?: string;
  /** Of every process. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Processes need a server that all of them can reach: without one the tests are skipped, and say so. */
export function describeScaledOut(name: string, tests: () => void): void {
  if (testServerUrl) describe(name, tests);
  else describe.skip(`${name} (skipped: TEST_DATABASE_URL names no PostgreSQL server)`, tests);
}

const LOOK_EVERY_MS = 50;

export class Deployment {
  readonly simulator: SimulatorProcess;
  readonly databaseUrl: string;
  /** What any process needs to be one of this house. */
  readonly environment: Readonly<Record<string, string>>;
  readonly apis: DeployedProcess[] = [];
  readonly projectors: DeployedProcess[] = [];
  readonly #directory = mkdtempSync(join(tmpdir(), 'bangbangwo-scaled-out-'));
  readonly #database: TestPostgres;

  private constructor(simulator: SimulatorProcess, database: TestPostgres, over: Readonly<Record<string, string>>) {
    this.simulator = simulator;
    this.#database = database;
    this.databaseUrl = database.url ?? '';
    this.environment = {
      EVENTSTORE_URL: simulator.connectionString,
      DATABASE_URL: this.databaseUrl,
      MASTER_KEY: randomBytes(32).toString('base64'),
      ERASURE_LIST_FILE: join(this.#directory, 'erasures.list'),
      ...over,
    };
  }

  /** Resolves once every process listens; they may still wait for each other. */
  static async start(options: DeploymentOptions = {}): Promise<Deployment> {
    const { apis = 2, projectors = 2, environment = {} } = options;
    const [simulator, database] = await Promise.all([
      SimulatorProcess.start(options.simulator),
      openTestPostgres(options.postgres),
    ]);
    const deployment = new Deployment(simulator, database, environment);
    for (let count = 0; count < apis; count += 1) deployment.spawn('api');
    for (let count = 0; count < projectors; count += 1) deployment.spawn('projector');
    try {
      await Promise.all(deployment.processes.map((each) => each.listening()));
      return deployment;
    } catch (error) {
      await deployment.stop();
      throw error;
    }
  }

  get processes(): readonly DeployedProcess[] {
    return [...this.apis, ...this.projectors];
  }

  /** One more process, which may not listen yet. */
  spawn(app: 'api' | 'projector', environment: Readonly<Record<string, string>> = {}): DeployedProcess {
    const added = new DeployedProcess(app, this.#directory, { ...this.environment, ...environment });
    (app === 'api' ? this.apis : this.projectors).push(added);
    return added;
  }

  async ready(): Promise<void> {
    await Promise.all(this.processes.map((each) => each.ready()));
  }

  /** The projector that says it leads, once one does; one that is frozen says nothing. */
  async leader(withinMs = 30_000): Promise<DeployedProcess> {
    const end = performance.now() + withinMs;
    while (performance.now() < end) {
      const reports = await Promise.all(this.projectors.map((each) => each.report(1_000)));
      const leading = this.projectors.find((_, index) => reports[index]?.role === 'leading');
      if (leading) return leading;
      await setTimeout(LOOK_EVERY_MS);
    }
    throw new Error('No projector leads.');
  }

  /** Runs the operator's command line on this house. */
  cli(...args: readonly string[]): ReturnType<typeof runCli> {
    return runCli(args, this.#directory, this.environment);
  }

  /** Ends everything and leaves nothing behind. */
  async stop(): Promise<void> {
    await Promise.all(this.processes.map((each) => each.kill()));
    await this.simulator.stop();
    await this.#database.discard();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

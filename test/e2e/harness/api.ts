// The real server on free ports, and clients as the outside has them. By default in this process with a data directory
// of its own; with TOPOLOGY=scaled-out as two API processes and two projectors over an event store and a database, which
// clients ask in turn, beside an API in this process for what tests look up behind GraphQL.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Application } from '#apps/api';
import { createApplication } from '#apps/api';
import type { FoundationOptions } from '#apps/foundation';
import { readSettings } from '#libs/platform';
import { Deployment } from '../../support/deployment/index.ts';
import { GraphqlClient } from './client.ts';

export interface ApiOptions extends FoundationOptions {
  /** Default: a new one, removed by `stop`. Scaled out, it only names the house whose data are kept. */
  readonly directory?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** A house that runs already, and stays: beside it, in this process, comes one more API of it. */
  readonly house?: Deployment;
}

/** For what only a house in one process has, such as files in a data directory. */
export const isScaledOut = process.env['TOPOLOGY'] === 'scaled-out';

const deployments = new Map<string, Deployment>();

export class Api extends GraphqlClient {
  readonly application: Application;
  readonly directory: string;
  readonly #ownDirectory: boolean;

  private constructor(application: Application, addresses: readonly string[], directory: string, isOwn: boolean) {
    super(...addresses);
    this.application = application;
    this.directory = directory;
    this.#ownDirectory = isOwn;
  }

  static async start({ directory, environment = {}, house, ...options }: ApiOptions = {}): Promise<Api> {
    const own = directory ?? mkdtempSync(join(tmpdir(), 'bangbangwo-e2e-'));
    const isNew = !deployments.has(own);
    const deployment = house ?? (isScaledOut ? await deployed(own, environment) : undefined);
    const place = deployment?.environment ?? { DATA_DIR: own };
    const settings = readSettings({ ...place, PORT: '0', LOG_LEVEL: 'silent', ...environment });
    try {
      const application = await createApplication(settings, options);
      // Other processes have clocks of their own.
      const apart = !deployment || options.clock ? [application.url] : deployment.apis.map(({ url }) => url);
      return new Api(application, apart, own, directory === undefined);
    } catch (error) {
      // Processes nobody stops would keep the run of tests from ending.
      if (isNew) await removed(own);
      if (directory === undefined) rmSync(own, { recursive: true, force: true });
      throw error;
    }
  }

  /** Stops the processes' part and keeps the data. */
  async close(): Promise<void> {
    this.terminate();
    await this.application.close();
    await Promise.all(deployments.get(this.directory)?.processes.map((each) => each.stop()) ?? []);
  }

  async stop(): Promise<void> {
    await this.close();
    await removed(this.directory);
    if (this.#ownDirectory) rmSync(this.directory, { recursive: true, force: true });
  }
}

async function removed(name: string): Promise<void> {
  await deployments.get(name)?.stop();
  deployments.delete(name);
}

/** The house of this name, ready to serve: started anew, or again with the data it was closed with. */
async function deployed(name: string, environment: Readonly<Record<string, string>>): Promise<Deployment> {
  const known = deployments.get(name);
  const deployment = known ?? (await Deployment.start({ environment }));
  deployments.set(name, deployment);
  if (known) await Promise.all(known.processes.map((each) => each.restart()));
  await deployment.ready();
  return deployment;
}

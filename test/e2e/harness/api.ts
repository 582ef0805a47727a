// The real server in this process, on a free port and a data directory of its own, and clients as the outside has them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Application } from '#apps/api';
import { createApplication } from '#apps/api';
import type { FoundationOptions } from '#apps/foundation';
import { readSettings } from '#libs/platform';
import { GraphqlClient } from './client.ts';

export interface ApiOptions extends FoundationOptions {
  /** Default: a new one, removed by `stop`. */
  readonly directory?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export class Api extends GraphqlClient {
  readonly application: Application;
  readonly directory: string;
  readonly #ownDirectory: boolean;

  private constructor(application: Application, directory: string, ownDirectory: boolean) {
    super(application.url);
    this.application = application;
    this.directory = directory;
    this.#ownDirectory = ownDirectory;
  }

  static async start({ directory, environment = {}, ...options }: ApiOptions = {}): Promise<Api> {
    const dataDirectory = directory ?? mkdtempSync(join(tmpdir(), 'bangbangwo-e2e-'));
    const settings = readSettings({ DATA_DIR: dataDirectory, PORT: '0', LOG_LEVEL: 'silent', ...environment });
    return new Api(await createApplication(settings, options), dataDirectory, directory === undefined);
  }

  /** Stops the process's part and keeps the data. */
  async close(): Promise<void> {
    this.terminate();
    await this.application.close();
  }

  async stop(): Promise<void> {
    await this.close();
    if (this.#ownDirectory) rmSync(this.directory, { recursive: true, force: true });
  }
}

// The built server, or projector, as a process of its own, to be signalled, killed and started again.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Ended {
  readonly code: number | null;
  readonly errors: string;
}

const DIST = new URL('../../../dist/apps/', import.meta.url);

export class ServerProcess {
  readonly #child: ChildProcess;
  #said = '';
  /** Where it serves; rejects with what it wrote to standard error when it ends first. */
  readonly url: Promise<string>;
  readonly ended: Promise<Ended>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    let errors = '';
    child.stderr?.on('data', (text: Buffer) => {
      errors += text.toString();
      this.#said += text.toString();
    });
    this.ended = new Promise((resolve) => {
      child.on('close', (code) => resolve({ code, errors }));
    });
    this.url = new Promise((resolve, reject) => {
      child.stdout?.on('data', (text: Buffer) => {
        this.#said += text.toString();
        const [, address] = /"address":"([^"]+)"/.exec(this.#said) ?? [];
        if (address) resolve(address);
      });
      void this.ended.then(() => reject(new Error(errors)));
    });
    this.url.catch(() => undefined);
  }

  /** Starts the server in `directory`, with its data in `data` below it unless the environment says otherwise. */
  static start(
    directory: string,
    environment: Readonly<Record<string, string>> = {},
    app: 'api' | 'projector' = 'api',
  ): ServerProcess {
    const settings = { PORT: '0', GRAPHIQL: 'off', ...environment };
    return new ServerProcess(spawnApp(`${app}/main.js`, [], directory, settings));
  }

  /** All it has written, to standard output and standard error. */
  get said(): string {
    return this.#said;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Ends it at once, as a power switch would, and waits until it is gone. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }
}

/** Runs the built command line to its end. */
export async function runCli(
  args: readonly string[],
  directory: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended & { readonly output: string }> {
  const child = spawnApp('cli/main.js', args, directory, environment);
  let [output, errors] = ['', ''];
  child.stdout?.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (errors += text.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, errors, output };
}

function spawnApp(
  file: string,
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  const env = { PATH: process.env['PATH'], DATA_DIR: `${cwd}/data`, ...environment };
  return spawn(process.execPath, [fileURLToPath(new URL(file, DIST)), ...args], { cwd, env });
}

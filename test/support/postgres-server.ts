// A PostgreSQL server of a test's own: started in a new directory on a free port of the loopback interface, to be
// stopped, killed, frozen and started again while something uses it.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const DEBIAN = '/usr/lib/postgresql';

/** Where `initdb` and `pg_ctl` are; undefined when no PostgreSQL server is installed. */
export function postgresBinaries(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(DEBIAN, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  return folders.find((folder) => existsSync(join(folder, 'pg_ctl')) && existsSync(join(folder, 'initdb')));
}

/** `fast` ends transactions in an orderly way, `immediate` is a crash: recovery follows at the next start. */
export type StopMode = 'fast' | 'immediate';

export interface ServerOptions {
  /** Asked of whoever connects; default none. */
  readonly password?: string;
  /** Takes connections with TLS alone, with this certificate for its name. */
  readonly tls?: { readonly certificateFile: string; readonly keyFile: string };
  /** Further lines of its configuration, for example `max_connections=10`. */
  readonly settings?: readonly string[];
}

export class PostgresServer {
  /** Of its database, as its superuser. */
  readonly url: string;
  readonly #binaries: string;
  readonly #directory: string;
  readonly #owner: { uid: number; gid: number } | undefined;

  private constructor(binaries: string, directory: string, port: number, password: string | undefined) {
    this.#binaries = binaries;
    this.#directory = directory;
    this.#owner = unprivileged();
    if (this.#owner) chownSync(directory, this.#owner.uid, this.#owner.gid);
    const secret = password === undefined ? '' : `:${encodeURIComponent(password)}`;
    this.url = `postgres://bangbangwo${secret}@127.0.0.1:${String(port)}/postgres`;
  }

  /** @throws Error when no server is installed; ask `postgresBinaries` before */
  static async start({ password, tls, settings = [] }: ServerOptions = {}): Promise<PostgresServer> {
    const binaries = postgresBinaries();
    if (binaries === undefined) throw new Error('No PostgreSQL server is installed.');
    const port = await freePort();
    const server = new PostgresServer(binaries, mkdtempSync(join(tmpdir(), 'postgres-')), port, password);
    await server.#create(port, password, settings);
    if (tls) server.#speakTls(tls);
    await server.resume();
    return server;
  }

  async stop(mode: StopMode = 'fast'): Promise<void> {
    await this.#control('stop', '-m', mode);
  }

  /** Starts it again after `stop`; resolves when it answers. */
  async resume(): Promise<void> {
    await this.#control('start', '-t', '60', '-l', join(this.#directory, 'server.log'));
  }

  async restart(mode: StopMode = 'fast'): Promise<void> {
    await this.stop(mode);
    await this.resume();
  }

  /** Comes up, after `stop`, as a stand-by of a server that is nowhere: it can be read, and not be written to. */
  async stepBack(): Promise<void> {
    const signal = join(this.#directory, 'data', 'standby.signal');
    writeFileSync(signal, '');
    if (this.#owner) chownSync(signal, this.#owner.uid, this.#owner.gid);
    await this.resume();
  }

  /** After `stepBack`: takes writes again, without a restart. */
  async promote(): Promise<void> {
    await this.#control('promote');
  }

  /** Every process of the server stands still, connections stay open and nothing answers; or all go on. */
  freeze(frozen: boolean): void {
    const [pid = ''] = readFileSync(join(this.#directory, 'data', 'postmaster.pid'), 'utf8').split('\n');
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    for (const one of [pid, ...children.split(' ')]) {
      if (one.trim() !== '') process.kill(Number(one), frozen ? 'SIGSTOP' : 'SIGCONT');
    }
  }

  /** Stops it and removes its directory. */
  async remove(): Promise<void> {
    await this.stop('immediate').catch(() => undefined);
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #create(port: number, password: string | undefined, settings: readonly string[]): Promise<void> {
    const secret = join(this.#directory, 'secret');
    writeFileSync(secret, `${password ?? '-'}\n`);
    if (this.#owner) chownSync(secret, this.#owner.uid, this.#owner.gid);
    const authentication = `--auth=${password === undefined ? 'trust' : 'scram-sha-256'}`;
    const data = join(this.#directory, 'data');
    await this.#run(
      'initdb',
      '-D',
      data,
      '-U',
      'bangbangwo',
      '-E',
      'UTF8',
      '--locale=C',
      '--no-sync',
      authentication,
      `--pwfile=${secret}`,
    );
    // Survives every crash of the server; only one of the machine would cost data.
    const own = [
      `port=${String(port)}`,
      "listen_addresses='127.0.0.1'",
      `unix_socket_directories='${data}'`,
      'fsync=off',
    ];
    appendFileSync(join(data, 'postgresql.conf'), [...own, ...settings, ''].join('\n'));
  }

  #speakTls({ certificateFile, keyFile }: NonNullable<ServerOptions['tls']>): void {
    const data = join(this.#directory, 'data');
    for (const [name, file] of Object.entries({ 'server.crt': certificateFile, 'server.key': keyFile })) {
      writeFileSync(join(data, name), readFileSync(file), { mode: 0o600 });
      if (this.#owner) chownSync(join(data, name), this.#owner.uid, this.#owner.gid);
    }
    appendFileSync(join(data, 'postgresql.conf'), 'ssl=on\n');
    writeFileSync(join(data, 'pg_hba.conf'), 'hostssl all all all scram-sha-256\n');
  }

  #control(...parameters: string[]): Promise<unknown> {
    return this.#run('pg_ctl', '-D', join(this.#directory, 'data'), '-w', '-s', ...parameters);
  }

  async #run(program: string, ...parameters: string[]): Promise<void> {
    await run(join(this.#binaries, program), parameters, { ...this.#owner, cwd: this.#directory });
  }
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const user of ['postgres', 'nobody']) {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((entry) => entry.startsWith(`${user}:`));
    const [, , uid, gid] = line?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('PostgreSQL does not run as root, and there is no user to run it as.');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

// PostgreSQL inside the test's own process, spoken to over the real wire protocol, so that tests go through the same
// driver as the product. It has a single session: connections take turns, one transaction at a time, each with its own
// settings; advisory locks are shared by all, and nobody can wait for somebody else.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { PGlite } from '@electric-sql/pglite';
import { FrontendMessages } from './frontend-messages.ts';

const OK = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
const PARAMETERS = { server_version: '18.0', client_encoding: 'UTF8', standard_conforming_strings: 'on' };
const IDLE = 0x49;

export class PgliteServer {
  readonly #database: PGlite;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Whose turn it is. */
  #turn: Promise<unknown> = Promise.resolve();
  /** The settings the session has now. */
  #settings = '';

  private constructor(database: PGlite) {
    this.#database = database;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async start(): Promise<PgliteServer> {
    const server = new PgliteServer(await emptyDatabase());
    server.#server.listen(0, '127.0.0.1').unref();
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    return `postgres://postgres@127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/postgres`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await this.#turn;
    await this.#database.close();
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    const messages = new FrontendMessages();
    let endTurn: (() => void) | undefined;
    let work = Promise.resolve();
    const ended = () => {
      if (!this.#sockets.delete(socket)) return;
      work = work.then(async () => {
        if (!endTurn) return;
        await this.#run('ROLLBACK');
        endTurn();
      });
    };
    socket.on('error', ended).on('close', ended);
    socket.on('data', (chunk: Buffer) => {
      for (const batch of messages.push(chunk)) {
        work = work.then(async () => {
          if (batch.kind === 'tls') return void socket.write('N');
          if (batch.kind === 'start') return void socket.write(greeting());
          if (batch.kind !== 'work') return void socket.end();
          endTurn ??= await this.#takeTurn(messages.settings);
          if (this.#exchange(socket, await this.#database.execProtocolRaw(batch.bytes))) {
            endTurn();
            endTurn = undefined;
          }
        });
      }
    });
  }

  /** Passes the answer on. Answers whether the transaction is over. */
  #exchange(socket: Socket, answer: Uint8Array): boolean {
    const bytes = Buffer.from(answer);
    const notices = notificationsIn(bytes);
    for (const other of this.#sockets) if (other !== socket && notices.length > 0) other.write(notices);
    if (!socket.destroyed) socket.write(bytes);
    return bytes.at(-1) === IDLE;
  }

  async #takeTurn(settings: readonly (readonly [string, string])[]): Promise<() => void> {
    const before = this.#turn;
    const turn = Promise.withResolvers<undefined>();
    this.#turn = turn.promise;
    await before;
    const wanted = settings.map(([name, value]) => `SET ${name} = '${value}'`).join('; ');
    if (this.#settings !== wanted) await this.#run(`RESET ALL; ${wanted}`);
    this.#settings = wanted;
    return () => turn.resolve(undefined);
  }

  async #run(sql: string): Promise<void> {
    const text = Buffer.from(`${sql}\0`);
    const message = Buffer.concat([Buffer.from('Q'), Buffer.alloc(4), text]);
    message.writeInt32BE(4 + text.length, 1);
    await this.#database.execProtocolRaw(message);
  }
}

const MODULES = new URL('../../../node_modules/', import.meta.url);
const CACHE = new URL('.cache/pglite/', MODULES);

/** As initialised by the first who needed one: that takes three times as long as to load it. */
async function emptyDatabase(): Promise<PGlite> {
  const manifest = readFileSync(new URL('@electric-sql/pglite/package.json', MODULES), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const kept = new URL(`${version}.tar`, CACHE);
  if (existsSync(kept)) return PGlite.create({ loadDataDir: new Blob([readFileSync(kept)]) });
  const database = await PGlite.create();
  const dump = await database.dumpDataDir('none');
  const own = new URL(randomUUID(), CACHE);
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(own, Buffer.from(await dump.arrayBuffer()));
  renameSync(own, kept);
  return database;
}

function greeting(): Buffer {
  const parameters = Object.entries(PARAMETERS).map(([name, value]) => {
    const body = Buffer.from(`${name}\0${value}\0`);
    const head = Buffer.from([0x53, 0, 0, 0, 0]);
    head.writeInt32BE(4 + body.length, 1);
    return Buffer.concat([head, body]);
  });
  return Buffer.concat([OK, ...parameters, READY]);
}

/** What NOTIFY sent, to be told to every connection. */
function notificationsIn(bytes: Buffer): Buffer {
  const found: Buffer[] = [];
  for (let at = 0; at + 5 <= bytes.length; at += 1 + bytes.readInt32BE(at + 1)) {
    if (bytes[at] === 0x41) found.push(bytes.subarray(at, at + 1 + bytes.readInt32BE(at + 1)));
  }
  return Buffer.concat(found);
}

// Writes bytes to a new connection and reads what comes back until it ends.
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export interface RawAnswer {
  /** 0 when the connection was closed without an answer. */
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** Everything, as it came. */
  readonly text: string;
  readonly milliseconds: number;
}

/** A server that says nothing is given up on, so that the test can say which case it was. */
const GIVE_UP_MS = 2_000;

export async function sendRaw(address: string, bytes: Buffer): Promise<RawAnswer> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  const read: Buffer[] = [];
  const begun = performance.now();
  const ended = Promise.withResolvers<number>();
  socket.on('data', (chunk: Buffer) => {
    read.push(chunk);
    // What follows may be the end of a connection that is kept: the answer is complete before.
    if (isComplete(Buffer.concat(read).toString('latin1'))) ended.resolve(performance.now());
  });
  // A server that refuses need not read the rest: writing on fails then, and what it said is here.
  socket.on('error', () => undefined);
  socket.on('close', () => ended.resolve(performance.now()));
  socket.write(bytes);
  const late = new AbortController();
  const giveUp = pause(GIVE_UP_MS, Infinity, { signal: late.signal }).catch(() => Infinity);
  const at = await Promise.race([ended.promise, giveUp]);
  late.abort();
  socket.destroy();
  const text = Buffer.concat(read).toString('utf8');
  return { ...parsed(text), text, milliseconds: at - begun };
}

function parsed(text: string): Pick<RawAnswer, 'status' | 'headers' | 'body'> {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = new Map(
    lines.map((line) => [line.split(':', 1).join('').toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? 0), headers, body: rest.join('\r\n\r\n') };
}

function isComplete(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  const [, length] = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end)) ?? [];
  return end >= 0 && length !== undefined && text.length >= end + 4 + Number(length);
}

// A WebSocket by hand: every byte can be sent, and what comes back is read frame by frame.
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Target } from './hostile-case.ts';
import type { HostileSocket } from './socket-cases.ts';
import { json, upgrade } from './socket-cases.ts';

export interface SocketEnd {
  /** 0 when the connection ended without a close frame. */
  readonly code: number;
  /** Everything the server wrote after the socket was opened. */
  readonly text: string;
  readonly milliseconds: number;
}

/** Opens a socket, writes the frames, and waits until the server ends it. */
export async function runCase(
  address: string,
  target: Target,
  { frames, letIn, opening: headers = {} }: HostileSocket,
): Promise<SocketEnd> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  const read: Buffer[] = [];
  socket.write(upgrade(target, { headers }));
  const opening = await untilHeaders(socket);
  if (!opening.head.startsWith('HTTP/1.1 101')) throw new Error(`It did not open: ${opening.head}`);
  read.push(opening.rest);
  if (letIn) {
    socket.write(json({ type: 'connection_init', payload: { token: target.token } }));
    await once(socket, 'data');
  }
  const begun = performance.now();
  const ended = new Promise<number>((resolve) => {
    const look = () => {
      if (closeCodeIn(Buffer.concat(read)) !== undefined) resolve(performance.now());
    };
    socket.on('data', (chunk: Buffer) => {
      read.push(chunk);
      look();
    });
    socket.on('close', () => resolve(performance.now()));
    look();
  });
  socket.write(Buffer.concat(frames));
  const at = await ended;
  socket.destroy();
  const all = Buffer.concat(read);
  return { code: closeCodeIn(all) ?? 0, text: all.toString('utf8'), milliseconds: at - begun };
}

function untilHeaders(socket: Socket): Promise<{ head: string; rest: Buffer }> {
  return new Promise((resolve) => {
    let read = Buffer.alloc(0);
    const take = (chunk: Buffer) => {
      read = Buffer.concat([read, chunk]);
      const end = read.indexOf('\r\n\r\n');
      if (end < 0) return;
      socket.off('data', take);
      resolve({ head: read.subarray(0, end).toString('latin1'), rest: read.subarray(end + 4) });
    };
    socket.on('data', take);
    socket.on('close', () => resolve({ head: read.toString('latin1'), rest: Buffer.alloc(0) }));
  });
}

/** Of the first close frame; servers do not mask. */
function closeCodeIn(bytes: Buffer): number | undefined {
  let at = 0;
  while (at + 2 <= bytes.length) {
    const opcode = bytes.readUInt8(at) & 0x0f;
    const short = bytes.readUInt8(at + 1) & 0x7f;
    if (short === 127 || (short === 126 && at + 4 > bytes.length)) return undefined;
    const [from, length] = short === 126 ? [at + 4, bytes.readUInt16BE(at + 2)] : [at + 2, short];
    if (from + length > bytes.length) return undefined;
    if (opcode === 8) return length >= 2 ? bytes.readUInt16BE(from) : 1005;
    at = from + length;
  }
  return undefined;
}

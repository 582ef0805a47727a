// A server of the loopback interface that passes everything on to PostgreSQL, and once it was told a word, cuts the
// connection as soon as that word went through: the statement reaches the server, its answer reaches nobody.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';

export interface CuttingProxy {
  readonly url: string;
  /** Cuts the next connection that sends this. */
  cutAt(word: string): void;
  close(): void;
}

export async function cuttingProxy(url: string): Promise<CuttingProxy> {
  const target = new URL(url);
  let word: string | undefined;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    client.on('error', () => undefined).on('close', () => upstream.end());
    upstream.on('error', () => undefined).on('close', () => client.destroy());
    upstream.on('data', (answer) => client.write(answer));
    client.on('data', (question: Buffer) => {
      if (word !== undefined && question.includes(word)) {
        word = undefined;
        upstream.removeAllListeners('data').once('data', () => client.destroy());
      }
      upstream.write(question);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return { url: through.toString(), cutAt: (next) => (word = next), close: () => void server.close() };
}

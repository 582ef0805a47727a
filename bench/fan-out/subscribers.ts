// Ten thousand clients in one process. Tells the bench when all are connected, and after each message how long it took
// to reach them. Arguments: URL, how many, and for ours the token and the community.
import WebSocket from 'ws';

export interface Reached {
  /** When the last one had it, in epoch milliseconds. */
  readonly at: readonly number[];
  readonly text: string;
}

const [url = '', count = '0', token, communityId] = process.argv.slice(2);
const QUERY = `subscription ($id: ID!) { ledgerChanged(communityId: $id) {
  position type request { id communityId revision channel category building status reportedAt dueAt }
} }`;
const CONNECTING_AT_ONCE = 200;

let at: number[] = [];
const wanted = Number(count);

function received(data: Buffer): void {
  at.push(performance.timeOrigin + performance.now());
  if (at.length < wanted) return;
  const text = data.toString();
  process.send?.({ at, text } satisfies Reached);
  at = [];
}

function connect(id: number): Promise<void> {
  const socket = new WebSocket(url, token === undefined ? [] : 'graphql-transport-ws', { perMessageDeflate: false });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', (code) => reject(new Error(`closed with ${String(code)}`)));
    if (token === undefined) {
      socket.on('open', () => resolve());
      socket.on('message', received);
      return;
    }
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { token } })));
    socket.once('message', () => {
      const payload = { query: QUERY, variables: { id: communityId } };
      socket.send(JSON.stringify({ id: `subscriber-${String(id)}`, type: 'subscribe', payload }));
      // The answer to a message sent after it shows that the subscription has been read.
      socket.send(JSON.stringify({ type: 'ping' }));
      socket.once('message', () => {
        socket.on('message', received);
        resolve();
      });
    });
  });
}

for (let done = 0; done < wanted; done += CONNECTING_AT_ONCE) {
  await Promise.all(Array.from({ length: Math.min(CONNECTING_AT_ONCE, wanted - done) }, (_, n) => connect(done + n)));
}
process.send?.('connected');

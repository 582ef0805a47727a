// Other event stores, measured beside ours where they are installed: npm install --prefix bench/peers. The one for
// PostgreSQL also needs PEER_POSTGRES_URL, an empty database of its own.
import { createRequire } from 'node:module';
import type { Append } from './workload.ts';

export interface Peer {
  readonly name: string;
  readonly callers: number;
  /** Fewer than ours: what it does in about a second. */
  readonly appends: number;
  readonly target: { readonly atLeast: number };
  readonly open: (file: string) => PeerStore;
}

interface PeerStore {
  append(one: Append): Promise<unknown>;
  close(): unknown;
}

const ATTEMPTS = 10;

/** As much of emmett as is used here. */
interface EmmettStore {
  appendToStream(
    stream: string,
    events: readonly { type: string; data: object; metadata: object }[],
    options: { expectedStreamVersion: 'STREAM_DOES_NOT_EXIST' },
  ): Promise<unknown>;
  close?(): Promise<void>;
}

interface EmmettPackages {
  '@event-driven-io/emmett-sqlite': { getSQLiteEventStore(options: { fileName: string }): EmmettStore };
  '@event-driven-io/emmett-postgresql': { getPostgreSQLEventStore(url: string): EmmettStore };
}

const load = createRequire(new URL('../peers/package.json', import.meta.url));

/** The peers that can be measured here; says of the others why not. */
export function availablePeers(): Peer[] {
  const peers: Peer[] = [];
  const sqlite = installed('@event-driven-io/emmett-sqlite');
  if (sqlite) {
    const open = (fileName: string) => adapted(sqlite.getSQLiteEventStore({ fileName }));
    peers.push({ name: 'emmett-sqlite', callers: 1, appends: 150, target: { atLeast: 10 }, open });
  }
  const postgresql = installed('@event-driven-io/emmett-postgresql');
  const url = process.env['PEER_POSTGRES_URL'];
  if (postgresql && url === undefined) console.log('emmett-postgresql: PEER_POSTGRES_URL is not set');
  if (postgresql && url !== undefined) {
    const open = () => adapted(postgresql.getPostgreSQLEventStore(url));
    peers.push({ name: 'emmett-postgresql', callers: 64, appends: 1_000, target: { atLeast: 30 }, open });
  }
  return peers;
}

function installed<Name extends keyof EmmettPackages>(name: Name): EmmettPackages[Name] | undefined {
  try {
    return load(name) as EmmettPackages[Name];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    console.log(`${name}: not installed (npm install --prefix bench/peers)`);
    return undefined;
  }
}

// A new stream for every event asks the least of a peer. emmett-sqlite's commit fails now and then with "statements in
// progress"; such an append is made again, and its time counts.
function adapted(store: EmmettStore): PeerStore {
  const append = async (one: Append, attempt: number): Promise<unknown> => {
    const {
      stream,
      revision,
      event: { type, data, metadata },
    } = one;
    const name = `${stream}-${String(revision)}-${String(attempt)}`;
    try {
      return await store.appendToStream(name, [{ type, data, metadata }], {
        expectedStreamVersion: 'STREAM_DOES_NOT_EXIST',
      });
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      return append(one, attempt + 1);
    }
  };
  return { append: (one) => append(one, 1), close: () => store.close?.() };
}

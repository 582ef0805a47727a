// What the specifications of the client's defects share: a server that can be troubled, the adapter over it with short limits,
// and the client by itself, also where it ends its process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { jsonEvent } from '@eventstore/db-client';
import type { EventStoreDBStore, EventStoreDBStoreOptions } from '#libs/event-store/eventstoredb';
import { openStore as open } from '../../support/eventstoredb-house/index.ts';
import type { EventStoreSimulator } from '../../support/eventstoredb-simulator/index.ts';
import { failures } from '../../support/eventstoredb-simulator/index.ts';

const BARE = fileURLToPath(new URL('./bare-client.child.ts', import.meta.url));

/** Short, so that silence is soon noticed. */
export const LIMITS = { appendAnswerMs: 500, appendMs: 4_000, readAnswerMs: 2_000, readMs: 4_000, pollMs: 50 };

export const NOT_READY = failures.notReady();

/** The adapter. */
export function openStore(
  { connectionString: url }: EventStoreSimulator,
  options: Partial<EventStoreDBStoreOptions> = {},
): EventStoreDBStore {
  return open(url, { categories: ['request'], limits: LIMITS, ...options });
}

export const bareEvent = () => jsonEvent({ type: 'RequestRaised', data: {} });

/** How a process ends in which the client by itself meets the named trouble. */
export async function endOfBareProcess(trouble: string): Promise<{ code: number | null; said: string }> {
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', BARE, trouble],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}

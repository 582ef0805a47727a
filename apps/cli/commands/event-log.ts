// Opens nothing but the log for one command, so that no keys and no read models are made beside it, and closes it
// afterwards, whatever happens.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EVENTS_FILE } from '#apps/foundation';
import { SqliteEventStore } from '#libs/event-store/sqlite';
import { NotFound } from '#libs/kernel';
import type { Settings } from '#libs/platform';
import { lockDataDirectory } from '#libs/platform';
import { listenForInterruption } from '../terminal/interruption.ts';
import type { Target } from '../transfer/import-events.ts';

/** In one turn of the event loop the embedded store takes this many in one transaction, in their order. */
const APPENDS_IN_ONE_TRANSACTION = 256;

export interface EventLog extends Target {
  /** Aborted when the operator wants the command to stop. */
  readonly signal: AbortSignal;
}

export interface EventLogOptions {
  /** Makes the log where there is none; otherwise none is refused. */
  readonly create?: boolean;
}

export async function withEventLog<T>(
  settings: Settings,
  work: (log: EventLog) => Promise<T>,
  { create = false }: EventLogOptions = {},
): Promise<T> {
  const interruption = listenForInterruption();
  try {
    return await withEmbeddedLog(settings, create, (target) => work({ ...target, signal: interruption.signal }));
  } finally {
    interruption.release();
  }
}

/** Whether there is a log; of one on a server only the server can tell. */
export function hasEventLog({ dataDirectory }: Settings): boolean {
  return existsSync(join(dataDirectory, EVENTS_FILE));
}

async function withEmbeddedLog<T>(
  settings: Settings,
  create: boolean,
  work: (target: Target) => Promise<T>,
): Promise<T> {
  const { dataDirectory } = settings;
  if (!create && !hasEventLog(settings)) throw new NotFound(`There is no event log in ${dataDirectory}.`);
  const lock = lockDataDirectory(dataDirectory);
  try {
    const store = SqliteEventStore.open({ file: join(dataDirectory, EVENTS_FILE) });
    return await work({ store, appendsAtOnce: APPENDS_IN_ONE_TRANSACTION }).finally(() => store.close());
  } finally {
    lock.release();
  }
}

// Starts the appending process, kills it, opens what it left behind, and says which promises were broken.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Position } from '#libs/kernel';
import { START_OF_LOG } from '#libs/kernel';
import type { RecordedEvent } from '#libs/event-store';
import { SqliteEventStore } from '#libs/event-store/sqlite';

export type Behaviour = 'correct' | 'acknowledges-before-commit' | 'splits-commands';

export interface Findings {
  /** Acknowledged ids that are not in the log. */
  readonly lost: number;
  /** Ids that are in the log more than once. */
  readonly doubled: number;
  /** Commands of which some events are in the log and some are not. */
  readonly halfCommands: number;
  /** Places where a revision or position does not follow the one before. */
  readonly gaps: number;
  readonly events: number;
  /** In the log, though the process died before it could say so: retrying these is what command ids are for. */
  readonly unacknowledged: number;
}

const CHILD = fileURLToPath(new URL('./appender.child.ts', import.meta.url));

/** Lets a process append to the file and kills it `afterMs` after its first acknowledgement; returns what it printed. */
export async function appendUntilKilled(file: string, behaviour: Behaviour, afterMs: number): Promise<string[]> {
  const child = spawn(process.execPath, ['--conditions=source', CHILD, file, behaviour], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  let killing: NodeJS.Timeout | undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    killing ??= setTimeout(() => child.kill('SIGKILL'), afterMs);
  });
  await once(child, 'close');
  if (child.signalCode !== 'SIGKILL') throw new Error('The appending process ended by itself.');
  const complete = printed.slice(0, printed.lastIndexOf('\n') + 1);
  return complete.split(/\s/).filter((id) => id !== '');
}

/** Opens the file as the next start would and compares it with what was acknowledged. */
export async function inspect(file: string, acknowledged: readonly string[]): Promise<Findings> {
  const log = await readAll(file);
  const times = new Map<string, number>();
  const commands = new Map<string, { size: number; found: number }>();
  const revisions = new Map<string, number>();
  let gaps = 0;
  for (const [index, { id, stream, revision, position, data, metadata }] of log.entries()) {
    times.set(id, (times.get(id) ?? 0) + 1);
    const command = commands.get(metadata.commandId) ?? { size: Number(data['size']), found: 0 };
    commands.set(metadata.commandId, { ...command, found: command.found + 1 });
    if (revision !== (revisions.get(stream) ?? -1) + 1 || Number(position) !== index + 1) gaps += 1;
    revisions.set(stream, revision);
  }
  return {
    lost: acknowledged.filter((id) => !times.has(id)).length,
    doubled: [...times.values()].filter((count) => count > 1).length,
    halfCommands: [...commands.values()].filter(({ size, found }) => size !== found).length,
    gaps,
    events: log.length,
    unacknowledged: log.length - acknowledged.length,
  };
}

async function readAll(file: string): Promise<RecordedEvent[]> {
  const store = SqliteEventStore.open({ file });
  const log: RecordedEvent[] = [];
  let after: Position = START_OF_LOG;
  for (;;) {
    const { events, next, head } = await store.readAll({ after });
    log.push(...events);
    after = next;
    if (next >= head) break;
  }
  await store.close();
  return log;
}

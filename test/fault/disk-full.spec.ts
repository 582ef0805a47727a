// A file system of 3 MB, filled to the last block: no half command, reads answer, callers hear Unavailable, and
// nothing needs to be restarted once there is room again. Needs the right to mount; without it the test is skipped.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Unavailable } from '#libs/kernel';
import { idsOf, newEvents, newStream, readLog } from '#libs/event-store/contract';
import { SqliteEventStore } from '#libs/event-store/sqlite';

const directory = mkdtempSync(join(tmpdir(), 'full-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', directory]).status === 0;

afterAll(() => {
  if (mounted) spawnSync('umount', [directory]);
  rmSync(directory, { recursive: true, force: true });
});

describe('a full disk', () => {
  (mounted ? it : it.skip)('costs nothing that was acknowledged, and heals by itself', async () => {
    const ballast = join(directory, 'ballast');
    writeFileSync(ballast, Buffer.alloc(1_000_000));
    const reports: Unavailable[] = [];
    const store = SqliteEventStore.open({ file: join(directory, 'events.db'), onBroken: (it) => reports.push(it) });
    const acknowledged: string[] = [];
    const failures: unknown[] = [];
    while (failures.length < 40) {
      const commands = Array.from({ length: 8 }, () => newEvents(3));
      const outcomes = await Promise.allSettled(
        commands.map((events) => store.append(newStream(), events, { expected: 'no-stream' })),
      );
      outcomes.forEach((outcome, index) => {
        if (outcome.status === 'fulfilled') acknowledged.push(...idsOf(commands[index] ?? []));
        else failures.push(outcome.reason);
      });
      expect(idsOf(await readLog(store))).toEqual(acknowledged);
    }
    expect(failures.every((failure) => failure instanceof Unavailable)).toBe(true);
    expect(acknowledged.length).toBeGreaterThan(100);

    rmSync(ballast);
    const later = newEvents(3);
    await store.append(newStream(), later, { expected: 'no-stream' });
    expect(idsOf(await readLog(store))).toEqual([...acknowledged, ...idsOf(later)]);
    expect(reports).toEqual([]);
    await store.close();
    const again = SqliteEventStore.open({ file: join(directory, 'events.db') });
    expect(idsOf(await readLog(again))).toEqual([...acknowledged, ...idsOf(later)]);
    await again.close();
  });
});

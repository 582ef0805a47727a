// No acknowledged event is lost and no command is half there, however often the process is killed while it appends.
// FAULT_KILLS says how often; the mutants show that the test would notice.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Behaviour } from './kill-harness.ts';
import { appendUntilKilled, inspect } from './kill-harness.ts';

const KILLS = Number(process.env['FAULT_KILLS'] ?? 5);
const KILLS_PER_FILE = 10;
const MOST_KILLS_OF_A_MUTANT = 60;
const SECONDS_PER_KILL = 5;

describe('a process killed while it appends', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'killed-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it(
    `loses nothing it acknowledged and leaves no half command, ${String(KILLS)} times`,
    async () => {
      const total = { acknowledged: 0, lost: 0, doubled: 0, halfCommands: 0, gaps: 0, unacknowledgedKills: 0 };
      let acknowledged: string[] = [];
      let surplus = 0;
      for (let kill = 0; kill < KILLS; kill += 1) {
        if (kill % KILLS_PER_FILE === 0) [acknowledged, surplus] = [[], 0];
        const file = join(directory, `${String(Math.floor(kill / KILLS_PER_FILE))}.db`);
        const printed = await appendUntilKilled(file, 'correct', Math.random() * 150);
        acknowledged.push(...printed);
        const findings = await inspect(file, acknowledged);
        total.acknowledged += printed.length;
        total.lost += findings.lost;
        total.doubled += findings.doubled;
        total.halfCommands += findings.halfCommands;
        total.gaps += findings.gaps;
        if (findings.unacknowledged > surplus) total.unacknowledgedKills += 1;
        surplus = findings.unacknowledged;
      }
      process.stdout.write(
        `killed ${String(KILLS)} times: ${total.acknowledged.toLocaleString('en')} events acknowledged, ` +
          `${String(total.lost)} lost, ${String(total.halfCommands)} half commands; ` +
          `${String(total.unacknowledgedKills)} kills left a committed command unacknowledged\n`,
      );
      expect(total).toMatchObject({ lost: 0, doubled: 0, halfCommands: 0, gaps: 0 });
      expect(total.acknowledged).toBeGreaterThan(0);
    },
    KILLS * SECONDS_PER_KILL * 1_000,
  );

  it.each([
    ['acknowledges-before-commit', 'lost'],
    ['splits-commands', 'halfCommands'],
  ] as const)(
    'would notice a store that %s',
    async (mutant, broken) => {
      expect(await killsUntilNoticed(directory, mutant, broken)).toBeLessThanOrEqual(MOST_KILLS_OF_A_MUTANT);
    },
    MOST_KILLS_OF_A_MUTANT * SECONDS_PER_KILL * 1_000,
  );
});

async function killsUntilNoticed(directory: string, mutant: Behaviour, broken: 'lost' | 'halfCommands') {
  for (let kill = 1; kill <= MOST_KILLS_OF_A_MUTANT; kill += 1) {
    const file = join(directory, `${mutant}-${String(kill)}.db`);
    const printed = await appendUntilKilled(file, mutant, Math.random() * 100);
    if ((await inspect(file, printed))[broken] > 0) return kill;
  }
  return Number.POSITIVE_INFINITY;
}

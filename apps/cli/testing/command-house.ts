// A directory of its own to give commands in, for specifications: runs them in process and catches what they say.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { readSettings } from '#libs/platform';
import { withWorkplace } from '../commands/workplace.ts';
import { runProgram } from '../program.ts';
import type { Cells } from './ledger-files.ts';
import { csvOf } from './ledger-files.ts';

/** The studio's ledger, which the demonstration imports. */
export const STUDIO_LEDGER = fileURLToPath(new URL('../demo/ledger.csv', import.meta.url));

export interface CommandOutcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export class CommandHouse {
  readonly #directory = mkdtempSync(join(tmpdir(), 'command-house-'));

  at(name: string): string {
    return join(this.#directory, name);
  }

  async cli(...argv: readonly string[]): Promise<CommandOutcome> {
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      process[name].write = (text: string | Uint8Array) => {
        said[name] += String(text);
        return true;
      };
    }
    try {
      const code = await runProgram([...argv, '--data-dir', this.at('data'), '--log-level=error']);
      return { code, out: said.stdout, err: said.stderr };
    } finally {
      // What lies over the stream's own method is taken off again.
      for (const name of ['stdout', 'stderr'] as const) Reflect.deleteProperty(process[name], 'write');
    }
  }

  async addCommunity(): Promise<void> {
    await this.cli('areas', 'add', '某区', '--level', 'district');
    await this.cli('areas', 'add', '某街道', '--level', 'street', '--in', '某区');
    const { code, err } = await this.cli('areas', 'add', '流霞里', '--level', 'community', '--in', '某街道');
    if (code !== 0) throw new Error(err);
  }

  /** Writes a ledger; answers its path. */
  ledger(rows: readonly Cells[], name = 'ledger.csv'): string {
    writeFileSync(this.at(name), csvOf(rows));
    return this.at(name);
  }

  /** The reception ledger as a file of this name holds it after an export. */
  async exported(name: string): Promise<string> {
    const { code, err } = await this.cli('export', 'ledger', this.at(name));
    if (code !== 0) throw new Error(err);
    return readFileSync(this.at(name), 'utf8');
  }

  /** Erases the reporter of a request that is closed, as retention does: without a second person and without a delay. */
  async eraseNow(requestId: string): Promise<void> {
    const settings = readSettings({ DATA_DIR: this.at('data'), LOG_LEVEL: 'error' });
    await withWorkplace(settings, async (place) => {
      const { subjects, eraser } = place.services.erasing;
      const facts = await subjects.find({ kind: 'REQUEST', id: requestId });
      if (!facts) throw new Error('There is no such request');
      await eraser.beginByRetention(facts, place.foundation.clock.now());
      await eraser.carryOut([facts.personId]);
    });
  }

  logSize(): number {
    return statSync(this.at('data/events.db')).size;
  }

  /** Throws everything away but the files beside the data. */
  forget(): void {
    rmSync(this.at('data'), { recursive: true });
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true });
  }
}

/** Requests reported at the same minute are listed in the order of their ids, which differ from house to house. */
export function byNumber(text: string): string[][] {
  return parse(text, { bom: true }).sort(([a = ''], [b = '']) => Number(a) - Number(b));
}

// A process that cannot start: how it ends, and what it says of it.
import { expect } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli, ServerProcess } from '../../e2e/harness/server-process.ts';
import { expectDiscretion } from './spoken.ts';

type Environment = Readonly<Record<string, string>>;

/** Of a start that ends with code 1, within bounded time; answers the one line on standard error. */
export async function refusalOf(app: 'api' | 'projector', environment: Environment): Promise<string> {
  return inDirectory(async (directory) => {
    const process = ServerProcess.start(directory, environment, app);
    const { code, errors } = await process.ended;
    return oneLine(code, errors, process.said);
  });
}

/** Of a command that ends with code 1; nothing is on standard output. */
export async function refusalOfCli(args: readonly string[], environment: Environment): Promise<string> {
  return inDirectory(async (directory) => {
    const { code, errors, output } = await runCli(args, directory, environment);
    expect(output).toBe('');
    return oneLine(code, errors, errors);
  });
}

function oneLine(code: number | null, errors: string, said: string): string {
  expectDiscretion(said);
  expect({ code, errors }).toEqual({ code: 1, errors: expect.stringMatching(/^[^\n{]+\.\n$/) });
  return errors.trim();
}

async function inDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'bangbangwo-refused-'));
  try {
    const answer = await work(directory);
    expect(readdirSync(directory)).toEqual([]);
    return answer;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

// Looks for byte strings in every file below a directory, the logs of open databases included. By a process of its own:
// closing a file gives back every lock this process has on it (POSIX), so that another process would take a database
// that SQLite has open here for one that nobody uses, and would put its log away under the hands that write to it.
import { spawn } from 'node:child_process';
import { extname } from 'node:path';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Unavailable } from '#libs/kernel';

export interface FileSearch {
  readonly files: number;
  readonly bytes: number;
  /** Indices of the needles that were found anywhere, in order. */
  readonly found: readonly number[];
}

/** What the searching process is told. */
export interface Sought {
  readonly directory: string;
  /** In base64. */
  readonly needles: readonly string[];
}

const CHILD = fileURLToPath(new URL(`./search-files.child${extname(import.meta.url)}`, import.meta.url));

/**
 * @param needles of two bytes or more; shorter ones are not looked for
 * @throws Unavailable when the files cannot be searched
 */
export async function searchFiles(directory: string, needles: readonly Uint8Array[]): Promise<FileSearch> {
  const sought: Sought = { directory, needles: needles.map((needle) => Buffer.from(needle).toString('base64')) };
  const child = spawn(process.execPath, [CHILD], { stdio: ['pipe', 'pipe', 'ignore'], env: {} });
  try {
    const failed = new Promise<never>((_, reject) => child.once('error', reject));
    child.stdin.on('error', () => undefined).end(JSON.stringify(sought));
    return (await Promise.race([json(child.stdout), failed])) as FileSearch;
  } catch (error) {
    child.kill();
    throw new Unavailable('The files of the house cannot be searched now.', {}, { cause: error });
  }
}

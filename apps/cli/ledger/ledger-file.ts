// Files of an operator: ledgers that are read, and files with personal data that are written for their owner's eyes
// only and never over another one.
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { InvalidInput } from '#libs/kernel';
import { LARGEST_LEDGER } from './decode-ledger.ts';

const MEGABYTE = 1_048_576;

/** @throws InvalidInput with a sentence that names the file when it cannot be read or is too large */
export async function readLedgerFile(file: string): Promise<Uint8Array> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw new InvalidInput(`${file} cannot be read: ${whyNot(error)}.`);
  });
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new InvalidInput(`${file} is not a file.`);
    if (stats.size > LARGEST_LEDGER) {
      const [has, most] = [stats.size, LARGEST_LEDGER].map((bytes) => `${String(Math.ceil(bytes / MEGABYTE))} MB`);
      throw new InvalidInput(`${file} has ${String(has)}; ${String(most)} is the most. Split it, by month perhaps.`);
    }
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** @throws InvalidInput when the file exists or cannot be written */
export async function createPrivateFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'wx', 0o600);
  } catch (error) {
    throw new InvalidInput(`${file} cannot be written: ${whyNot(error)}.`);
  }
}

function whyNot(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return 'there is no such file or directory';
    case 'EEXIST':
      return 'it exists already';
    case 'EACCES':
    case 'EPERM':
      return 'permission is denied';
    case 'EROFS':
      return 'the file system is read-only';
    default:
      return code ?? 'the reason is unknown';
  }
}

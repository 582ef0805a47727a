// Files of an operator: ledgers that are read, and files with personal data that are written for their owner's eyes
// only and never over another one.
import { open, unlink } from 'node:fs/promises';
import { InvalidInput, Unavailable } from '#libs/kernel';
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

/**
 * Creates a file that only its owner can read, and has it written piece by piece. When anything fails there is no file
 * afterwards: half a ledger looks like a whole one.
 *
 * @throws InvalidInput when the file exists or cannot be created
 * @throws Unavailable when it cannot be written to its end; and whatever `write` throws
 */
export async function writePrivateFile<T>(
  file: string,
  write: (append: (text: string) => Promise<void>) => Promise<T>,
): Promise<T> {
  const handle = await open(file, 'wx', 0o600).catch((error: unknown) => {
    throw new InvalidInput(`${file} cannot be written: ${whyNot(error)}.`);
  });
  const append = (text: string) =>
    handle.appendFile(text).catch((error: unknown) => {
      throw new Unavailable(`${file} cannot be written: ${whyNot(error)}.`);
    });
  try {
    return await write(append).finally(() => handle.close());
  } catch (error) {
    await unlink(file);
    throw error;
  }
}

function whyNot(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return (code !== undefined && REASONS[code]) || (code ?? 'the reason is unknown');
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or directory',
  ENOTDIR: 'there is no such file or directory',
  EISDIR: 'it is a directory',
  EEXIST: 'it exists already',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

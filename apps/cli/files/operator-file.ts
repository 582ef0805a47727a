// Files of an operator: those that are read, and those for their owner's eyes only that are written, never over another.
import type { FileHandle } from 'node:fs/promises';
import { open, unlink } from 'node:fs/promises';
import { InvalidInput, Unavailable } from '#libs/kernel';

/**
 * Opens a file for one piece of work and closes it afterwards.
 *
 * @throws InvalidInput with a sentence that names the file when it cannot be read or is no regular file
 */
export async function readingFile<T>(file: string, work: (handle: FileHandle, size: number) => Promise<T>): Promise<T> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw new InvalidInput(`${file} cannot be read: ${whyNot(error)}.`);
  });
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new InvalidInput(`${file} is not a file.`);
    return await work(handle, stats.size);
  } finally {
    await handle.close();
  }
}

/**
 * Creates a file that only its owner can read, and has it written piece by piece. When anything fails there is no file
 * afterwards: half a list looks like a whole one.
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
  const failing = (error: unknown) => {
    throw new Unavailable(`${file} cannot be written: ${whyNot(error)}.`);
  };
  const append = (text: string) => handle.appendFile(text).catch(failing);
  try {
    return await write(append)
      .then(async (answer) => {
        await handle.sync().catch(failing);
        return answer;
      })
      .finally(() => handle.close());
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

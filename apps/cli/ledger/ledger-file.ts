// A ledger as an operator hands it in: a whole file, of a size that a spreadsheet makes.
import { InvalidInput } from '#libs/kernel';
import { readingFile } from '../files/operator-file.ts';
import { LARGEST_LEDGER } from './decode-ledger.ts';

const MEGABYTE = 1_048_576;

/** @throws InvalidInput with a sentence that names the file when it cannot be read or is too large */
export function readLedgerFile(file: string): Promise<Uint8Array> {
  return readingFile(file, async (handle, size) => {
    if (size > LARGEST_LEDGER) {
      const [has, most] = [size, LARGEST_LEDGER].map((bytes) => `${String(Math.ceil(bytes / MEGABYTE))} MB`);
      throw new InvalidInput(`${file} has ${String(has)}; ${String(most)} is the most. Split it, by month perhaps.`);
    }
    return handle.readFile();
  });
}

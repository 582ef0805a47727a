// The lines of a file that may be larger than memory, each with its number. A line is what a line feed ends: the rest
// behind the last one is told from a line.
import type { FileHandle } from 'node:fs/promises';

export interface FileLine {
  /** From 1. */
  readonly number: number;
  /** Undefined when it is not UTF-8 or longer than any line may be. */
  readonly text: string | undefined;
  /** False for what stands behind the last line feed. */
  readonly ended: boolean;
}

const LINE_FEED = 0x0a;
const READ_BYTES = 1 << 18;

/** @param longest most bytes of one line */
export async function* fileLines(handle: FileHandle, longest: number): AsyncGenerator<FileLine, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let number = 0;
  const line = (bytes: Uint8Array, ended: boolean): FileLine => {
    number += 1;
    return { number, ended, text: bytes.length > longest ? undefined : decoded(decoder, bytes) };
  };
  let rest = Buffer.alloc(0);
  for (let position = 0; ;) {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED, rest.length); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
      yield line(bytes.subarray(start, end), true);
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (rest.length > longest) {
      yield line(rest, false);
      return;
    }
  }
  if (rest.length > 0) yield line(rest, false);
}

function decoded(decoder: TextDecoder, bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

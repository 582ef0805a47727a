// Turns a ledger file's bytes into text. Spreadsheets in China write UTF-8 with BOM, GBK without a word, or UTF-16.
import { InvalidInput } from '#libs/kernel';

/** Larger files are refused before they are read: a paper ledger of 100,000 rows is about 20 MB. */
export const LARGEST_LEDGER = 32 * 1024 * 1024;

export interface DecodedLedger {
  readonly text: string;
  readonly encoding: 'UTF-8' | 'GB18030' | 'UTF-16';
}

/** @throws InvalidInput when the bytes are text in none of the encodings */
export function decodeLedger(bytes: Uint8Array): DecodedLedger {
  if (bytes.length === 0) throw new InvalidInput('The file is empty.');
  const utf16 =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : undefined;
  const candidates = utf16
    ? ([[utf16, 'UTF-16']] as const)
    : ([
        ['utf-8', 'UTF-8'],
        ['gb18030', 'GB18030'],
      ] as const);
  for (const [label, encoding] of candidates) {
    const text = decode(bytes, label);
    if (text !== undefined && !text.includes('\0')) return { text, encoding };
  }
  throw new InvalidInput('The file is not text in UTF-8, GBK/GB18030 or UTF-16. Save it from the spreadsheet as CSV.');
}

function decode(bytes: Uint8Array, label: string): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

// Ledgers for specifications, as an office's spreadsheet writes them.
import { stringify } from 'csv-stringify/sync';
import type { ColumnName } from '../ledger/ledger-columns.ts';
import { COLUMNS } from '../ledger/ledger-columns.ts';

export type Cells = Partial<Record<ColumnName, string>>;

const COLUMN_NAMES = Object.keys(COLUMNS) as ColumnName[];

/** A request that went the whole way. */
export const RESOLVED: Readonly<Record<ColumnName, string>> = {
  number: '1',
  reportedAt: '2024-07-08 13:16',
  channel: '来电',
  reporterName: '居民甲',
  reporterPhone: '022-00001234',
  reporterAddress: '流霞里11门531',
  matter: '11门楼梯扶手松动',
  category: '房屋修缮',
  dispatchedAt: '2024-07-09 05:43',
  volunteer: '志愿者24',
  acceptedAt: '2024-07-09 08:00',
  resolvedAt: '2024-07-10 10:00',
  result: '已修复',
  status: '办结',
  reviewOn: '',
  callBack: '满意',
};

/** One that was only reported. */
export const RAISED: Cells = {
  ...{ dispatchedAt: '', volunteer: '', acceptedAt: '', resolvedAt: '', result: '', status: '待派单', callBack: '' },
};

/** Rows as text of a file, numbered from 1 where they do not say. */
export function csvOf(rows: readonly Cells[], headings: readonly string[] = Object.values(COLUMNS)): string {
  const records = rows.map((cells, index) => {
    const row: Readonly<Record<ColumnName, string>> = { ...RESOLVED, number: String(index + 1), ...cells };
    return COLUMN_NAMES.map((name) => row[name]);
  });
  return stringify([headings, ...records]);
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Text in GBK, which the platform only decodes. */
export function gbkOf(text: string): Uint8Array {
  gbk ??= gbkTable();
  const table = gbk;
  return Uint8Array.from(
    Array.from(text).flatMap((character) => {
      const bytes = character < '\x80' ? [character.charCodeAt(0)] : table.get(character);
      if (!bytes) throw new Error('Not in GBK.');
      return bytes;
    }),
  );
}

let gbk: ReadonlyMap<string, readonly number[]> | undefined;

function gbkTable(): ReadonlyMap<string, readonly number[]> {
  const decoder = new TextDecoder('gb18030');
  const table = new Map<string, readonly number[]>();
  for (let lead = 0x81; lead <= 0xfe; lead += 1)
    for (let trail = 0x40; trail <= 0xfe; trail += 1)
      if (trail !== 0x7f) table.set(decoder.decode(Uint8Array.of(lead, trail)), [lead, trail]);
  return table;
}

export function utf16Of(text: string, order: 'little' | 'big'): Uint8Array {
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le');
  return order === 'little' ? bytes : bytes.swap16();
}

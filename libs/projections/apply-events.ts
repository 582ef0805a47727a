// A batch of events applied in memory, up to the first one that fails.
import type { DecodedEvent, RecordedEvent } from '#libs/event-store';
import type { SqlReader, SqlTable } from '#libs/platform';
import { EventFailure } from './event-failure.ts';
import type { Projection } from './projection.ts';
import { RowBatch } from './row-batch.ts';
import type { Table } from './table.ts';

/** Each of a projection's tables with the one it is kept in. */
export type TablePairs = readonly (readonly [Table, SqlTable])[];

export interface AppliedBatch {
  readonly rows: RowBatch;
  /** The last event applied. */
  readonly last: DecodedEvent | undefined;
  /** The first event that failed; `rows` may then hold half of its changes and must not be written. */
  readonly failure: EventFailure | undefined;
}

export async function applyEvents(
  projection: Projection,
  tables: TablePairs,
  events: readonly RecordedEvent[],
  reader: SqlReader,
): Promise<AppliedBatch> {
  const rows = new RowBatch(tables);
  const { decoded, failure } = decode(projection, events, rows);
  await rows.load(reader);
  let last: DecodedEvent | undefined;
  for (const [index, event] of decoded.entries()) {
    try {
      projection.apply(event, rows);
    } catch (error) {
      return { rows, last, failure: new EventFailure(events[index] as RecordedEvent, error) };
    }
    last = event;
  }
  return { rows, last, failure };
}

function decode(projection: Projection, events: readonly RecordedEvent[], rows: RowBatch) {
  const decoded: DecodedEvent[] = [];
  for (const event of events) {
    try {
      const next = codecOf(projection, event.type).decode(event);
      for (const [table, ...key] of projection.keys(next)) rows.want(table, ...key);
      decoded.push(next);
    } catch (error) {
      return { decoded, failure: new EventFailure(event, error) };
    }
  }
  return { decoded, failure: undefined };
}

function codecOf(projection: Projection, type: string) {
  const codec = projection.codecs.find(({ types }) => types.includes(type));
  if (!codec) throw new Error(`No codec of ${projection.name} knows ${type}`);
  return codec;
}

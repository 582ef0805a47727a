import type { DecodedEvent, EventCodec } from '#libs/event-store';
import type { DomainEvent } from '#libs/kernel';
import type { CounterTable, Row, RowTable, Table } from './table.ts';

/**
 * The rows a batch of events works on, in memory. The engine loads the rows named by `keys` for the whole batch
 * beforehand and writes what changed afterwards, in one transaction with the checkpoint.
 */
export interface RowSet {
  /** The row as the events so far left it. Throws when its key was not announced by `keys`. */
  get<R extends Row>(table: RowTable<R>, ...key: string[]): R | undefined;
  put<R extends Row>(table: RowTable<R>, row: R): void;
  remove<R extends Row>(table: RowTable<R>, ...key: string[]): void;
  /** Adds to a sum; a missing row counts as zeros, and so do columns that are left out. */
  add<R extends Row>(table: CounterTable<R>, row: Addition<R>): void;
}

/** A counter's key, and what to add to which of its sums: the columns that are numbers. */
export type Addition<R extends Row> = { readonly [K in keyof R as R[K] extends number ? never : K]: R[K] } & {
  readonly [K in keyof R as R[K] extends number ? K : never]?: R[K];
};

/**
 * Turns events into rows. Deterministic: the event and its metadata only, no clock, no I/O, no other projection.
 * `name` is permanent; a change of tables or meaning raises `version`, and the new tables are built beside the old.
 */
export interface Projection<Event extends DomainEvent = DomainEvent> {
  readonly name: string;
  readonly version: number;
  readonly tables: readonly Table[];
  /** Decodes the events it reads. */
  readonly codecs: readonly EventCodec[];
  /** Event types it reads; others never reach it. */
  readonly handles: readonly Event['type'][];
  /** Row keys `apply` may ask for, named before the batch is loaded. */
  keys(event: DecodedEvent<Event>): readonly (readonly [RowTable, ...string[]])[];
  apply(event: DecodedEvent<Event>, rows: RowSet): void;
}

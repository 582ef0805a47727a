import type { DecodedEvent } from '#libs/event-store';
import type { DomainEvent } from '#libs/kernel';
import type { Projection } from './projection.ts';
import type { Cell, Row, RowTable } from './table.ts';

/**
 * The row a projection would hold after these events, without a database: how a mutation answers with the changed
 * object at its new revision before any projection has caught up.
 */
export function foldRow<R extends Row, Event extends DomainEvent>(
  projection: Projection<Event>,
  table: RowTable<R>,
  events: readonly DecodedEvent<Event>[],
  ...key: string[]
): R | undefined {
  const rows = new Map<string, Row>();
  const nameOf = (of: { readonly name: string }, cells: readonly Cell[]) => JSON.stringify([of.name, ...cells]);
  const set = {
    get: (of: RowTable<never>, ...cells: string[]) => rows.get(nameOf(of, cells)) as never,
    put: (of: RowTable<never>, row: Row) =>
      void rows.set(
        nameOf(
          of,
          of.key.map((name) => row[name] ?? null),
        ),
        row,
      ),
    remove: (of: RowTable<never>, ...cells: string[]) => void rows.delete(nameOf(of, cells)),
    add: () => undefined,
  };
  for (const event of events) if (projection.handles.includes(event.type)) projection.apply(event, set as never);
  return rows.get(nameOf(table, key)) as R | undefined;
}

// How far each generation of each projection has come, kept in the same database as its rows and moved in the same
// transaction. Progress is a compare-and-set: whoever finds the checkpoint elsewhere than expected loses and rolls back.
import type { DecodedEvent } from '#libs/event-store';
import type { Position } from '#libs/kernel';
import { START_OF_LOG, Unavailable } from '#libs/kernel';
import type { SqlReader, SqlRow, SqlTable, SqlTransaction } from '#libs/platform';
import type { TableShape } from './physical-table.ts';
import { physicalTable, shapeOf } from './physical-table.ts';
import type { Projection } from './projection.ts';

const text = { type: 'text', nullable: false } as const;
const integer = { type: 'integer', nullable: false } as const;

const TABLE: SqlTable = {
  name: 'projectionGeneration',
  columns: [
    { name: 'projection', ...text },
    { name: 'version', ...integer },
    { name: 'generation', ...integer },
    { name: 'serving', ...integer },
    { name: 'position', ...text },
    { name: 'eventId', ...text },
    { name: 'eventStream', ...text },
    { name: 'eventRevision', ...integer },
    { name: 'shapes', ...text },
  ],
  key: ['projection', 'generation'],
  indexes: [],
};

// By name, so that a column which somebody dropped is noticed.
const SELECT = `SELECT ${TABLE.columns.map(({ name }) => `"${name}"`).join(', ')} FROM "${TABLE.name}"`;

/** The last event a generation has handled, by which a replaced log is recognised. */
export type LastEvent = Pick<DecodedEvent, 'id' | 'stream' | 'revision'>;

export interface Generation {
  readonly projection: string;
  readonly version: number;
  /** Counts up per projection over all versions. */
  readonly generation: number;
  /** Whether the views show this generation. */
  readonly serving: boolean;
  readonly position: Position;
  readonly last: LastEvent | undefined;
  readonly shapes: readonly TableShape[];
}

/** Another engine has moved this checkpoint, or replaced the generation. Nothing of the transaction is kept. */
export class LostRace extends Error {
  constructor(projection: string) {
    super(`Another engine has moved the checkpoint of ${projection}`);
  }
}

/** Makes them anew where they are not there or lack a column. */
export async function prepareCheckpoints(transaction: SqlTransaction): Promise<void> {
  if (await transaction.hasTable(TABLE)) return;
  await transaction.dropTable(TABLE.name);
  await transaction.createTable(TABLE);
}

/** A projection's generations, the oldest first. */
export async function generationsOf(reader: SqlReader, projection: string): Promise<Generation[]> {
  const sql = `${SELECT} WHERE "projection" = ? ORDER BY "generation"`;
  return (await reader.all(sql, [projection])).map(toGeneration);
}

/** Those of every projection, in an order that stays. */
export async function allGenerations(reader: SqlReader): Promise<Generation[]> {
  const sql = `${SELECT} ORDER BY "projection", "generation"`;
  return (await reader.all(sql)).map(toGeneration);
}

/**
 * The same generations moved to where they are now, read with little; undefined when they are not the same ones any
 * more.
 */
export async function movedGenerations(
  reader: SqlReader,
  known: readonly Generation[],
): Promise<readonly Generation[] | undefined> {
  const sql =
    'SELECT "projection", "generation", "serving", "position" FROM "projectionGeneration" ORDER BY "projection", "generation"';
  const rows = await reader.all(sql);
  const isSame = (row: SqlRow, of: Generation | undefined) =>
    row['projection'] === of?.projection &&
    row['generation'] === of?.generation &&
    (row['serving'] === 1) === of?.serving;
  if (rows.length !== known.length || !rows.every((row, index) => isSame(row, known[index]))) return undefined;
  return known.map((of, index) => ({ ...of, position: String(rows[index]?.['position']) as Position }));
}

/** Names of projections of which a generation is being built, or is asked for. */
export async function unservedProjections(reader: SqlReader): Promise<string[]> {
  const unserved = (await allGenerations(reader)).filter(({ serving }) => !serving);
  return [...new Set(unserved.map(({ projection }) => projection))];
}

/** Whether these tables are what this code's projection makes. */
export function isMadeBy({ name, version, tables }: Projection, of: Generation): boolean {
  const shapes = JSON.stringify(tables.map(shapeOf));
  return name === of.projection && version === of.version && shapes === JSON.stringify(of.shapes);
}

/** @throws Unavailable lasting when what is served was made by a newer version of the code, which would be lost */
export async function refuseNewer(reader: SqlReader, projections: readonly Projection[]): Promise<void> {
  const known = new Map(projections.map(({ name, version }) => [name, version]));
  const sql = 'SELECT "projection", "version" FROM "projectionGeneration" WHERE "serving" = 1';
  for (const { projection, version } of await reader.all(sql)) {
    const own = known.get(String(projection));
    if (own === undefined || Number(version) <= own) continue;
    throw new Unavailable(
      `The read model ${String(projection)} was made by a newer version of Bangbangwo (version ${String(version)}, this one knows ${String(own)}). Start that version, or a newer one.`,
      { lasting: true },
    );
  }
}

/**
 * The next generation of the projection, empty and at the log's start. Half-built ones are dropped.
 *
 * @throws LostRace when another process has added one to those that were found
 */
export async function addGeneration(
  transaction: SqlTransaction,
  { name: projection, version, tables }: Projection,
  found: readonly Generation[],
  serving: boolean,
): Promise<Generation> {
  const last = found.at(-1)?.generation ?? 0;
  const present = await generationsOf(transaction, projection);
  if ((present.at(-1)?.generation ?? 0) !== last) throw new LostRace(projection);
  const shapes = tables.map(shapeOf);
  const fresh = { position: START_OF_LOG, last: undefined, shapes };
  const next: Generation = { projection, version, generation: last + 1, serving, ...fresh };
  for (const half of present.filter((one) => !one.serving)) await dropGeneration(transaction, half);
  await insertGeneration(transaction, next, tables);
  return next;
}

async function insertGeneration(
  transaction: SqlTransaction,
  of: Generation,
  tables: Projection['tables'],
): Promise<void> {
  const { projection, version, generation, serving, position, last, shapes } = of;
  const lastEvent = { eventId: last?.id ?? '', eventStream: last?.stream ?? '', eventRevision: last?.revision ?? -1 };
  const row = { projection, version, generation, serving: serving ? 1 : 0, position, ...lastEvent };
  await transaction.upsert(TABLE, [{ ...row, shapes: JSON.stringify(shapes) }]);
  for (const made of tables) {
    const table = physicalTable(shapeOf(made), version, generation);
    // Where the checkpoints alone were lost, a view still shows the table.
    if (serving || generation === 1) await transaction.dropView(made.name);
    await transaction.dropTable(table.name);
    // How rows lie is no part of a shape: tables from before are as good, and need not be made anew.
    await transaction.createTable({ ...table, inKeyOrder: made.kind === 'counters' });
    if (serving) await transaction.pointView(made.name, table);
  }
}

/** @throws LostRace when the generation is gone or not at `from` */
export async function advance(
  transaction: SqlTransaction,
  { projection, generation }: Generation,
  from: Position,
  to: Position,
  last: LastEvent | undefined,
): Promise<void> {
  const where = 'WHERE "projection" = ? AND "generation" = ? AND "position" = ?';
  const changed = last
    ? await transaction.run(
        `UPDATE "projectionGeneration" SET "position" = ?, "eventId" = ?, "eventStream" = ?, "eventRevision" = ? ${where}`,
        [to, last.id, last.stream, last.revision, projection, generation, from],
      )
    : await transaction.run(`UPDATE "projectionGeneration" SET "position" = ? ${where}`, [
        to,
        projection,
        generation,
        from,
      ]);
  if (changed !== 1) throw new LostRace(projection);
}

/** Makes the views show `next`, and drops every other generation of the projection. */
export async function serveOnly(transaction: SqlTransaction, next: Generation): Promise<void> {
  const sql = 'UPDATE "projectionGeneration" SET "serving" = 1 WHERE "projection" = ? AND "generation" = ?';
  if ((await transaction.run(sql, [next.projection, next.generation])) !== 1) throw new LostRace(next.projection);
  const others = (await generationsOf(transaction, next.projection)).filter((of) => of.generation !== next.generation);
  for (const shape of others.flatMap(({ shapes }) => shapes)) await transaction.dropView(shape.name);
  for (const shape of next.shapes)
    await transaction.pointView(shape.name, physicalTable(shape, next.version, next.generation));
  for (const other of others) await dropGeneration(transaction, other);
}

async function dropGeneration(transaction: SqlTransaction, of: Generation): Promise<void> {
  const sql = 'DELETE FROM "projectionGeneration" WHERE "projection" = ? AND "generation" = ?';
  await transaction.run(sql, [of.projection, of.generation]);
  for (const shape of of.shapes) await transaction.dropTable(physicalTable(shape, of.version, of.generation).name);
}

function toGeneration(row: SqlRow): Generation {
  const last = {
    id: String(row['eventId']),
    stream: String(row['eventStream']),
    revision: Number(row['eventRevision']),
  };
  return {
    projection: String(row['projection']),
    version: Number(row['version']),
    generation: Number(row['generation']),
    serving: row['serving'] === 1,
    position: String(row['position']) as Position,
    last: last.id === '' ? undefined : last,
    shapes: JSON.parse(String(row['shapes'])) as TableShape[],
  };
}

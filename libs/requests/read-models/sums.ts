// Adding up sums that lie in several ranges of a table, or in several tables, in one statement, and so as of one moment.
import type { Kysely, SelectQueryBuilder } from 'kysely';
import { sql } from 'kysely';
import { PreparedQueries } from './prepared-queries.ts';

export type Condition = readonly [
  column: string,
  operator: '=' | '>' | '>=' | '<=' | 'in',
  value: string | readonly string[],
];

/** One range to add up. All branches of a question have the same columns. */
export interface Branch<Column extends string> {
  readonly table: string;
  readonly where: readonly Condition[];
  readonly columns: readonly Column[];
  /** The column to group by. */
  readonly by?: string | undefined;
  /** Counts rows, in this column, instead of adding up; the others are 0. */
  readonly counted?: Column;
}

export type Sums<Column extends string> = Readonly<Record<Column, number>>;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- which views there are is for those who ask to say
type AnyViews = any;

export class SumQueries {
  readonly #views: Kysely<AnyViews>;
  readonly #prepared: PreparedQueries;

  constructor(views: Kysely<AnyViews>) {
    this.#views = views;
    this.#prepared = new PreparedQueries(views);
  }

  /** The sums of each branch; with `by`, of each group of each branch. `key` is the group, '' without `by`. */
  async of<Column extends string>(branches: readonly Branch<Column>[]): Promise<(Sums<Column> & { key: string })[]> {
    const [first, ...others] = branches;
    if (!first) return [];
    const shape = branches.map(({ table, where, columns, by }) => [table, columns, by, where.map(shapeOf)]);
    const values = branches.flatMap(({ where }) => where.flatMap(([, , value]) => value));
    const rows = await this.#prepared.rows<Record<string, unknown>>(shape, values, () =>
      others.reduce((query, branch) => query.unionAll(this.#select(branch)), this.#select(first)).compile(),
    );
    const numbers = (row: Record<string, unknown>) =>
      Object.fromEntries(first.columns.map((column) => [column, Number(row[column] ?? 0)])) as Sums<Column>;
    return rows.map((row) => ({ ...numbers(row), key: String(row['key']) }));
  }

  #select<Column extends string>({ table, where, columns, by, counted }: Branch<Column>) {
    const sumOf = (column: Column) => {
      if (counted === undefined) return sql<number>`sum(${sql.ref(column)})`;
      return column === counted ? sql<number>`count(*)` : sql.lit(0);
    };
    let query = this.#views.selectFrom(table) as SelectQueryBuilder<AnyViews, AnyViews, object>;
    for (const [column, operator, value] of where) query = query.where(column, operator, value);
    const sums = columns.map((column) => sumOf(column).as(column));
    const key = by === undefined ? sql.lit('') : sql.ref<string>(by);
    const selected = query.select([key.as('key'), ...sums]);
    return by === undefined ? selected : selected.groupBy(by);
  }
}

function shapeOf([column, operator, value]: Condition): readonly unknown[] {
  return [column, operator, typeof value === 'string' ? undefined : value.length];
}

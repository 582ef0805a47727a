// SQL by the shape of its question: building a statement costs more than most of the answers.
import type { CompiledQuery, Kysely } from 'kysely';
import { BoundedCache } from '#libs/kernel';

const SHAPES = 500;

export class PreparedQueries {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- runs what others have built
  readonly #database: Kysely<any>;
  readonly #compiled = new BoundedCache<string, CompiledQuery>(SHAPES);

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- runs what others have built
  constructor(database: Kysely<any>) {
    this.#database = database;
  }

  /**
   * Rows of a query built once for each shape. What differs between two questions of a shape stands in `parameters`,
   * in the order it has in the SQL; that order is checked when a shape is met first.
   */
  async rows<Row>(
    shape: readonly unknown[],
    parameters: readonly unknown[],
    build: () => CompiledQuery,
  ): Promise<Row[]> {
    const key = JSON.stringify(shape);
    let compiled = this.#compiled.get(key);
    if (!compiled) {
      compiled = build();
      if (JSON.stringify(compiled.parameters) !== JSON.stringify(parameters)) {
        throw new Error('Parameters of a prepared query are not in the order of its SQL');
      }
      this.#compiled.set(key, compiled);
    }
    const { rows } = await this.#database.executeQuery({ ...compiled, parameters });
    return rows as Row[];
  }
}

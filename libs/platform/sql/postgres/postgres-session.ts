// What there is to ask of a connection, pooled, in a transaction, or one's own.

export interface PostgresAnswer {
  readonly rows: Record<string, unknown>[];
  /** How many rows were written, or read. */
  readonly changed: number;
}

export interface PostgresSession {
  /**
   * Runs one statement; placeholders are `$1`, `$2`, … Whole numbers answer as numbers. Without parameters it may be
   * several statements, of which the last one's answer is given.
   *
   * @throws Unavailable when the server cannot do it now; `isLasting` tells whether waiting helps
   */
  query(sql: string, parameters?: readonly unknown[]): Promise<PostgresAnswer>;
}

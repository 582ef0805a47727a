// PostgreSQL's values as ours: whole numbers and sums are numbers, as in SQLite, and one that a number cannot hold
// exactly is refused instead of rounded. Times and what else there is stay text.
import pg from 'pg';

type Parser = (text: string) => unknown;

const { builtins } = pg.types;

const PARSERS = new Map<number, Parser>([
  [builtins.INT8, exactNumber],
  [builtins.NUMERIC, (text) => (/^-?\d+$/.test(text) ? exactNumber(text) : Number(text))],
  [builtins.INT2, Number],
  [builtins.INT4, Number],
  [builtins.OID, Number],
  [builtins.FLOAT4, Number],
  [builtins.FLOAT8, Number],
  [builtins.BOOL, (text) => text === 't'],
  [builtins.BYTEA, pg.types.getTypeParser(builtins.BYTEA) as Parser],
]);

/** For the driver's `types`. */
export const cellTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number) => PARSERS.get(oid) ?? String) as pg.CustomTypesConfig['getTypeParser'],
};

function exactNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new RangeError('A whole number from the database is too large to be exact');
  return number;
}

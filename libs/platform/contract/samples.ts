// Tables and rows that every dialect is tested with.
import type { ReadDatabase, SqlTable } from '../sql/read-database.ts';

const text = { type: 'text', nullable: false } as const;
const optional = { type: 'text', nullable: true } as const;
const integer = { type: 'integer', nullable: false } as const;

export const people: SqlTable = {
  name: 'people_v1_g1',
  columns: [
    { name: 'personId', ...text },
    { name: 'note', ...optional },
    { name: 'visits', type: 'integer', nullable: true },
    { name: 'share', type: 'real', nullable: true },
  ],
  key: ['personId'],
  indexes: [['visits', 'personId']],
};

export const counts: SqlTable = {
  name: 'counts_v1_g1',
  columns: [
    { name: 'day', ...text },
    { name: 'kind', ...text },
    { name: 'n', ...integer },
    { name: 'weight', ...integer },
  ],
  key: ['day', 'kind'],
  indexes: [],
  inKeyOrder: true,
};

export interface PersonRow {
  readonly personId: string;
  readonly note: string | null;
  readonly visits: number | null;
  readonly share: number | null;
}

export function person(
  personId: string,
  over: Partial<PersonRow> = {},
): PersonRow & Record<string, string | number | null> {
  return { personId, note: null, visits: null, share: null, ...over };
}

export async function withTables(database: ReadDatabase): Promise<void> {
  await database.write(async (transaction) => {
    await transaction.createTable(people);
    await transaction.createTable(counts);
    await transaction.pointView('people', people);
  });
}

/** All people in key order. */
export function everybody(database: ReadDatabase): Promise<PersonRow[]> {
  const query = database.query.selectFrom('people').selectAll().orderBy('personId');
  return query.execute() as Promise<PersonRow[]>;
}

/** Every text there could be trouble with. */
export const TEXTS = [
  '',
  ' ',
  'NULL',
  'null',
  '"quoted"',
  "it's",
  'back\\slash',
  '{a,b}',
  '\t\r\n',
  '$1 ? ?',
  '引号',
  '👩‍👩‍👧',
  'é',
  'x'.repeat(2 ** 20),
];

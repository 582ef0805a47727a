// What is said to PostgreSQL about keys. Keys are parameters, never part of a statement's text.
import type { Instant } from '#libs/kernel';
import { Unavailable } from '#libs/kernel';
import type { Postgres, PostgresSession } from '#libs/platform/sql/postgres';
import type { Erasures, PersonKeyRow, PersonLookup, StoredPersonKey, WrappedRoot } from '../key-store.ts';
import { otherMasterKey } from '../key-store.ts';

const COLUMNS = 'person, "keyVersion", "wrapVersion", wrapped, lookup';

export async function rootIn(session: PostgresSession): Promise<WrappedRoot | undefined> {
  const { rows: found } = await session.query(`SELECT to_regclass('vault') IS NOT NULL AS there`);
  if (found[0]?.['there'] !== true) return undefined;
  const { rows } = await session.query('SELECT "wrapVersion", "wrappedRoot" FROM vault WHERE id = 1');
  return rows[0] as WrappedRoot | undefined;
}

export async function insertRoot(session: PostgresSession, { wrapVersion, wrappedRoot }: WrappedRoot): Promise<void> {
  await session.query(
    'INSERT INTO vault (id, "wrapVersion", "wrappedRoot") VALUES (1, $1, $2) ON CONFLICT (id) DO NOTHING',
    [wrapVersion, wrappedRoot],
  );
}

export async function findKeys(session: PostgresSession, persons: readonly string[]): Promise<StoredPersonKey[]> {
  const { rows } = await session.query(
    `SELECT ${COLUMNS}, "erasedAt" FROM "personKeys" WHERE person = ANY($1::text[])`,
    [persons],
  );
  return rows as unknown as StoredPersonKey[];
}

/** Answers the rows it made. In the order of persons, or two processes with the same persons would wait for each other. */
export async function insertKeys(session: PostgresSession, rows: readonly PersonKeyRow[]): Promise<PersonKeyRow[]> {
  const sorted = [...rows].sort((a, b) => (a.person < b.person ? -1 : 1));
  const { rows: made } = await session.query(
    `INSERT INTO "personKeys" (${COLUMNS})
     SELECT * FROM unnest($1::text[], $2::integer[], $3::integer[], $4::bytea[], $5::bytea[])
       AS offered (p, k, wraps, w, l)
     WHERE wraps = (SELECT "wrapVersion" FROM vault WHERE id = 1)
     ON CONFLICT (person) DO NOTHING RETURNING ${COLUMNS}`,
    columnsOf(sorted),
  );
  if (made.length < rows.length) await requireWrapping(session, rows);
  return made as unknown as PersonKeyRow[];
}

function columnsOf(rows: readonly PersonKeyRow[]) {
  return [
    rows.map(({ person }) => person),
    rows.map(({ keyVersion }) => keyVersion),
    rows.map(({ wrapVersion }) => wrapVersion),
    rows.map(({ wrapped }) => wrapped),
    rows.map(({ lookup }) => lookup),
  ];
}

async function requireWrapping(session: PostgresSession, rows: readonly PersonKeyRow[]): Promise<void> {
  const current = (await rootIn(session))?.wrapVersion;
  if (rows.some(({ wrapVersion }) => wrapVersion !== current)) throw otherMasterKey();
}

/**
 * Nobody makes a key meanwhile, or it would stay wrapped as before: an insertion takes its lock first and looks at the
 * root's wrapping afterwards.
 */
export async function wrapAnew(
  postgres: Postgres,
  from: number,
  { wrapVersion, wrappedRoot }: WrappedRoot,
  anew: (row: PersonKeyRow) => PersonKeyRow,
): Promise<number> {
  return postgres.transaction(async (session) => {
    const { changed } = await session.query(
      'UPDATE vault SET "wrapVersion" = $2, "wrappedRoot" = $3 WHERE id = 1 AND "wrapVersion" = $1',
      [from, wrapVersion, wrappedRoot],
    );
    if (changed === 0) throw otherMasterKey();
    await session.query('LOCK TABLE "personKeys" IN EXCLUSIVE MODE');
    let count = 0;
    for (let after = ''; ;) {
      const { rows } = await session.query(
        `SELECT ${COLUMNS} FROM "personKeys" WHERE person > $1 AND wrapped IS NOT NULL ORDER BY person LIMIT 1000`,
        [after],
      );
      const last = rows.at(-1);
      if (!last) return count;
      await session.query(
        `UPDATE "personKeys" SET "wrapVersion" = anew.wraps, wrapped = anew.w
         FROM unnest($1::text[], $2::integer[], $3::integer[], $4::bytea[], $5::bytea[])
           AS anew (p, k, wraps, w, l)
         WHERE person = anew.p`,
        columnsOf((rows as unknown as PersonKeyRow[]).map(anew)),
      );
      count += rows.length;
      after = last['person'] as string;
    }
  });
}

/** In the order of persons, as they are inserted. */
export async function setLookups(postgres: Postgres, lookups: readonly PersonLookup[]): Promise<void> {
  const sorted = [...lookups].sort((a, b) => (a.person < b.person ? -1 : 1));
  await postgres.transaction(async (session) => {
    for (const { person, lookup } of sorted) {
      await session.query('UPDATE "personKeys" SET lookup = $2 WHERE person = $1 AND wrapped IS NOT NULL', [
        person,
        lookup,
      ]);
    }
  });
}

export async function foundBy(session: PostgresSession, lookup: Uint8Array, limit: number): Promise<string[]> {
  const { rows } = await session.query('SELECT person FROM "personKeys" WHERE lookup = $1 LIMIT $2', [lookup, limit]);
  return rows.map(({ person }) => person as string);
}

/** The vault's row is held until the end, so that erasures are numbered in the order they are committed. */
export async function eraseKey(postgres: Postgres, person: string, at: Instant): Promise<void> {
  await postgres.transaction(async (session) => {
    await session.query('SELECT erasures FROM vault WHERE id = 1 FOR UPDATE');
    const { changed } = await session.query(
      `INSERT INTO "personKeys" (${COLUMNS}, "erasedAt", erasure)
       SELECT $1, 0, 0, NULL, NULL, $2, erasures + 1 FROM vault
       ON CONFLICT (person) DO UPDATE
       SET wrapped = NULL, lookup = NULL, "erasedAt" = excluded."erasedAt", erasure = excluded.erasure
       WHERE "personKeys".wrapped IS NOT NULL`,
      [person, at],
    );
    if (changed > 0) await session.query('UPDATE vault SET erasures = erasures + 1 WHERE id = 1');
  });
}

/** One statement, so that the number and the persons are of one moment. */
export async function erasuresAfter(session: PostgresSession, after: number | undefined): Promise<Erasures> {
  const { rows } = await session.query(
    `SELECT erasures AS last, person FROM vault LEFT JOIN "personKeys" ON erasure > $1::bigint WHERE id = 1`,
    [after ?? null],
  );
  const [first] = rows;
  if (!first) throw new Unavailable('The person keys have lost their root. Restore them from their backup.');
  return { last: Number(first['last']), persons: rows.flatMap(({ person }) => (person as string | null) ?? []) };
}

/**
 * An erased row's old version stays in its page until it is vacuumed, for as long as any transaction is open that began
 * before, and every backup takes it along. So the table's living rows are written to a new file and the old one is let
 * go of. Changing a column by an expression does that; VACUUM FULL would keep what old transactions might still look at.
 */
export async function writeKeysAnew(postgres: Postgres): Promise<void> {
  await postgres.transaction(async (session) => {
    // Readers wait behind this one, so it waits for them only shortly: a backup that reads the table may take hours.
    await session.query(`SET LOCAL lock_timeout = '2s'`);
    await session.query('ALTER TABLE "personKeys" ALTER "keyVersion" TYPE integer USING "keyVersion" + 0');
  });
}

// What is said to keys.db, each statement prepared once.
import type { DatabaseSync } from 'node:sqlite';
import type { Instant } from '#libs/kernel';
import type { PersonKeyRow, PersonLookup, StoredPersonKey, WrappedRoot } from '../key-store.ts';

export interface KeyStatements {
  readonly find: (persons: readonly string[]) => readonly StoredPersonKey[];
  readonly insert: (row: PersonKeyRow) => void;
  readonly setLookup: (lookup: PersonLookup) => void;
  readonly foundBy: (lookup: Uint8Array, limit: number) => string[];
  /** To be called in a transaction. */
  readonly erase: (person: string, at: Instant) => void;
  /** To be called in a transaction. */
  readonly wrapRoot: (root: WrappedRoot) => void;
  /** To be called in a transaction. Answers how many keys there are. */
  readonly wrapAll: (anew: (row: PersonKeyRow) => PersonKeyRow) => number;
  readonly lastErasure: () => number;
  readonly erasedAfter: (number: number) => string[];
}

export function keyStatements(database: DatabaseSync): KeyStatements {
  const find = database.prepare(
    `SELECT person, keyVersion, wrapVersion, wrapped, lookup, erasedAt FROM personKeys
     WHERE person IN (SELECT value FROM json_each(?))`,
  );
  const insert = database.prepare(
    `INSERT INTO personKeys (person, keyVersion, wrapVersion, wrapped, lookup) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  );
  const setLookup = database.prepare('UPDATE personKeys SET lookup = ? WHERE person = ? AND wrapped IS NOT NULL');
  const foundBy = database.prepare('SELECT person FROM personKeys WHERE lookup = ? LIMIT ?');
  const erase = database.prepare(
    `INSERT INTO personKeys (person, keyVersion, wrapVersion, wrapped, erasedAt, erasure)
     SELECT ?, 0, 0, NULL, ?, erasures + 1 FROM vault WHERE true
     ON CONFLICT DO UPDATE SET wrapped = NULL, lookup = NULL, erasedAt = excluded.erasedAt, erasure = excluded.erasure
     WHERE wrapped IS NOT NULL`,
  );
  const count = database.prepare('UPDATE vault SET erasures = erasures + 1');
  const wrapRoot = database.prepare('UPDATE vault SET wrapVersion = ?, wrappedRoot = ? WHERE id = 1');
  const page = database.prepare(
    `SELECT person, keyVersion, wrapVersion, wrapped FROM personKeys
     WHERE person > ? AND wrapped IS NOT NULL ORDER BY person LIMIT 1000`,
  );
  const wrap = database.prepare('UPDATE personKeys SET wrapVersion = ?, wrapped = ? WHERE person = ?');
  const lastErasure = database.prepare('SELECT erasures FROM vault');
  const erasedAfter = database.prepare('SELECT person FROM personKeys WHERE erasure > ? ORDER BY erasure');
  return {
    find: (persons) => find.all(JSON.stringify(persons)) as unknown as StoredPersonKey[],
    insert: ({ person, keyVersion, wrapVersion, wrapped, lookup }) => {
      insert.run(person, keyVersion, wrapVersion, wrapped, lookup);
    },
    setLookup: ({ person, lookup }) => {
      setLookup.run(lookup, person);
    },
    foundBy: (lookup, limit) => foundBy.all(lookup, limit).map(({ person }) => person as string),
    erase: (person, at) => {
      if (erase.run(person, at).changes > 0) count.run();
    },
    wrapRoot: ({ wrapVersion, wrappedRoot }) => {
      wrapRoot.run(wrapVersion, wrappedRoot);
    },
    wrapAll: (anew) => {
      let count = 0;
      for (let after = ''; ;) {
        const rows = page.all(after) as unknown as PersonKeyRow[];
        for (const row of rows) {
          const { wrapVersion, wrapped } = anew(row);
          wrap.run(wrapVersion, wrapped, row.person);
        }
        const last = rows.at(-1);
        if (!last) return count;
        count += rows.length;
        after = last.person;
      }
    },
    lastErasure: () => Number(lastErasure.get()?.['erasures']),
    erasedAfter: (number) => erasedAfter.all(number).map(({ person }) => person as string),
  };
}

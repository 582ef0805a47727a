// Keys in a SQLite file, for one process: one row per person, with the wrapped key or the date it was erased. An erased
// key is overwritten on disk when `erase` resolves.
import { existsSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { Instant } from '#libs/kernel';
import { describeFailure, isKnownFailure, Unavailable } from '#libs/kernel';
import { asUnavailable } from '#libs/platform';
import type { Erasures, KeyStore, PersonKeyRow, PersonLookup, StoredPersonKey, WrappedRoot } from '../key-store.ts';
import { otherMasterKey } from '../key-store.ts';
import { inTransaction, lookInto, prepareFile, truncateLog } from './key-file.ts';
import { keyStatements } from './key-statements.ts';
import type { KeyStatements } from './key-statements.ts';

/** The key database in a file. Nothing is opened before its root is asked for, and none made before it is prepared. */
export function openKeyDatabase(file: string): Promise<KeyStore> {
  return Promise.resolve(new SqliteKeyStore(file));
}

class SqliteKeyStore implements KeyStore {
  readonly place: string;
  #database: DatabaseSync | undefined;
  #statements: KeyStatements | undefined;
  #closed = false;

  constructor(file: string) {
    this.place = file;
  }

  root(): Promise<WrappedRoot | undefined> {
    return answer(() => {
      this.#refuseWhenClosed();
      if (!isThere(this.place)) return undefined;
      const { database, isNew } = this.#look();
      return isNew ? undefined : rootIn(database);
    });
  }

  prepare({ wrapVersion, wrappedRoot }: WrappedRoot): Promise<WrappedRoot> {
    return answer(() => {
      this.#refuseWhenClosed();
      const { database } = this.#look();
      prepareFile(this.place, database);
      this.#statements = keyStatements(database);
      database
        .prepare('INSERT INTO vault (id, wrapVersion, wrappedRoot) VALUES (1, ?, ?) ON CONFLICT DO NOTHING')
        .run(wrapVersion, wrappedRoot);
      truncateLog(database);
      return rootIn(database) ?? neverPrepared();
    });
  }

  find(persons: readonly string[]): Promise<readonly StoredPersonKey[]> {
    return this.#with(({ find }) => find(persons));
  }

  insert(rows: readonly PersonKeyRow[]): Promise<readonly PersonKeyRow[]> {
    return this.#with(({ insert, find }, database) =>
      inTransaction(database, () => {
        const wrapVersion = rootIn(database)?.wrapVersion;
        if (rows.some((row) => row.wrapVersion !== wrapVersion)) throw otherMasterKey();
        for (const row of rows) insert(row);
        return find(rows.map(({ person }) => person));
      }),
    );
  }

  setLookups(lookups: readonly PersonLookup[]): Promise<void> {
    return this.#with(({ setLookup }, database) => {
      inTransaction(database, () => {
        for (const lookup of lookups) setLookup(lookup);
      });
    });
  }

  foundBy(lookup: Uint8Array, limit: number): Promise<readonly string[]> {
    return this.#with(({ foundBy }) => foundBy(lookup, limit));
  }

  erase(person: string, at: Instant): Promise<void> {
    return this.#with(({ erase }, database) => {
      inTransaction(database, () => {
        erase(person, at);
      });
      truncateLog(database);
    });
  }

  rewrap(from: number, root: WrappedRoot, anew: (row: PersonKeyRow) => PersonKeyRow): Promise<number> {
    return this.#with(({ wrapRoot, wrapAll }, database) => {
      const count = inTransaction(database, () => {
        if (rootIn(database)?.wrapVersion !== from) throw otherMasterKey();
        wrapRoot(root);
        return wrapAll(anew);
      });
      truncateLog(database);
      return count;
    });
  }

  erasures(after?: number): Promise<Erasures> {
    return this.#with(({ lastErasure, erasedAfter }) => {
      const last = lastErasure();
      return { last, persons: after === undefined || after === last ? [] : erasedAfter(after) };
    });
  }

  async health(): Promise<string | undefined> {
    if (!this.#closed && !existsSync(this.place)) return `${this.place} is missing.`;
    return Promise.all([this.erasures(), this.find([])]).then(
      () => undefined,
      (error: unknown) => describeFailure(error),
    );
  }

  close(): Promise<void> {
    return answer(() => {
      this.#closed = true;
      this.#statements = undefined;
      if (this.#database?.isOpen) this.#database.close();
    });
  }

  /** The file is looked at anew until it is ready to be written to: another process may be making it. */
  #look(): { database: DatabaseSync; isNew: boolean } {
    if (this.#statements && this.#database) return { database: this.#database, isNew: false };
    this.#database?.close();
    const found = lookInto(this.place);
    this.#database = found.database;
    return found;
  }

  #with<Result>(work: (statements: KeyStatements, database: DatabaseSync) => Result): Promise<Result> {
    return answer(() => {
      this.#refuseWhenClosed();
      return this.#statements && this.#database ? work(this.#statements, this.#database) : neverPrepared();
    });
  }

  #refuseWhenClosed(): void {
    if (this.#closed) throw new Unavailable('The key database is closed.');
  }
}

function isThere(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

function rootIn(database: DatabaseSync): WrappedRoot | undefined {
  const row = database.prepare('SELECT wrapVersion, wrappedRoot FROM vault WHERE id = 1').get();
  return row as unknown as WrappedRoot | undefined;
}

function neverPrepared(): never {
  throw new Unavailable('The key database is not ready.');
}

/** SQLite answers at once; the port speaks in promises. */
function answer<Result>(work: () => Result): Promise<Result> {
  return new Promise((resolve) => {
    try {
      resolve(work());
    } catch (error) {
      const known = asUnavailable(error, 'key database');
      throw isKnownFailure(known) ? known : new Unavailable('The key database cannot be used.', {}, { cause: error });
    }
  });
}

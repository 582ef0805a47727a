// Keys in PostgreSQL, for several processes: what one of them made or erased, all of them see. Every commit is durable
// before it is answered, whatever the server's default is.
import type { Instant } from '#libs/kernel';
import { describeFailure, isKnownFailure, ServerUnavailable, Unavailable } from '#libs/kernel';
import type { Postgres, PostgresOptions } from '#libs/platform/sql/postgres';
import { migratePostgres, openPostgres, PostgresDefect } from '#libs/platform/sql/postgres';
import type { Erasures, KeyStore, PersonKeyRow, PersonLookup, StoredPersonKey, WrappedRoot } from '../key-store.ts';
import { KEY_SCHEMA } from './key-schema.ts';
import {
  eraseKey,
  erasuresAfter,
  findKeys,
  foundBy,
  insertKeys,
  insertRoot,
  rootIn,
  setLookups,
  wrapAnew,
  writeKeysAnew,
} from './key-statements.ts';

/** `schema` is `bangbangwo_keys` unless given; a few `connections` are plenty, since keys stay in memory. */
export type PostgresKeysOptions = Omit<PostgresOptions, 'schema' | 'readOnly'> & { readonly schema?: string };

const SCHEMA = 'bangbangwo_keys';

/** The keys in a PostgreSQL database. Nothing is opened before their root is asked for, and none made before they are prepared. */
export function openPostgresKeys(options: PostgresKeysOptions): Promise<KeyStore> {
  return Promise.resolve(new PostgresKeyStore({ schema: SCHEMA, ...options, url: durable(options.url) }));
}

class PostgresKeyStore implements KeyStore {
  readonly place: string;
  readonly #options: PostgresOptions;
  #postgres: Postgres | undefined;
  #closed = false;

  constructor(options: PostgresOptions) {
    this.#options = options;
    this.place = `the PostgreSQL schema ${options.schema}`;
  }

  /** Asked over a connection that cannot write. */
  root(): Promise<WrappedRoot | undefined> {
    return this.#guarded(async () => {
      const looking = await openPostgres({ ...this.#options, connections: 1, readOnly: true });
      try {
        await requireAllowed(looking, this.#options.schema);
        return await rootIn(looking);
      } finally {
        await looking.close();
      }
    });
  }

  prepare(draft: WrappedRoot): Promise<WrappedRoot> {
    return this.#guarded(async () => {
      this.#postgres ??= await openPostgres(this.#options);
      await requireDurable(this.#postgres);
      await migratePostgres(this.#postgres, KEY_SCHEMA);
      await insertRoot(this.#postgres, draft);
      return (await rootIn(this.#postgres)) ?? notReady();
    });
  }

  find(persons: readonly string[]): Promise<readonly StoredPersonKey[]> {
    return this.#guarded(() => findKeys(this.#ready(), persons));
  }

  insert(rows: readonly PersonKeyRow[]): Promise<readonly PersonKeyRow[]> {
    return this.#guarded(async () => {
      const made = await insertKeys(this.#ready(), rows);
      const own = new Set(made.map(({ person }) => person));
      const others = rows.filter(({ person }) => !own.has(person));
      // Whoever was faster has committed: the insert waited for that.
      return others.length === 0 ? made : [...made, ...(await this.find(others.map(({ person }) => person)))];
    });
  }

  setLookups(lookups: readonly PersonLookup[]): Promise<void> {
    return this.#guarded(() => setLookups(this.#ready(), lookups));
  }

  foundBy(lookup: Uint8Array, limit: number): Promise<readonly string[]> {
    return this.#guarded(() => foundBy(this.#ready(), lookup, limit));
  }

  erase(person: string, at: Instant): Promise<void> {
    return this.#guarded(async () => {
      await eraseKey(this.#ready(), person, at);
      await writeKeysAnew(this.#ready());
    });
  }

  rewrap(from: number, root: WrappedRoot, anew: (row: PersonKeyRow) => PersonKeyRow): Promise<number> {
    return this.#guarded(async () => {
      const count = await wrapAnew(this.#ready(), from, root, anew);
      await writeKeysAnew(this.#ready());
      return count;
    });
  }

  erasures(after?: number): Promise<Erasures> {
    return this.#guarded(() => erasuresAfter(this.#ready(), after));
  }

  health(): Promise<string | undefined> {
    return this.#guarded(async () => {
      await requireDurable(this.#ready());
      await this.erasures();
      // Reads no row, but asks for every column.
      await this.find([]);
      return undefined;
    }).catch((error: unknown) => describeFailure(error));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#postgres?.close();
  }

  #ready(): Postgres {
    return this.#postgres ?? notReady();
  }

  async #guarded<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#closed) throw new Unavailable('The person keys are closed.');
    try {
      return await work();
    } catch (error) {
      if (isKnownFailure(error)) throw error;
      const why = error instanceof PostgresDefect ? `: ${error.message}` : '';
      throw new ServerUnavailable(`The person keys in ${this.place} cannot be used${why}.`, {}, { cause: error });
    }
  }
}

/** Asks for commits that survive a power cut; what the URL itself sets comes after and is checked. */
function durable(url: string): string {
  if (!URL.canParse(url)) return url;
  const asking = new URL(url);
  const given = asking.searchParams.get('options') ?? '';
  asking.searchParams.set('options', `-c synchronous_commit=on ${given}`.trim());
  return asking.toString();
}

async function requireDurable(postgres: Postgres): Promise<void> {
  const { rows } = await postgres.query(
    `SELECT current_setting('synchronous_commit') AS commits, current_setting('transaction_read_only') AS "readOnly"`,
  );
  const { commits, readOnly } = rows[0] ?? {};
  if (commits === 'off') {
    throw new Unavailable(`${postgres.name} acknowledges commits that it may lose: synchronous_commit is off.`);
  }
  if (readOnly === 'on') throw new Unavailable(`${postgres.name} is read-only: no keys can be made.`);
}

function notReady(): never {
  throw new Unavailable('The person keys are not ready.');
}

/** What a user may not look at seems not to be there. @throws Unavailable lasting */
async function requireAllowed(postgres: Postgres, schema: string): Promise<void> {
  const sql = "SELECT has_schema_privilege(oid, 'USAGE') AS allowed FROM pg_namespace WHERE nspname = $1";
  const { rows } = await postgres.query(sql, [schema]);
  if (rows[0]?.['allowed'] !== false) return;
  throw new Unavailable(`This user may not use the PostgreSQL schema ${schema}, where the person keys are.`, {
    lasting: true,
  });
}

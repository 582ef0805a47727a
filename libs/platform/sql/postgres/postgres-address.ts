// Where a PostgreSQL server is, taken from its URL. What is said or logged of it is host, port and database, never the
// user or the password.
import { Unavailable } from '#libs/kernel';

export interface PostgresAddress {
  /** The URL for the driver, without `options`, which are ours to send. */
  readonly connectionString: string;
  /** `options` of the URL, for example `-c work_mem=64MB`. */
  readonly options: string;
  /** What may be said of it, for example `PostgreSQL at db.example:5432`. */
  readonly name: string;
}

/** @throws Unavailable lasting, when it is no URL of a PostgreSQL database; the sentence does not repeat it */
export function postgresAddress(url: string): PostgresAddress {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !['postgres:', 'postgresql:'].includes(parsed.protocol) || parsed.pathname.length < 2) {
    throw new Unavailable('The URL of the database is not of the form postgres://user:password@host:5432/database.', {
      lasting: true,
    });
  }
  const options = parsed.searchParams.get('options') ?? '';
  parsed.searchParams.delete('options');
  const host = parsed.hostname || (parsed.searchParams.get('host') ?? 'localhost');
  return {
    connectionString: parsed.toString(),
    options,
    name: `PostgreSQL at ${host}:${parsed.port || (parsed.searchParams.get('port') ?? '5432')}`,
  };
}

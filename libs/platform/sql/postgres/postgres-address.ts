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

const CHECKED = new Set(['prefer', 'require', 'verify-ca']);

/** Names a host or a socket and a database, and can be read by the driver. */
export function isPostgresUrl(url: string): boolean {
  if (!/^postgres(ql)?:\/\/./.test(url) || !URL.canParse(url)) return false;
  const { username, password, pathname } = new URL(url);
  return pathname.length > 1 && [username, password, pathname].every(isDecodable);
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** @throws Unavailable lasting, when it is no URL of a PostgreSQL database; the sentence does not repeat it */
export function postgresAddress(url: string): PostgresAddress {
  if (!isPostgresUrl(url)) {
    throw new Unavailable('The URL of the database is not of the form postgres://user:password@host:5432/database.', {
      lasting: true,
    });
  }
  const parsed = new URL(url);
  // The driver checks certificates in all of these modes alike, but says at length that it will not always do so.
  if (CHECKED.has(parsed.searchParams.get('sslmode') ?? '') && !parsed.searchParams.has('uselibpqcompat')) {
    parsed.searchParams.set('sslmode', 'verify-full');
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

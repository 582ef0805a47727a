// What PostgreSQL's failures mean to us: something that passes, something an operator must mend, or a defect. No
// sentence holds a URL, a statement or a value; PostgreSQL's own messages may, so they stay behind.
import { isKnownFailure, ServerUnavailable, Unavailable } from '#libs/kernel';

/** As the driver throws it, whatever class it has. */
interface DriverError extends Error {
  readonly code?: string;
  readonly severity?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
}

// Waiting is right: https://www.postgresql.org/docs/current/errcodes-appendix.html
const PASSING = new Map([
  ['25006', 'it is read-only'],
  ['25P03', 'a transaction was left waiting for too long'],
  ['40001', 'another transaction came first'],
  ['40P01', 'two transactions waited for one another'],
  ['53100', 'its disk is full'],
  ['53200', 'it has not enough memory'],
  ['53300', 'it has too many connections'],
  ['55P03', 'another process is writing'],
  ['57014', 'the answer took too long'],
  ['57P01', 'it is shutting down'],
  ['57P02', 'it has crashed and is recovering'],
  ['57P03', 'it is starting up or shutting down'],
  ['57P05', 'a connection was left idle for too long'],
  ['58030', 'its disk reported an error'],
]);

const NO_CERTIFICATE = 'a certificate file named in the URL cannot be read';

// Waiting does not help.
const LASTING = new Map([
  ['28000', 'it does not let this user in'],
  ['28P01', 'the user or the password is wrong'],
  ['3D000', 'the database does not exist'],
  ['3F000', 'the schema does not exist'],
  ['42501', 'the user may not do this'],
  ['57P04', 'the database was dropped'],
  ['ENOENT', NO_CERTIFICATE],
  ['EACCES', NO_CERTIFICATE],
  ['EISDIR', NO_CERTIFICATE],
]);

const TLS = /CERT|SIGNATURE|^ERR_TLS|^ERR_SSL|^ERR_OSSL/;
const NETWORK =
  /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EAI_NODATA|EHOST(UNREACH|DOWN)|ENET(UNREACH|DOWN)|EADDRNOTAVAIL)$/;
const CONNECTION_LOST =
  /^(Connection terminated|timeout e|Query read timeout|Client (has encountered|was closed)|Cannot use a pool|The server closed)/;

// What the commonest of the others mean, in words.
const REFUSALS = new Map([
  ['22001', 'a value is too long'],
  ['22P02', 'a value is not of its type'],
  ['23502', 'a value is missing'],
  ['23505', 'the same is there already'],
  ['42501', 'the user may not do this'],
  ['42703', 'a column is not there'],
  ['42804', 'a column is of another type'],
  ['42P01', 'a table is not there'],
]);

/** A statement that PostgreSQL refuses: ours to mend, unless somebody else has changed the tables. */
export class PostgresDefect extends Error {
  readonly code: string;

  constructor(code: string, { table, column, constraint, message }: DriverError) {
    // Class 42 speaks of names in the statement alone; the others may quote a value.
    const of = code.startsWith('42') ? message : [table, column, constraint].filter(Boolean).join(', ');
    const meaning = REFUSALS.get(code);
    super(`PostgreSQL refused a statement (${code}${meaning ? `, ${meaning}` : ''})${of ? `: ${of}` : ''}`);
    this.name = 'PostgresDefect';
    this.code = code;
  }
}

/** Whether the server itself refused, over a connection that goes on. */
export function isServerError(error: unknown): boolean {
  const { severity, code = '' } = error as DriverError;
  return severity !== undefined && !code.startsWith('57P') && code !== '25P03';
}

/** The failure to report for what the driver threw. `name` says which server, as in `postgresAddress`. */
export function classified(error: unknown, name: string): Error {
  if (isKnownFailure(error)) return error;
  const { code = '', message = '' } = error as Partial<DriverError>;
  const passing = PASSING.get(code) ?? (isUnreachable(code, message) ? 'it cannot be reached' : undefined);
  if (passing !== undefined) return new ServerUnavailable(`${name} cannot be used now: ${passing}.`);
  const lasting = lastingReason(code, message);
  if (lasting !== undefined) return new ServerUnavailable(`${name} cannot be used: ${lasting}.`, { lasting: true });
  return (error as DriverError).severity !== undefined
    ? new PostgresDefect(code, error as DriverError)
    : (error as Error);
}

/** Whether only an operator can help: waiting for it would be in vain. */
export function isLasting(error: unknown): boolean {
  return error instanceof Unavailable && error.details['lasting'] === true;
}

function isUnreachable(code: string, message: string): boolean {
  return code.startsWith('08') || NETWORK.test(code) || CONNECTION_LOST.test(message);
}

function lastingReason(code: string, message: string): string | undefined {
  if (TLS.test(code)) return 'its certificate is not trusted';
  if (message.includes('does not support SSL')) return 'it does not speak TLS, which the URL asks for';
  if (message.startsWith('SASL')) return 'the user or the password is wrong';
  return LASTING.get(code);
}

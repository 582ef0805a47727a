// What every connection is told when it is opened: one schema, UTC, time limits, and keep-alives, so that neither side
// waits for another that is gone.
import type { ClientConfig } from 'pg';
import { cellTypes } from './cell-types.ts';
import type { PostgresAddress } from './postgres-address.ts';

export interface SessionSettings {
  readonly schema: string;
  readonly applicationName: string;
  readonly statementTimeoutMs: number;
  /** Writing fails. */
  readonly readOnly?: boolean;
  /** The server ends a transaction that its client leaves waiting for so long, as one that was frozen does. */
  readonly idleTransactionTimeoutMs?: number;
  /** The server ends a connection that is silent for so long. */
  readonly idleSessionTimeoutMs?: number;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** Beyond the server's own limit: only a server that no longer answers gets there. */
const SILENCE_MS = 5_000;

export function clientConfig(address: PostgresAddress, settings: SessionSettings): ClientConfig {
  const { applicationName, statementTimeoutMs } = settings;
  return {
    connectionString: address.connectionString,
    application_name: applicationName,
    options: `${serverOptions(settings)} ${address.options}`.trim(),
    types: cellTypes,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
    ...(statementTimeoutMs > 0 && { query_timeout: statementTimeoutMs + SILENCE_MS }),
  };
}

// jit=off: compiling costs more than any of our queries takes.
function serverOptions(settings: SessionSettings): string {
  const { schema, statementTimeoutMs, readOnly, idleTransactionTimeoutMs, idleSessionTimeoutMs } = settings;
  const set: [string, string | number | undefined][] = [
    ['search_path', schema],
    ['timezone', 'UTC'],
    ['jit', 'off'],
    ['statement_timeout', statementTimeoutMs],
    ['default_transaction_read_only', readOnly ? 'on' : undefined],
    ['idle_in_transaction_session_timeout', idleTransactionTimeoutMs],
    ['idle_session_timeout', idleSessionTimeoutMs],
    ['tcp_keepalives_idle', 5],
    ['tcp_keepalives_interval', 3],
    ['tcp_keepalives_count', 3],
  ];
  return set.flatMap(([name, value]) => (value === undefined ? [] : [`-c ${name}=${String(value)}`])).join(' ');
}

// Lists over HTTP: 20 rows of 12 fields out of 2,000, against stock Nest applications: first the way GraphQL is served,
// with the same rows in memory on both sides; then our whole list, signed in and read from SQLite.
// Usage: npm run bench:list [-- --rounds 5]
import { parseArgs } from 'node:util';
import type { Contestant } from '../http/compare.ts';
import { compare } from '../http/compare.ts';
import { ROW_FIELDS } from '../http/rows.ts';
import { startServer } from '../http/server-process.ts';
import { report } from '../measure.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const fields = Object.keys(ROW_FIELDS).join(' ');
const query = `query Ledger($first: Int!) { requests(first: $first) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { ${fields} } } } }`;
const text = JSON.stringify({ query, variables: { first: 20 } });
const TARGET = { atLeast: 2 };

async function contestant(name: string, module: string, ...args: string[]): Promise<Contestant> {
  return { name, body: () => text, server: await startServer(`http/${module}.ts`, args) };
}

async function measure(what: string, ours: Contestant, against: Contestant, target?: typeof TARGET): Promise<void> {
  const { rate, cpu } = await compare(ours, against, Number(values.rounds));
  report(`List of 20 rows × 12 fields over HTTP, 32 connections: ${what}`, 'requests/s', [
    { what: 'throughput', ...rate, ...(target ? { target } : {}) },
  ]);
  report('CPU of the server', 'µs/request', [{ what: 'each request', ...cpu }]);
}

const stock = await contestant('stock Nest, rows in memory', 'stock', 'memory');
const lean = await contestant('our server, rows in memory', 'lean', 'memory');
await measure('how GraphQL is served', lean, stock, TARGET);
await lean.server.stop();

const ours = await contestant('ours, signed in, SQLite', 'ours', '2000');
await measure('the whole list', ours, stock);
await stock.server.stop();
const stored = await contestant('stock Nest, SQLite', 'stock', 'sqlite');
await measure('the whole list', ours, stored, TARGET);
await Promise.all([ours.server.stop(), stored.server.stop()]);

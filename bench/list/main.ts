// Lists over HTTP: 20 rows of 12 fields out of 2,000, ours against stock Nest applications that read the same rows from
// the same kind of file, or hold them in memory.
// Usage: npm run bench:list [-- --rounds 5]
import { parseArgs } from 'node:util';
import { compare } from '../http/compare.ts';
import { ROW_FIELDS } from '../http/rows.ts';
import { startServer } from '../http/server-process.ts';
import { report } from '../measure.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const rounds = Number(values.rounds);
const fields = Object.keys(ROW_FIELDS).join(' ');
const query = `query Ledger($first: Int!) { requests(first: $first) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { ${fields} } } } }`;
const text = JSON.stringify({ query, variables: { first: 20 } });
const body = () => text;

const ours = { name: 'ours', body, server: await startServer('http/ours.ts', ['2000']) };
for (const [rows, target] of [
  ['sqlite', { atLeast: 2 }],
  ['memory', undefined],
] as const) {
  const stock = { name: `stock Nest, rows in ${rows}`, body, server: await startServer('http/stock.ts', [rows]) };
  const { rate, cpu } = await compare(ours, stock, rounds);
  await stock.server.stop();
  report('List of 20 rows × 12 fields over HTTP, 32 connections', 'requests/s', [
    { what: 'signed in, from SQLite', ...rate, ...(target ? { target } : {}) },
  ]);
  report('The same, CPU of the server', 'µs/request', [{ what: 'signed in, from SQLite', ...cpu }]);
}
await ours.server.stop();

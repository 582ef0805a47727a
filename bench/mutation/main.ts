// Mutations over HTTP: ours, whole path to the durable event, against a mutation of a stock Nest application that does
// nothing.
// Usage: npm run bench:mutation [-- --rounds 5]
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { compare } from '../http/compare.ts';
import { startServer } from '../http/server-process.ts';
import { report } from '../measure.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });

const ours = await startServer('http/ours.ts', ['0']);
const stock = await startServer('http/stock.ts', ['memory']);
const communityId = ours.ready.communityId ?? '';
const bodyFor = (type: string) => () => {
  const input = {
    commandId: randomUUID(),
    communityId,
    channel: 'PHONE',
    category: 'SANITATION',
    matter: '楼道里的灯不亮了',
  };
  const query = `mutation Raise($input: ${type}!) { raiseRequest(input: $input) { request { id revision status } position } }`;
  return JSON.stringify({ query, variables: { input } });
};

try {
  const { rate, cpu } = await compare(
    { name: 'ours', server: ours, body: bodyFor('RaiseRequestInput') },
    { name: 'stock Nest, nothing done', server: stock, body: bodyFor('RaiseInput') },
    Number(values.rounds),
  );
  report('Mutation over HTTP, 32 connections', 'requests/s', [
    { what: 'raiseRequest, durable', ...rate, target: { atLeast: 0.9 } },
  ]);
  report('The same, CPU of the server', 'µs/request', [{ what: 'raiseRequest, durable', ...cpu }]);
} finally {
  await Promise.all([ours.stop(), stock.stop()]);
}

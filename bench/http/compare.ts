// Two servers under the same load in turn: throughput, and the CPU time of the server for each request, which other work
// on the machine disturbs less.
import type { Comparison, Measured } from '../measure.ts';
import { interleaved, median } from '../measure.ts';
import { requestsIn } from './load.ts';
import type { Load } from './load.ts';
import type { ServerProcess } from './server-process.ts';

export interface Contestant {
  readonly name: string;
  readonly server: ServerProcess;
  readonly body: Load['body'];
}

export interface Compared {
  /** Requests per second. */
  readonly rate: Pick<Comparison, 'ours' | 'against'>;
  /** CPU microseconds of the server for each request. */
  readonly cpu: Pick<Comparison, 'ours' | 'against'>;
}

export async function compare(ours: Contestant, against: Contestant, rounds: number): Promise<Compared> {
  const cpu = new Map<string, number[]>();
  const contender = ({ name, server, body }: Contestant) => ({
    name,
    measure: async () => {
      const { url, token } = server.ready;
      const before = await server.usage();
      const { requests, perSecond } = await requestsIn({ url, token, body });
      const after = await server.usage();
      cpu.set(name, [...(cpu.get(name) ?? []), (after.cpuMicroseconds - before.cpuMicroseconds) / requests]);
      return perSecond;
    },
  });
  const [own, other] = await interleaved([contender(ours), contender(against)], { rounds });
  if (!own || !other) throw new Error('A contender was not measured.');
  const cpuOf = (name: string): Measured => {
    const samples = (cpu.get(name) ?? []).slice(1);
    return { name, samples, median: median(samples) };
  };
  return { rate: { ours: own, against: other }, cpu: { ours: cpuOf(ours.name), against: cpuOf(against.name) } };
}

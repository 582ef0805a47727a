// What a server under measurement does for the bench: publishes when told, and says what it has used.
import { monitorEventLoopDelay } from 'node:perf_hooks';

export type Order = { readonly kind: 'publish'; readonly text: string } | { readonly kind: 'usage' | 'heap' };

export interface ServerUsage {
  readonly cpuMicroseconds: number;
  /** Longest time the event loop was held since it was last asked. */
  readonly stallMs: number;
}

export function answerBench(publish: (text: string) => Promise<void>): void {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const usage = (): ServerUsage => {
    const { user, system } = process.cpuUsage();
    const stallMs = delay.max / 1e6;
    delay.reset();
    return { cpuMicroseconds: user + system, stallMs };
  };
  process.on('message', (order: Order) => {
    if (order.kind === 'publish') void publish(order.text);
    else process.send?.(order.kind === 'heap' ? heapBytes() : usage());
  });
  process.on('SIGTERM', () => process.exit(0));
}

function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

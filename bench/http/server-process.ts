// A server in a process of its own, so that the load never shares its event loop. It prints one JSON line when it is
// ready, and is ended with SIGTERM.
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What a server tells about itself. */
export interface Ready {
  readonly url: string;
  readonly token?: string;
  readonly communityId?: string;
}

export interface Usage {
  readonly cpuMicroseconds: number;
  readonly heapBytes: number;
}

export interface ServerProcess {
  readonly ready: Ready;
  readonly child: ChildProcess;
  /** So far, after a garbage collection. */
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

/** @param module relative to bench/ */
export async function startServer(module: string, args: readonly string[] = []): Promise<ServerProcess> {
  const file = fileURLToPath(new URL(`../${module}`, import.meta.url));
  const child = spawn(process.execPath, ['--expose-gc', file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  if (!child.stdout) throw new Error('A child process without its output');
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([
    new Promise<string>((resolve) => lines.once('line', resolve)),
    ended.then(() => Promise.reject(new Error(`${module} ended before it was ready`))),
  ]);
  return {
    ready: JSON.parse(first) as Ready,
    child,
    usage: () => {
      const answer = new Promise<Usage>((resolve) => child.once('message', (usage) => resolve(usage as Usage)));
      child.send('usage');
      return answer;
    },
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

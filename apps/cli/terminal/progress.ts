// Progress of long work: a bar in a terminal; where there is none, a line every few seconds and one at the end.
import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  step(by?: number): void;
  end(): void;
}

const BETWEEN_LINES_MS = 5_000;

/** Written to standard error, so that standard output holds results only. Nothing to do shows nothing. */
export function startProgress(title: string, total: number): Progress {
  if (total === 0) return { step: () => undefined, end: () => undefined };
  return process.stderr.isTTY ? bar(title, total) : lines(title, total);
}

function bar(title: string, total: number): Progress {
  const single = new SingleBar(
    {
      format: `${title} [{bar}] {percentage} % | {value}/{total} | {eta_formatted} left`,
      stream: process.stderr,
      hideCursor: true,
      // Work comes in bursts, so only many steps together tell how long the rest will take.
      etaBuffer: Math.max(50, total / 10),
      // Signals are the command's own matter.
      gracefulExit: false,
    },
    Presets.legacy,
  );
  single.start(total, 0);
  return { step: (by = 1) => void single.increment(by), end: () => void single.stop() };
}

function lines(title: string, total: number): Progress {
  let done = 0;
  let since = performance.now();
  const write = () => void process.stderr.write(`${title} ${String(done)}/${String(total)}\n`);
  return {
    step: (by = 1) => {
      done += by;
      if (done === total || performance.now() - since < BETWEEN_LINES_MS) return;
      write();
      since = performance.now();
    },
    end: write,
  };
}

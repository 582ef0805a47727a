// Progress of long work: a bar in a terminal, a line every two seconds where there is none.
import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  step(by?: number): void;
  end(): void;
}

/** Written to standard error, so that standard output holds results only. Nothing to do shows nothing. */
export function startProgress(title: string, total: number): Progress {
  if (total === 0) return { step: () => undefined, end: () => undefined };
  const bar = new SingleBar(
    {
      format: `${title} [{bar}] {percentage} % | {value}/{total} | {eta_formatted} left`,
      stream: process.stderr,
      noTTYOutput: true,
      notTTYSchedule: 2_000,
      hideCursor: true,
      // Signals are the command's own matter.
      gracefulExit: false,
    },
    Presets.legacy,
  );
  bar.start(total, 0);
  return {
    step: (by = 1) => void bar.increment(by),
    end: () => void bar.stop(),
  };
}

// Progress of long work: a bar in a terminal, a line now and then where there is none.
import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  step(by?: number): void;
  end(): void;
}

/** Written to standard error, so that standard output holds results only. */
export function startProgress(title: string, total: number): Progress {
  const bar = new SingleBar(
    {
      format: `${title} [{bar}] {percentage} % | {value}/{total} | {eta_formatted}`,
      stream: process.stderr,
      noTTYOutput: true,
      notTTYSchedule: 2_000,
      hideCursor: true,
    },
    Presets.legacy,
  );
  bar.start(total, 0);
  return {
    step: (by = 1) => void bar.increment(by),
    end: () => void bar.stop(),
  };
}

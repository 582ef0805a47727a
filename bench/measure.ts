// Measuring shared by every bench: contenders take turns (A B A B) so that a drift of the machine meets all alike,
// medians are compared, and each figure is printed with its ratio and target. A bench reports; it never fails a build.

/** Something that can be measured. Each call of `measure` is one sample, in the unit of the comparison. */
export interface Contender {
  readonly name: string;
  measure(): Promise<number>;
}

export interface Measured {
  readonly name: string;
  readonly samples: readonly number[];
  readonly median: number;
}

/** One line of the report: ours against a limit or peer, and what we aim at. */
export interface Comparison {
  readonly what: string;
  readonly ours: Measured;
  readonly against: Measured;
  /** The ratio ours ÷ theirs should be at least (throughput) or at most (time, memory) this; none when only told. */
  readonly target?: { readonly atLeast: number } | { readonly atMost: number };
}

/**
 * Runs every contender once per round, in turn. The first `warmUps` rounds are not counted.
 *
 * @returns one entry per contender, in the order given
 */
export async function interleaved(
  contenders: readonly Contender[],
  { rounds = 5, warmUps = 1 }: { readonly rounds?: number; readonly warmUps?: number } = {},
): Promise<Measured[]> {
  const samples = contenders.map((): number[] => []);
  for (let round = 0; round < warmUps + rounds; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      globalThis.gc?.();
      const figure = await contender.measure();
      if (round >= warmUps) samples[index]?.push(figure);
    }
  }
  return contenders.map(({ name }, index) => {
    const own = samples[index] ?? [];
    return { name, samples: own, median: median(own) };
  });
}

/** Operations per second of wall time for `operations` done by `work`. */
export async function perSecond(operations: number, work: () => Promise<unknown>): Promise<number> {
  return (operations / (await milliseconds(work))) * 1_000;
}

/** Wall time of `work` in milliseconds. */
export async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** Linear interpolation between the closest ranks; NaN when there are no values. */
export function percentile(values: readonly number[], rank: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (rank / 100) * (sorted.length - 1);
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  const high = sorted[Math.ceil(place)] ?? Number.NaN;
  return low + (high - low) * (place - Math.floor(place));
}

/** Prints a table: both medians, the ratio ours ÷ theirs, the target and whether it is met. */
export function report(title: string, unit: string, comparisons: readonly Comparison[]): void {
  const head = ['', `ours (${unit})`, 'against', `theirs (${unit})`, 'ratio', 'target', ''];
  const rows = comparisons.map(({ what, ours, against, target }) => {
    const ratio = ours.median / against.median;
    const absolute = [what, figure(ours), against.name, figure(against), ratio.toFixed(ratio < 10 ? 2 : 0)];
    if (!target) return [...absolute, '', ''];
    const met = 'atLeast' in target ? ratio >= target.atLeast : ratio <= target.atMost;
    const aim = 'atLeast' in target ? `≥ ${String(target.atLeast)}` : `≤ ${String(target.atMost)}`;
    return [...absolute, aim, met ? 'met' : 'MISSED'];
  });
  console.log(`\n${title}\n${table([head, ...rows])}`);
}

/** Columns padded to their widest cell; the first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [lines[0], '-'.repeat(Math.max(...lines.map((line) => line.length))), ...lines.slice(1)].join('\n');
}

/** A median with the range of its samples, so that noise can be seen. */
function figure({ median, samples }: Measured): string {
  const short = (value: number) => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3));
  return `${short(median)} (${short(Math.min(...samples))}–${short(Math.max(...samples))})`;
}

// Durations are counted in buckets, so that a percentile is found from as few numbers for a million requests as for a
// thousand. The buckets are as fine as the durations are short: whole seconds below 128 s, and above that 64 to each
// doubling. What is read back is within 0.8 % of what was counted, up to 34 years.

/** Buckets are kept `SPAN` to a row, and rows in groups of `SPAN`, whose totals are a row again. */
export const SPAN = 40;
const EXACT = 128;
const PER_DOUBLING = 64;
const LONGEST = 2 ** 30 - 1;

/** The bucket of a duration in whole seconds: 0 to SPAN × SPAN − 1. */
export function bucketOf(seconds: number): number {
  const counted = Math.min(Math.max(seconds, 0), LONGEST);
  if (counted < EXACT) return counted;
  const doublings = 31 - Math.clz32(counted) - 7;
  return EXACT + doublings * PER_DOUBLING + (counted >> (doublings + 1)) - PER_DOUBLING;
}

/** The seconds in the middle of a bucket. */
export function secondsOf(bucket: number): number {
  if (bucket < EXACT) return bucket;
  const doublings = Math.floor((bucket - EXACT) / PER_DOUBLING);
  const width = 2 ** (doublings + 1);
  return (((bucket - EXACT) % PER_DOUBLING) + PER_DOUBLING) * width + width / 2 - 1;
}

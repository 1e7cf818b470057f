/** Turns samples and counts into what may be said of them: a mean and percentiles where there are enough, points where there are not, intervals. */

/** Below this many samples a mean says less than the samples themselves. */
export const MIN_FOR_MEAN = 5;

export interface Summary {
  n: number;
  /** Null where n is below 5. */
  mean: number | null;
  p50: number | null;
  p90: number | null;
  p95: number | null;
  /** The samples in rising order where n is below 5. */
  points: number[] | null;
}

/** @param values any order */
export function summarize(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  if (n < MIN_FOR_MEAN) return { n, mean: null, p50: null, p90: null, p95: null, points: sorted };
  const mean = sorted.reduce((sum, value) => sum + value, 0) / n;
  return { n, mean, p50: percentile(sorted, 0.5), p90: percentile(sorted, 0.9), p95: percentile(sorted, 0.95), points: null };
}

/** Nearest rank: a value that was measured, never one between two. @param sorted rising, not empty */
export function percentile(sorted: readonly number[], ratio: number): number {
  const rank = Math.max(1, Math.ceil(ratio * sorted.length - 1e-9));
  return sorted[rank - 1] ?? Number.NaN;
}

export interface Interval {
  low: number;
  high: number;
}

/** z of a two-sided 95 % interval. */
const Z95 = 1.959963984540054;

/** Where a share lies with 95 % confidence. Null for none of nothing. @see Wilson (1927), score interval */
export function wilson(count: number, of: number): Interval | null {
  if (of === 0) return null;
  const p = count / of;
  const z2 = Z95 * Z95;
  const middle = p + z2 / (2 * of);
  const spread = Z95 * Math.sqrt((p * (1 - p) + z2 / (4 * of)) / of);
  const scale = 1 + z2 / of;
  // None and all are exact: what is left beside 0 and 1 is rounding.
  return { low: count === 0 ? 0 : (middle - spread) / scale, high: count === of ? 1 : (middle + spread) / scale };
}

/** Where the mean of a Poisson count lies with 90 % confidence: 5 % on either side. @see Garwood (1936), exact limits */
export function poisson90(count: number): Interval {
  const low = count === 0 ? 0 : solve((mean) => 1 - below(count - 1, mean), 0.05, true);
  return { low, high: solve((mean) => below(count, mean), 0.05, false) };
}

/** P(X ≤ count) for a Poisson mean. */
function below(count: number, mean: number): number {
  let term = Math.exp(-mean);
  let sum = term;
  for (let k = 1; k <= count; k++) {
    term *= mean / k;
    sum += term;
  }
  return Math.min(1, sum);
}

/** The mean at which a probability that rises or falls with it is `target`. */
function solve(of: (mean: number) => number, target: number, rises: boolean): number {
  let [low, high] = [0, 1];
  const isPast = (mean: number): boolean => of(mean) > target === rises;
  while (!isPast(high) && high < 600) high *= 2;
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (isPast(middle)) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

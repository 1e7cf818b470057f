/** Turns series of numbers into the robust figures that baselines judge by. All are pure; logarithms keep tiny probabilities apart. */

const LN10 = Math.LN10;
/** Below this a probability says no more than "never". */
const MAX_LOG = 300;

const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** The value at a share of the sorted list, between neighbours where it falls between them (type 7 of Hyndman and Fan); NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = ascending(values);
  if (sorted.length === 0) return Number.NaN;
  const at = (sorted.length - 1) * Math.min(1, Math.max(0, share));
  const low = Math.floor(at);
  const [a = Number.NaN, b = a] = [sorted[low], sorted[Math.min(low + 1, sorted.length - 1)]];
  return a + (b - a) * (at - low);
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);
export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
export const mean = (values: readonly number[]): number => (values.length === 0 ? Number.NaN : sum(values) / values.length);

/** Median absolute deviation. */
export function mad(values: readonly number[]): number {
  const middle = median(values);
  return median(values.map((value) => Math.abs(value - middle)));
}

/** Variance of the sample. */
export function variance(values: readonly number[]): number {
  const middle = mean(values);
  return values.length < 2 ? 0 : sum(values.map((value) => (value - middle) ** 2)) / (values.length - 1);
}

export interface Robust {
  z: number;
  median: number;
  /** What a deviation is measured by: the MAD, but never less than its floor. */
  spread: number;
}

/** `z = 0.6745 (x − median) / max(MAD, floor)`, the floor being max(1, 0.05 · median): a flat history must not make everything an outlier. */
export function robustZ(observed: number, history: readonly number[]): Robust {
  const middle = median(history);
  const spread = Math.max(mad(history), 1, 0.05 * Math.abs(middle));
  return { z: (0.6745 * (observed - middle)) / spread, median: middle, spread };
}

const logFactorial = (n: number): number => {
  if (n < 2) return 0;
  if (n < 256) {
    let total = 0;
    for (let i = 2; i <= n; i++) total += Math.log(i);
    return total;
  }
  // Stirling's series; the next term is below 1e-9 here.
  return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + 1 / (12 * n);
};

/** −log10 P(X ≥ x) for a Poisson of mean λ, at most 300. */
export function poissonSurprise(observed: number, lambda: number): number {
  const x = Math.ceil(observed);
  if (x <= 0 || observed <= lambda) return 0;
  if (lambda <= 0) return MAX_LOG;
  const first = -lambda + x * Math.log(lambda) - logFactorial(x);
  let ratio = 1;
  let tail = 1;
  for (let k = x + 1; k < x + 1000 && ratio > 1e-12 * tail; k++) {
    ratio *= lambda / k;
    tail += ratio;
  }
  return Math.min(MAX_LOG, Math.max(0, -(first + Math.log(tail)) / LN10));
}

export interface LowCount {
  /** −log10 of the chance of so many or more. */
  surprise: number;
  /** The rate that history makes likely, for one bucket. */
  lambda: number;
  /** How much more the counts scatter than a Poisson's; 1 where they do not. */
  dispersion: number;
}

/**
 * The surprise of a count where history is few or small: the rate has a Gamma prior (λ = (a + Σx) / (b + n)), and counts that scatter more
 * than Poisson's are scaled down by how much they do (quasi-Poisson), because people work in bursts.
 */
export function lowCount(observed: number, history: readonly number[], prior: { a: number; b: number }): LowCount {
  const lambda = (prior.a + sum(history)) / (prior.b + history.length);
  const scatter = history.length > 1 && lambda > 0 ? variance(history) / Math.max(mean(history), 0.1) : 1;
  const dispersion = Math.max(1, scatter);
  return { surprise: poissonSurprise(observed / dispersion, lambda / dispersion), lambda, dispersion };
}

/** `H = −Σ p log2 p` in bits; counts need not be normalized. */
export function entropy(counts: readonly number[]): number {
  const total = sum(counts);
  if (total <= 0) return 0;
  return -sum(counts.filter((count) => count > 0).map((count) => (count / total) * Math.log2(count / total)));
}

/** Shannon entropy of a text's characters, in bits a character. */
export function textEntropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return entropy([...counts.values()]);
}

/** Jensen–Shannon divergence of two mixes (counts by name) in bits: 0 for the same mix, 1 for mixes that share nothing. */
export function jensenShannon(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  const [totalA, totalB] = [sum([...a.values()]), sum([...b.values()])];
  if (totalA <= 0 || totalB <= 0) return 0;
  let divergence = 0;
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    const [p, q] = [(a.get(key) ?? 0) / totalA, (b.get(key) ?? 0) / totalB];
    const middle = (p + q) / 2;
    if (p > 0) divergence += 0.5 * p * Math.log2(p / middle);
    if (q > 0) divergence += 0.5 * q * Math.log2(q / middle);
  }
  return Math.min(1, Math.max(0, divergence));
}

/** Bowley's skewness of the quartiles, −1 … 1; 0 where the quartiles coincide or too few values tell. */
export function bowley(values: readonly number[]): number {
  const [low, middle, high] = [quantile(values, 0.25), quantile(values, 0.5), quantile(values, 0.75)];
  const width = high - low;
  return values.length < 3 || width === 0 || middle === low || middle === high ? 0 : (low + high - 2 * middle) / width;
}

/**
 * Which of several probabilities stay when at most a share `q` of those that stay may be false.
 * @param surprises −log10 of each probability
 * @param tested how many were judged in all, the unsurprising ones too
 * @see Benjamini and Hochberg (1995), "Controlling the false discovery rate", section 3
 */
export function benjaminiHochberg(surprises: readonly number[], tested: number, q: number): boolean[] {
  const order = surprises.map((surprise, index) => ({ surprise, index })).sort((a, b) => b.surprise - a.surprise);
  const total = Math.max(tested, surprises.length, 1);
  let last = -1;
  for (const [rank, { surprise }] of order.entries()) {
    if (surprise >= -Math.log10((q * (rank + 1)) / total)) last = rank;
  }
  const stays = new Array<boolean>(surprises.length).fill(false);
  for (const { index } of order.slice(0, last + 1)) stays[index] = true;
  return stays;
}

/** −log10 of the upper tail of the normal distribution, at most 300. */
export function normalSurprise(z: number): number {
  if (z <= 0) return 0;
  // Mills' ratio by its continued fraction is exact enough from z = 0.5 up; below that nothing is surprising.
  if (z < 0.5) return 0.2 * z;
  let fraction = 0;
  for (let k = 60; k >= 1; k--) fraction = k / (z + fraction);
  const logDensity = -0.5 * z * z - 0.5 * Math.log(2 * Math.PI);
  return Math.min(MAX_LOG, -(logDensity - Math.log(z + fraction)) / LN10);
}

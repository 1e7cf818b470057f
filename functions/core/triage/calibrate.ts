/** What a model foretold of examples that it had not seen → how far to believe its two parts: the rule's share, and the features. */

/** One example as all the others foretell it: the log-odds of its rule, the sum of its features', and what it was. */
export interface Foretold {
  prior: number;
  sum: number;
  isMalicious: boolean;
  weight: number;
}

/** log-odds = shift + share × prior + belief × sum. */
export interface Calibration {
  shift: number;
  share: number;
  belief: number;
}

/** As the formula stands, before there are enough verdicts to say anything else; the features half believed, since they echo each other. */
export const UNCALIBRATED: Calibration = { shift: 0, share: 1, belief: 0.5 };
/** Fewer verdicts say nothing of calibration. */
export const MIN_FORETOLD = 100;
/** How many verdicts' worth of doubt there is before the formula is departed from. */
const RIDGE = 2;
const STEPS = 30;

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** Logistic regression of three parameters, held near the formula by a ridge, by Newton's method. Belief stays within 0–1. */
export function calibrate(foretold: readonly Foretold[]): Calibration {
  if (foretold.length < MIN_FORETOLD) return UNCALIBRATED;
  const start = [UNCALIBRATED.shift, UNCALIBRATED.share, UNCALIBRATED.belief];
  let at = start;
  for (let step = 0; step < STEPS; step++) {
    const { gradient, curvature } = slopes(foretold, { at, start });
    const move = solve(curvature, gradient);
    at = at.map((value, i) => value - Math.max(-1, Math.min(1, move[i] ?? 0)));
    if (move.every((value) => Math.abs(value) < 1e-9)) break;
  }
  const [shift = 0, share = 1, belief = 0.5] = at;
  return { shift, share: Math.max(0, share), belief: Math.min(1, Math.max(0, belief)) };
}

type Matrix = number[][];

function slopes(
  foretold: readonly Foretold[],
  { at, start }: { at: readonly number[]; start: readonly number[] },
): { gradient: number[]; curvature: Matrix } {
  const gradient = at.map((value, i) => RIDGE * (value - (start[i] ?? 0)));
  const curvature: Matrix = at.map((_, i) => at.map((__, j) => (i === j ? RIDGE : 0)));
  for (const { prior, sum, isMalicious, weight } of foretold) {
    const parts = [1, prior, sum];
    const p = sigmoid(parts.reduce((total, part, i) => total + part * (at[i] ?? 0), 0));
    for (const [i, a] of parts.entries()) {
      gradient[i] = (gradient[i] ?? 0) + weight * (p - (isMalicious ? 1 : 0)) * a;
      const row = curvature[i] ?? [];
      for (const [j, b] of parts.entries()) row[j] = (row[j] ?? 0) + weight * p * (1 - p) * a * b;
    }
  }
  return { gradient, curvature };
}

/** Gaussian elimination; the ridge keeps the matrix positive definite, so no pivot is zero. */
function solve(matrix: Matrix, right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0]);
  for (const [i, pivot] of rows.entries()) {
    for (const [j, row] of rows.entries()) {
      if (i === j) continue;
      const factor = (row[i] ?? 0) / (pivot[i] ?? 1);
      for (const k of row.keys()) row[k] = (row[k] ?? 0) - factor * (pivot[k] ?? 0);
    }
  }
  return rows.map((row, i) => (row.at(-1) ?? 0) / (row[i] ?? 1));
}

/** Human verdicts → a model that says how probably an alert of a rule is malicious, and which of its features say so. */
import { type Calibration, calibrate, type Foretold, UNCALIBRATED } from './calibrate.ts';
import type { Features } from './features.ts';

/** One judged alert. */
export interface Example {
  ruleId: string;
  features: Features;
  /** A benign true positive is right and needs nobody: for this question it counts as no. */
  isMalicious: boolean;
  atMs: number;
}

/** A verdict counts half after so long: environments and rules change. */
export const HALF_LIFE_MS = 90 * 86_400_000;
/** How many verdicts the prior is worth. */
export const PRIOR_STRENGTH = 10;
type Sides = [yes: number, no: number];
interface FeatureCounts {
  values: Map<string, Sides>;
  /** All verdicts that knew this feature. */
  total: Sides;
}
interface RuleCounts {
  total: Sides;
  /** Verdicts without decay. */
  verdicts: number;
  features: Map<string, FeatureCounts>;
}

export interface Contribution {
  feature: string;
  value: string;
  /** Above 0 it speaks for malicious. */
  logOdds: number;
  /** The standard error of it. */
  error: number;
}

export interface Prediction {
  /** P(malicious), 0–1. */
  probability: number;
  /** The rule's own share before any feature, and the verdicts of it (decayed, and as people gave them). */
  prior: number;
  weight: number;
  verdicts: number;
  /** Verdicts of the rule that said malicious, and that did not, decayed. */
  sides: readonly [yes: number, no: number];
  /** What each feature adds, the strongest first. */
  contributions: Contribution[];
}

/** Read only; the same examples in any order make the same model. */
export class TriageModel {
  readonly #rules = new Map<string, RuleCounts>();
  /** The share of malicious ones over all rules: what a new rule begins with. */
  readonly mean: number;
  /** How far the rule's share and the features are believed: by how well each example is told from all the others. */
  readonly calibration: Calibration;

  constructor(examples: readonly Example[], nowMs: number) {
    const sorted = [...examples].sort((a, b) => a.atMs - b.atMs || (keyOf(a) < keyOf(b) ? -1 : 1));
    const weights = sorted.map(({ atMs }) => 2 ** -(Math.max(0, nowMs - atMs) / HALF_LIFE_MS));
    for (const [i, example] of sorted.entries()) this.#add(example, weights[i] ?? 0);
    const totals = [...this.#rules.values()].map(({ total }) => total);
    const yes = totals.reduce((sum, [count]) => sum + count, 0);
    const all = totals.reduce((sum, [a, b]) => sum + a + b, 0);
    this.mean = (yes + 1) / (all + 2);
    this.calibration = calibrate(this.#foretold(sorted, weights));
  }

  predict(ruleId: string, features: Features): Prediction {
    return this.#predict(ruleId, features, { by: this.calibration });
  }

  #predict(ruleId: string, features: Features, { by, without }: Asking): Prediction {
    const rule = this.#rules.get(ruleId);
    const [yes, no] = minus(rule?.total ?? [0, 0], without);
    const [a, b] = [this.mean * PRIOR_STRENGTH + yes, (1 - this.mean) * PRIOR_STRENGTH + no];
    const contributions = Object.entries(features)
      .flatMap(
        ([feature, value]) => contributionOf(rule?.features.get(feature), { feature, value, belief: by.belief, without }) ?? [],
      )
      .sort((x, y) => Math.abs(y.logOdds) - Math.abs(x.logOdds) || (x.feature < y.feature ? -1 : 1));
    const prior = sigmoid(by.shift + by.share * Math.log(a / b));
    const logit = Math.log(prior / (1 - prior)) + contributions.reduce((sum, { logOdds }) => sum + logOdds, 0);
    const verdicts = rule?.verdicts ?? 0;
    return { probability: sigmoid(logit), prior, weight: yes + no, verdicts, sides: [yes, no], contributions };
  }

  #add({ ruleId, features, isMalicious }: Example, weight: number): void {
    const rule: RuleCounts = this.#rules.get(ruleId) ?? { total: [0, 0], verdicts: 0, features: new Map() };
    this.#rules.set(ruleId, rule);
    rule.verdicts += 1;
    const side = isMalicious ? 0 : 1;
    rule.total[side] += weight;
    for (const [feature, value] of Object.entries(features)) {
      const counts: FeatureCounts = rule.features.get(feature) ?? { values: new Map(), total: [0, 0] };
      rule.features.set(feature, counts);
      counts.total[side] += weight;
      const sides = counts.values.get(value) ?? [0, 0];
      counts.values.set(value, sides);
      sides[side] += weight;
    }
  }

  /** Every example as the formula, without it, foretells it. */
  #foretold(examples: readonly Example[], weights: readonly number[]): Foretold[] {
    const plain = { ...UNCALIBRATED, belief: 1 };
    return examples.map(({ ruleId, features, isMalicious }, i) => {
      const weight = weights[i] ?? 0;
      const { prior, contributions } = this.#predict(ruleId, features, { by: plain, without: { isMalicious, weight } });
      const sum = contributions.reduce((total, { logOdds }) => total + logOdds, 0);
      return { prior: Math.log(prior / (1 - prior)), sum, isMalicious, weight };
    });
  }
}

interface Asking {
  by: Calibration;
  /** An example that the model shall not know. */
  without?: { isMalicious: boolean; weight: number };
}

const keyOf = ({ ruleId, features, isMalicious }: Example): string =>
  [ruleId, isMalicious, ...Object.entries(features).flat()].join('\u0000');
const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

function minus([yes, no]: Sides, without: { isMalicious: boolean; weight: number } | undefined): Sides {
  if (without === undefined) return [yes, no];
  const { isMalicious, weight } = without;
  return [Math.max(0, yes - (isMalicious ? weight : 0)), Math.max(0, no - (isMalicious ? 0 : weight))];
}

interface Asked {
  feature: string;
  value: string;
  belief: number;
  without: { isMalicious: boolean; weight: number } | undefined;
}

/** ln[(n_yes+1)/(N_yes+V)] − ln[(n_no+1)/(N_no+V)] with Laplace's one, V the values that were seen and this one. */
function contributionOf(counts: FeatureCounts | undefined, { feature, value, belief, without }: Asked): Contribution | undefined {
  if (counts === undefined) return undefined;
  const known = counts.values.get(value);
  const values = counts.values.size + (known === undefined ? 1 : 0);
  const [yes, no] = minus(known ?? [0, 0], without);
  const [allYes, allNo] = minus(counts.total, without);
  const logOdds = Math.log((yes + 1) / (allYes + values)) - Math.log((no + 1) / (allNo + values));
  const variance = Math.max(0, 1 / (yes + 1) - 1 / (allYes + values)) + Math.max(0, 1 / (no + 1) - 1 / (allNo + values));
  return { feature, value, logOdds: belief * logOdds, error: belief * Math.sqrt(variance) };
}

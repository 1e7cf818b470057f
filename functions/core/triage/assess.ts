/** Turns an alert into an assessment: how probably it is malicious, how sure that is, and one line that says why. */
import type { LocalText } from '../text.ts';
import { betaQuantile } from './beta.ts';
import { FEATURE_WORDS, type Features } from './features.ts';
import type { Prediction, TriageModel } from './model.ts';

/** One-sided 95 %. */
const Z95 = 1.645;
const STRONGEST = 3;

export interface Assessment extends Prediction {
  ruleId: string;
  /** With 95 % certainty P(malicious) is below this. */
  upper95: number;
  line: LocalText;
}

export function assess(model: TriageModel, ruleId: string, features: Features): Assessment {
  const prediction = model.predict(ruleId, features);
  return { ...prediction, ruleId, upper95: upperBound(prediction), line: lineOf(prediction) };
}

/** The upper quantile of the rule's share, moved by the features' evidence at its own upper bound. */
function upperBound({ sides: [yes, no], contributions, probability }: Prediction): number {
  // Clopper–Pearson: of the rule's own verdicts alone, for the share of all rules is no proof of this one.
  const share = no === 0 ? 1 - 1e-12 : betaQuantile(0.95, yes + 1, no);
  const sum = contributions.reduce((total, { logOdds }) => total + logOdds, 0);
  const error = Math.sqrt(contributions.reduce((total, one) => total + one.error ** 2, 0));
  const logit = Math.log(share / (1 - share)) + sum + Z95 * error;
  return Math.max(probability, 1 / (1 + Math.exp(-logit)));
}

const percent = (share: number): string => (share > 0 && share < 0.01 ? '<1 %' : `${Math.round(100 * share)} %`);

function lineOf({ probability, prior, verdicts, contributions }: Prediction): LocalText {
  const strongest = contributions.filter(({ logOdds }) => Math.abs(logOdds) >= 0.1).slice(0, STRONGEST);
  const reasons = (locale: 'en' | 'ja'): string =>
    strongest
      .map(({ feature, value, logOdds }) => {
        const name = FEATURE_WORDS[feature]?.[locale] ?? feature;
        return `${name} ${value.slice(0, 60)} (${logOdds > 0 ? '+' : '−'}${Math.abs(logOdds).toFixed(1)})`;
      })
      .join(locale === 'en' ? ', ' : '、');
  if (verdicts === 0)
    return {
      en: `P(malicious) ${percent(probability)}: nobody has judged this rule yet, so this is the share of all rules`,
      ja: `悪性の確率 ${percent(probability)}: このルールの判定はまだなく、全ルールの割合です`,
    };
  return {
    en: `P(malicious) ${percent(probability)}: ${percent(prior)} of this rule by ${verdicts} verdicts${strongest.length === 0 ? '' : `; ${reasons('en')}`}`,
    ja: `悪性の確率 ${percent(probability)}: このルールの判定 ${verdicts} 件では ${percent(prior)}${strongest.length === 0 ? '' : `、${reasons('ja')}`}`,
  };
}

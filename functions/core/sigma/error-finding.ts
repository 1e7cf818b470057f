/** A rule or correlation that throws → a finding about ourselves, once a day: an analyst must know what is blind. */
import { shortId } from '../digest.ts';
import type { Finding } from '../finding.ts';
import type { RuleInfo } from './rule.ts';

const DAY_MS = 86_400_000;

export interface ThrownRule {
  rule: Pick<RuleInfo, 'id' | 'path' | 'title' | 'version'>;
  error: unknown;
  nowMs: number;
}

/** The same for every record that the rule throws at on one day. */
export function thrownRuleFinding({ rule, error, nowMs }: ThrownRule): Finding {
  const { path, title, version } = rule;
  const day = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const why = error instanceof Error ? error.message : String(error);
  return {
    uid: shortId('finding', 'rule_error', rule.id, version, String(day)),
    ruleId: 'rule_error',
    ruleVersion: version,
    title: `A rule could not judge: ${title}`.slice(0, 300),
    level: 'medium',
    attack: [],
    tactics: [],
    source: 'yagura',
    analyticOf: 'yagura',
    eventUids: [`${path}@${version}:${day}`],
    timeMs: nowMs,
    entities: [{ type: 'application', id: `yagura:${path}`, part: 'context', name: title.slice(0, 200) }],
    summary: `${path} threw and did not judge: ${why.split('\n')[0] ?? ''}`.slice(0, 1000),
    dedupKey: `rule_error|${rule.id}`,
    dedupWindowMs: DAY_MS,
    nextSteps: {
      en: `Correct queries/${path}.yml (\`yagura rules test\` shows it on its cases). All other rules judged; events of this one can be judged again with \`yagura rules backtest\`.`,
      ja: `queries/${path}.yml を修正してください(\`yagura rules test\` で確認できます)。他のルールは判定済みです。このルールの判定漏れは \`yagura rules backtest\` で確認できます。`,
    },
  };
}

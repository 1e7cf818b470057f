/** Writes small Sigma rules for the tests, and runs them. */
import type { Problem } from '../../../functions/core/error.ts';
import type { JsonObject } from '../../../functions/core/json.ts';
import type { OcsfEvent } from '../../../functions/core/ocsf/event.ts';
import type { SigmaRule } from '../../../functions/core/sigma/ast.ts';
import { type ParseOptions, parseSigma } from '../../../functions/core/sigma/parse.ts';
import { evaluate } from '../../../functions/core/sigma/predicate.ts';
import type { StreamRules, Verdict } from '../../../functions/core/sigma/rule.ts';

export const SOURCES = [
  { id: 'aws-cloudtrail', logsources: [{ product: 'aws', service: 'cloudtrail' }] },
  { id: 'github', logsources: [{ product: 'github', service: 'audit' }] },
];

let count = 0;
/** The YAML of a rule with these lines of detection (flow maps keep them short); the default condition is `selection`. */
export function ruleText(detection: string, head = ''): string {
  count += 1;
  const id = `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
  const lines = detection.split('\n');
  if (!lines.some((line) => line.startsWith('condition:'))) lines.push('condition: selection');
  const product = head.includes('logsource:') ? '' : 'logsource: {product: aws, service: cloudtrail}\n';
  const body = lines.map((line) => `    ${line}`).join('\n');
  return `title: Rule ${count}\nid: ${id}\nstatus: test\nlevel: medium\n${head}${product}detection:\n${body}\n`;
}

/** A parsed rule; throws with its problems where it has any. */
export function rule(detection: string, head = '', options: ParseOptions = {}): SigmaRule {
  const { rules, problems } = parseSigma(ruleText(detection, head), 'queries/detections/test/rule.yml', options);
  const [only] = rules;
  if (only === undefined || problems.length > 0) throw new Error(JSON.stringify(problems, null, 2));
  return only;
}

/** The verdict of a rule on a record. */
export const verdict = (detection: string, record: JsonObject, options: ParseOptions = {}): Verdict =>
  evaluate(rule(detection, '', options), record);
export const matches = (detection: string, record: JsonObject, options: ParseOptions = {}): boolean =>
  verdict(detection, record, options) === 'match';

/** The problems of a rule that must not parse. */
export function problemsOf(text: string, options: ParseOptions = {}): Problem[] {
  const { rules, problems } = parseSigma(text, 'rules/x.yml', options);
  if (rules.length > 0) throw new Error(`the rule parsed: ${text}`);
  return problems;
}

export const OCSF_EVENT: OcsfEvent = {
  class_uid: 6003,
  class_name: 'API Activity',
  category_uid: 6,
  category_name: 'Application Activity',
  activity_id: 1,
  activity_name: 'Create',
  type_uid: 600301,
  type_name: 'API Activity: Create',
  time: 1_700_000_000_000,
  severity_id: 1,
  severity: 'Informational',
  metadata: { version: '1.8.0', uid: 'e1', product: { name: 'CloudTrail', vendor_name: 'AWS' } },
};

/** Titles of the rules that match. */
export const hitsOf = (stream: StreamRules, record: JsonObject, sourceId = 'aws-cloudtrail', event = OCSF_EVENT): string[] =>
  stream.match(sourceId, record, event).map(({ rule: info }) => info.title);

/** Turns the old aggregation pipe of a condition (`| count() by x > 5`) into a problem that shows the correlation rule to write. */
import type { Problem } from '../error.ts';

export interface LegacyPipe {
  /** The whole condition. */
  text: string;
  at: string;
  /** `timeframe:` of the detection, where it has one. */
  timeframe?: string;
  /** What the correlation would refer to. */
  ruleId: string;
}

const AGGREGATION =
  /^(count|sum|avg|min|max)\s*\(\s*([^)\s]*)\s*\)\s*(?:by\s+([^<>=!\s]+(?:\s*,\s*[^<>=!\s]+)*)\s*)?(<=|>=|<|>|==?)\s*(\d+(?:\.\d+)?)$/i;
const COMPARE: Readonly<Record<string, string>> = { '<': 'lt', '<=': 'lte', '>': 'gt', '>=': 'gte', '=': 'eq', '==': 'eq' };
const TYPES: Readonly<Record<string, string>> = { sum: 'value_sum', avg: 'value_avg' };

/** @see Sigma correlation rules specification 2.1 */
export function legacyPipeProblem({ text, at, timeframe, ruleId }: LegacyPipe): Problem {
  const [condition = '', ...rest] = text.split('|').map((part) => part.trim());
  const pipe = rest.join(' | ');
  return {
    at,
    what: `The condition uses the aggregation pipe "| ${pipe}", which Sigma 2 removed`,
    allowed: 'a condition without "|", and a correlation rule beside it',
    fix: `end the condition after "${condition}", and add this document after "---":\n${correlationText(pipe, timeframe ?? '5m', ruleId)}`,
  };
}

function correlationText(pipe: string, timespan: string, ruleId: string): string {
  const match = AGGREGATION.exec(pipe);
  const [, kind = 'count', field = '', by = '', operator = '>', value = '1'] = match ?? [];
  const temporal = !match && /^near\b/i.test(pipe);
  const type = temporal ? 'temporal' : (TYPES[kind.toLowerCase()] ?? (field === '' ? 'event_count' : 'value_count'));
  const groups = by
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const lines = ['title: …', 'correlation:', `    type: ${type}`, '    rules:', `        - ${ruleId}`];
  if (temporal) lines.push('        - …the id of the rule that must be near');
  if (groups.length > 0) lines.push('    group-by:', ...groups.map((name) => `        - ${name}`));
  lines.push(`    timespan: ${timespan}`);
  if (temporal) return lines.join('\n');
  lines.push(
    '    condition:',
    ...(field === '' ? [] : [`        field: ${field}`]),
    `        ${COMPARE[operator] ?? 'gt'}: ${value}`,
  );
  return lines.join('\n');
}

/** A correlation rule in words: what it counts or orders, in which windows and groups, which rules feed it, and which of them history can be asked for. */
import { techniqueById } from '../../../functions/core/attack/attack.ts';
import { problemText } from '../../../functions/core/error.ts';
import { baseRules } from '../../../functions/core/sigma/correlation/history.ts';
import { type CorrelationPlan, nodesOf, type PlanNode } from '../../../functions/core/sigma/correlation/plan.ts';
import { compileMatchesSql } from '../../../functions/core/sigma/sql/compile.ts';

const UNITS: readonly (readonly [number, string])[] = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];

/** `90 minutes`: the largest unit that gives a whole number. */
export function spanText(seconds: number): string {
  const [size, name] = UNITS.find(([unit]) => seconds % unit === 0) ?? [1, 'second'];
  const count = seconds / size;
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

const COMPARES = { gt: 'more than', gte: 'at least', lt: 'less than', lte: 'at most', eq: 'exactly', neq: 'other than' } as const;

const MEASURES = {
  event_count: 'events',
  value_count: 'different values of',
  value_sum: 'the sum of',
  value_avg: 'the mean of',
  value_median: 'the median of',
  value_percentile: 'the percentile of',
  temporal: 'all of',
  temporal_ordered: 'in this order:',
} as const;

function saysLines({ correlation, inputs, rising }: PlanNode, depth: number): string[] {
  const indent = '  '.repeat(depth);
  const { type, bounds, groupBy, timespanSec, field, expression } = correlation;
  const names = inputs.map(({ of }) => `"${of.kind === 'rule' ? of.rule.info.title : of.node.correlation.info.title}"`);
  const bound = bounds.map(({ compare, value }) => `${COMPARES[compare]} ${value}`).join(' and ');
  const measured = field.length > 0 ? ` ${field.join(' with ')}` : '';
  const what = type.startsWith('temporal')
    ? `${MEASURES[type]} ${names.join(type === 'temporal_ordered' ? ', then ' : ', ')}`
    : `${bound} ${MEASURES[type]}${measured} in ${names.join(' or ')}`;
  return [
    `${indent}${what}`,
    `${indent}within ${spanText(timespanSec)}, for each ${groupBy.length > 0 ? groupBy.join(' and ') : 'nothing: all together'}`,
    ...(expression === undefined ? [] : [`${indent}where ${expression}`]),
    `${indent}judged ${rising ? 'at each event' : 'when the window is whole'}`,
    ...inputs.flatMap(({ of }) =>
      of.kind === 'node' ? [`${indent}  where "${of.node.correlation.info.title}" is`, ...saysLines(of.node, depth + 2)] : [],
    ),
  ];
}

export function explainCorrelation(plan: CorrelationPlan): string[] {
  const { info } = plan.root.correlation;
  const window = { fromDay: '20000101', toDay: '20000101' };
  return [
    `${info.title}  (${info.level}, ${info.status})`,
    `  ${info.path}  ${info.id}  ${info.version}`,
    '',
    `ATT&CK: ${info.attack.map((id) => `${id} ${techniqueById(id)?.name ?? ''}`.trim()).join(', ') || 'none named'}`,
    '',
    'Raises when there are',
    ...saysLines(plan.root, 1),
    `  once in ${spanText(plan.dedupMs / 1000)} for each group`,
    '',
    'Base rules:',
    ...baseRules(plan).flatMap((rule) => {
      const reads = plan.reads.get(rule.info.id)?.paths ?? [];
      const { problems } = compileMatchesSql(rule, reads, { window });
      return [
        `  ${rule.info.title}  (${rule.info.path})${reads.length > 0 ? `, reads ${reads.join(', ')}` : ''}`,
        ...problems.map((problem) => `    history cannot be asked: ${problemText(problem)}`),
      ];
    }),
    ...([...nodesOf(plan.root)].length > 1 ? [`Events up to ${spanText(plan.reachMs / 1000)} apart can meet.`] : []),
  ];
}

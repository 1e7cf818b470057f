/** Items of lists that lie in `unmapped` are found by the key that it has for them, in the stream and in SQL. */
import { expect, it } from 'vitest';
import type { SigmaRule } from '../../../functions/core/sigma/ast.ts';
import { evaluate } from '../../../functions/core/sigma/predicate.ts';
import { fieldSteps, joinedSteps } from '../../../functions/core/sigma/record-path.ts';
import { compileSql, lakeMapsOf } from '../../../functions/core/sigma/sql/compile.ts';
import { SOURCES } from '../../../functions/sources/index.ts';
import { rule } from './rule-text.ts';

const event = { unmapped: { 'Targets[0].name': 'cleanup.ps1', 'Targets[1].name': 'x', 'roles[0]': 'Owner', 'deep[0][2]': 'y' } };
const eventRule = (field: string, text: string): SigmaRule => ({
  ...rule(`selection: { '${field}': '${text}' }`),
  taxonomy: 'ocsf',
  logsource: {},
});

it.each([
  ['unmapped.Targets[0].name', 'cleanup.ps1', 'match'],
  ['unmapped.Targets[0].name|endswith', '.ps1', 'match'],
  ['unmapped.Targets[1].name', 'cleanup.ps1', 'no_match'],
  ['unmapped.Targets[2].name', 'x', 'not_applicable'],
  ['unmapped.roles[0]', 'Owner', 'match'],
  ['unmapped.deep[0][2]', 'y', 'match'],
])('%s: %s is a %s', (field, text, verdict) => {
  const one = eventRule(field, text);
  expect(evaluate(one, event)).toBe(verdict);
  const { sql, problems } = compileSql(one, {
    window: { fromDay: '20250101', toDay: '20250102' },
    lakeMaps: lakeMapsOf(SOURCES),
  });
  expect(problems).toEqual([]);
  expect(sql).toContain(`element_at("unmapped", '${field.replace('unmapped.', '').replace(/\|.*/, '')}')`);
});

it.each([
  ['a[0].b', ['a', '0', 'b'], 'a[0].b'],
  ['a.0.b', ['a', '0', 'b'], 'a.0.b'],
  ['a[].b', ['a', 'b'], 'a.b'],
  ['a[*].b{}', ['a', 'b'], 'a.b'],
  ['a[0][1]', ['a', '0', '1'], 'a[0][1]'],
  ['a[x].b', ['a[x]', 'b'], 'a[x].b'],
])('%s has the steps %j', (field, steps, joined) => {
  expect(fieldSteps(field).map(({ text }) => text)).toEqual(steps);
  expect(joinedSteps(fieldSteps(field))).toBe(joined);
});

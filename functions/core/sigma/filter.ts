/** Turns rules and filters into narrower rules: a rule's condition AND the conditions of the filters that name it. */
import { digestOf } from '../digest.ts';
import type { Problem } from '../error.ts';
import type { Condition, Logsource, SigmaFilter, SigmaRule } from './ast.ts';
import { logsourceFits } from './field-map.ts';

/**
 * The rules with the filters applied, in their order. A filter is joined as it is written, so that `condition: not selection`
 * takes the selected events out. Problems: a filter that no rule fits.
 * @see Sigma filters specification 2.1
 */
export function applyFilters(
  rules: readonly SigmaRule[],
  filters: readonly SigmaFilter[],
): { rules: SigmaRule[]; problems: Problem[] } {
  const used = new Set<SigmaFilter>();
  const narrowed = rules.map((rule) => {
    const fitting = filters.filter((filter) => fits(filter, rule));
    for (const filter of fitting) used.add(filter);
    return fitting.reduce(narrow, rule);
  });
  const problems = filters
    .filter((filter) => !used.has(filter))
    .map(({ path, title, rules: named }) => ({
      at: path,
      what: `The filter "${title}" fits no rule (it names ${named === 'any' ? 'any rule' : named.join(', ')})`,
      allowed: 'ids or names of rules with the same logsource, or any',
      fix: 'check the ids and the logsource, or remove the filter.',
    }));
  return { rules: narrowed, problems };
}

function fits({ rules, logsource }: SigmaFilter, rule: SigmaRule): boolean {
  if (!logsourceFits(bare(logsource), rule.logsource)) return false;
  if (rules === 'any') return true;
  return rules.includes(rule.info.id) || (rule.name !== undefined && rules.includes(rule.name));
}

const bare = ({ product, service, category }: Logsource): Logsource => ({
  ...(product ? { product } : {}),
  ...(service ? { service } : {}),
  ...(category ? { category } : {}),
});

function narrow(rule: SigmaRule, filter: SigmaFilter, index: number): SigmaRule {
  const renamed = (name: string): string => `_filter_${index}_${filter.id}_${name}`;
  const selections = filter.selections.map(({ name, expr }) => ({ name: renamed(name), expr }));
  const version = digestOf([rule.info.version, filter.selections, filter.condition]).slice(0, 12);
  return {
    ...rule,
    info: { ...rule.info, version },
    selections: [...rule.selections, ...selections],
    condition: { op: 'and', of: [rule.condition, rename(filter.condition, renamed)] },
  };
}

function rename(condition: Condition, renamed: (name: string) => string): Condition {
  if (condition.op === 'selection') return { op: 'selection', name: renamed(condition.name) };
  if (condition.op === 'not') return { op: 'not', of: rename(condition.of, renamed) };
  return { op: condition.op, of: condition.of.map((part) => rename(part, renamed)) };
}

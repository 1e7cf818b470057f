/** Turns the selections and the condition of a rule or filter into expressions. */
import { nearest, type Problem } from '../error.ts';
import { type Condition, join, type Logsource, type Selection } from './ast.ts';
import { parseCondition } from './condition.ts';
import { legacyPipeProblem } from './legacy-pipe.ts';
import { textOf } from './metadata.ts';
import { type SelectionContext, selectionExpr } from './selection.ts';
import { entryOf, type MapTree } from './yaml-tree.ts';

export interface DetectionContext extends SelectionContext {
  ruleId: string;
  /** Keys of the map that are no selections. */
  reserved: readonly string[];
}

/** Selections in order and the condition over them; undefined where problems were added. */
export function readDetection(
  body: MapTree,
  context: DetectionContext,
): { selections: Selection[]; condition: Condition } | undefined {
  const { problems, notes, reserved } = context;
  const before = problems.length;
  const entries = body.entries.filter(({ key }) => !reserved.includes(key));
  if (entries.length === 0) {
    problems.push({
      at: body.at,
      what: 'There is no selection',
      fix: 'add one: "selection:" with the fields and values to find.',
    });
  }
  const selections = entries.flatMap((entry) => {
    const expr = selectionExpr(entry.value, context);
    return expr ? [{ name: entry.key, expr }] : [];
  });
  const conditions = conditionTexts(
    body,
    entries.map(({ key }) => key),
    problems,
  ).flatMap(({ text, at, textAt }) => {
    const timeframe = textOf(body, 'timeframe', []);
    if (text.includes('|')) {
      problems.push(legacyPipeProblem({ text, at, ruleId: context.ruleId, ...(timeframe === undefined ? {} : { timeframe }) }));
      return [];
    }
    return parseCondition(text, { names: entries.map(({ key }) => key), at, textAt, problems }) ?? [];
  });
  if (problems.length > before || conditions.length === 0) return undefined;
  const condition = join('or', conditions);
  const used = namesIn(condition);
  for (const entry of entries.filter(({ key }) => !used.has(key))) {
    notes.push({ at: entry.at, what: `The condition does not use the selection "${entry.key}"` });
  }
  return { selections: selections.filter(({ name }) => used.has(name)), condition };
}

function namesIn(condition: Condition): Set<string> {
  if (condition.op === 'selection') return new Set([condition.name]);
  const parts = condition.op === 'not' ? [condition.of] : condition.of;
  return new Set(parts.flatMap((part) => [...namesIn(part)]));
}

/** The condition's texts (a list means "or"), each with the place of its first character. */
function conditionTexts(
  body: MapTree,
  names: readonly string[],
  problems: Problem[],
): { text: string; at: string; textAt: string | undefined }[] {
  const entry = entryOf(body, 'condition');
  if (!entry) {
    const near = nearest('condition', names);
    problems.push({
      at: body.at,
      what: 'The detection has no condition',
      allowed: 'condition: selection and not filter',
      fix: near ? `rename "${near}" to "condition".` : 'add "condition:".',
    });
    return [];
  }
  const items = entry.value.kind === 'list' ? entry.value.items : [entry.value];
  const texts = items.flatMap((item) => {
    if (item.kind === 'scalar' && typeof item.value === 'string') return [{ text: item.value, at: item.at, textAt: item.textAt }];
    problems.push({ at: item.at, what: 'A condition is text', allowed: 'text, or a list of texts' });
    return [];
  });
  if (items.length === 0)
    problems.push({ at: entry.at, what: 'The list of conditions is empty', allowed: 'text, or a list of texts' });
  return texts;
}

const LOGSOURCE_KEYS = ['product', 'service', 'category', 'definition'] as const;

/**
 * The log source. Other keys are allowed by the specification and ignored, except where one is plainly a slip of the pen.
 * `needed`: at least one of product, service, category.
 */
export function readLogsource(map: MapTree, needed: boolean, problems: Problem[]): Logsource {
  const entry = entryOf(map, 'logsource');
  const allowed = 'product, service, category (at least one), definition';
  if (entry?.value.kind !== 'map') {
    if (entry || needed)
      problems.push({ at: entry?.at ?? map.at, what: entry ? '"logsource" is no map' : 'The rule has no logsource', allowed });
    return {};
  }
  const body = entry.value;
  const logsource: Logsource = {};
  for (const key of LOGSOURCE_KEYS) {
    const text = textOf(body, key, problems);
    if (text !== undefined) logsource[key] = key === 'definition' ? text : text.trim().toLowerCase();
  }
  for (const { key, at } of body.entries) {
    const near = LOGSOURCE_KEYS.some((known) => known === key) ? undefined : nearest(key, LOGSOURCE_KEYS);
    if (near) problems.push({ at, what: `Unknown key "${key}" in logsource`, allowed, fix: `write "${near}".` });
  }
  if (needed && !logsource.product && !logsource.service && !logsource.category) {
    problems.push({ at: entry.at, what: 'The logsource names no product, service or category', allowed });
  }
  return logsource;
}

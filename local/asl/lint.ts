/** A state machine's definition → everything that a careful reader would object to, before it is deployed or run. */
import type { Problem } from '../../functions/core/error.ts';
import { isJsonObject, type Json, type JsonObject } from '../../functions/core/json.ts';
import { expressionOf, isExpression } from './definition.ts';
import { lintExpression, type Place } from './lint-expression.ts';
import { ends, reachable, type States, statesOf, variablesOnEntry } from './lint-flow.ts';
import { type LintOptions, lintState } from './lint-state.ts';
import { parseMachine } from './parse.ts';

type Path = (string | number)[];

/** One remark before it has its place in the file. */
export interface Remark {
  rule: string;
  path: Path;
  what: string;
  fix?: string;
}

export interface LintMachineOptions extends LintOptions {
  /** Named in problems. */
  file?: string;
}

/**
 * Every problem of a definition (its text, or the document): those that Step Functions itself would refuse, and our rules, whose id
 * stands before the colon (`task-timeout: …`). Placeholders (`${Name}`) stay as they are.
 */
export function lintMachine(definition: string | JsonObject, options: LintMachineOptions = {}): Problem[] {
  const text = typeof definition === 'string' ? definition : JSON.stringify(definition, null, 2);
  const { file } = options;
  const parsed = parseMachine(text, { keepPlaceholders: true, ...(file === undefined ? {} : { file }) });
  if (!isJsonObject(parsed.document)) return parsed.problems;
  const remarks: Remark[] = [
    ...machineRemarks(parsed.document),
    ...scopeRemarks(parsed.document, [], { outer: new Set(), options }),
  ];
  const ours = remarks.map(({ rule, path, what, fix }) => ({
    at: parsed.at(path),
    what: `${rule}: ${what}`,
    ...(fix === undefined ? {} : { fix }),
  }));
  return [...parsed.problems, ...ours];
}

function machineRemarks(document: JsonObject): Remark[] {
  const remarks: Remark[] = [];
  if (document['QueryLanguage'] !== 'JSONata')
    remarks.push({ rule: 'machine-jsonata', path: [], what: 'the machine does not set "QueryLanguage": "JSONata"' });
  if (document['TimeoutSeconds'] === undefined)
    remarks.push({ rule: 'machine-timeout', path: [], what: 'the machine has no TimeoutSeconds, so it may run for a year' });
  return remarks;
}

interface Around {
  /** Variables of the scopes around. */
  outer: ReadonlySet<string>;
  options: LintOptions;
}

function scopeRemarks(scope: JsonObject, path: Path, { outer, options }: Around): Remark[] {
  const states = statesOf(scope);
  const remarks: Remark[] = graphRemarks(states, scope['StartAt'], path);
  const onEntry = variablesOnEntry(states, outer);
  for (const [name, state] of states) {
    const at = [...path, 'States', name];
    const variables = onEntry.get(name) ?? new Set<string>();
    remarks.push(
      ...lintState(state, at, options),
      ...shadowRemarks(state, at, outer),
      ...expressionRemarks(state, at, variables),
    );
    const branches = Array.isArray(state['Branches']) ? state['Branches'] : [];
    for (const [index, inner] of branches.entries()) {
      if (isJsonObject(inner)) remarks.push(...scopeRemarks(inner, [...at, 'Branches', index], { outer: variables, options }));
    }
    const within = state['ItemProcessor'] === undefined ? 'Iterator' : 'ItemProcessor';
    const processor = state[within];
    if (isJsonObject(processor))
      remarks.push(
        ...scopeRemarks(processor, [...at, within], {
          outer: isDistributed(processor) ? new Set() : variables,
          options,
        }),
      );
  }
  return remarks;
}

function isDistributed(processor: JsonObject): boolean {
  const config = processor['ProcessorConfig'];
  return isJsonObject(config) && config['Mode'] === 'DISTRIBUTED';
}

function graphRemarks(states: States, startAt: Json | undefined, path: Path): Remark[] {
  const reached = reachable(states, startAt);
  const remarks: Remark[] = [];
  for (const name of states.keys()) {
    if (!reached.has(name))
      remarks.push({ rule: 'unreachable', path: [...path, 'States', name], what: `nothing leads to the state "${name}"` });
  }
  if (states.size > 0 && ![...states].some(([name, state]) => reached.has(name) && ends(state))) {
    remarks.push({
      rule: 'no-terminal',
      path: [...path, 'States'],
      what: 'no state that can be reached ends',
      fix: 'Give one "End": true, or add a Succeed or Fail state',
    });
  }
  return remarks;
}

/** Step Functions refuses an inner variable with the name of an outer one. */
function shadowRemarks(state: JsonObject, path: Path, outer: ReadonlySet<string>): Remark[] {
  const assign = state['Assign'];
  const names = isJsonObject(assign) ? Object.keys(assign).filter((name) => outer.has(name)) : [];
  return names.map((name) => ({
    rule: 'shadowed-variable',
    path: [...path, 'Assign', name],
    what: `$${name} exists outside this branch or item, and cannot be assigned inside`,
  }));
}

/** Fields that hold text for people, names and numbers, never expressions; and inner machines, which are looked at by themselves. */
const PLAIN = new Set(
  'Comment Type Resource Next Default StartAt QueryLanguage Label ErrorEquals End States Branches ItemProcessor Iterator'.split(
    ' ',
  ),
);
const WITH_RESULT = ['Task', 'Parallel', 'Map'];

function expressionRemarks(state: JsonObject, path: Path, variables: ReadonlySet<string>): Remark[] {
  const remarks: Remark[] = [];
  const visit = (value: Json, at: Path, place: Place): void => {
    if (typeof value === 'string') remarks.push(...textRemarks(value, at, place));
    else if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, [...at, index], place);
    else if (isJsonObject(value))
      for (const [key, item] of Object.entries(value)) if (!isPlain(key, at)) visit(item, [...at, key], place);
  };
  const hasResult = WITH_RESULT.includes(String(state['Type']));
  for (const [field, value] of Object.entries(state)) {
    if (PLAIN.has(field)) continue;
    const result = hasResult && (field === 'Output' || field === 'Assign');
    visit(value, [...path, field], { result, errorOutput: field === 'Catch', variables });
  }
  return remarks;

  /** Inside Catch, Choices and Retry the same names are plain; inside a payload any key is data. */
  function isPlain(key: string, at: Path): boolean {
    return (
      PLAIN.has(key) &&
      typeof at.at(-1) === 'number' &&
      ['Catch', 'Choices', 'Retry'].includes(String(at.at(-2))) &&
      at.length === path.length + 2
    );
  }
}

function textRemarks(text: string, path: Path, place: Place): Remark[] {
  const expression: boolean = isExpression(text);
  if (expression) return lintExpression(expressionOf(text), place).map((problem) => ({ ...problem, path }));
  if (/^\s*\{%[\s\S]*%\}\s*$/.test(text)) {
    return [
      {
        rule: 'not-quite-expression',
        path,
        what: `${JSON.stringify(text.slice(0, 80))} is a literal: there is space around {% … %}`,
      },
    ];
  }
  if (text.includes('{%') && text.includes('%}'))
    return [
      {
        rule: 'not-quite-expression',
        path,
        what: `${JSON.stringify(text.slice(0, 80))} is a literal: an expression is the whole string`,
        fix: "Join inside the expression: {% 'a' & $b %}",
      },
    ];
  if (/^States\.[A-Z]\w+\(/.test(text))
    return [
      {
        rule: 'intrinsic',
        path,
        what: `${JSON.stringify(text.slice(0, 80))} is a literal: intrinsic functions belong to JSONPath`,
      },
    ];
  if (/^\$\$?\.[A-Za-z_[]/.test(text) || /^\$states\./.test(text))
    return [
      {
        rule: 'path-literal',
        path,
        what: `${JSON.stringify(text.slice(0, 80))} is a literal in JSONata`,
        fix: 'Put it in {% … %}',
      },
    ];
  return [];
}

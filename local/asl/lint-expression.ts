/** One JSONata expression of a state → what is wrong with it before it ever runs. */
import jsonata from 'jsonata';

/** What the field around an expression may read. */
export interface Place {
  /** `$states.result` exists here. */
  result: boolean;
  /** `$states.errorOutput` exists here. */
  errorOutput: boolean;
  /** Variables that some path to this state assigns. */
  variables: ReadonlySet<string>;
}

export interface ExpressionProblem {
  rule: string;
  what: string;
  fix?: string;
}

/** @see https://docs.jsonata.org (function library of 2.0) and Step Functions guide, "JSONata functions provided by Step Functions" */
const FUNCTIONS = new Set(
  (
    'abs append assert average base64decode base64encode boolean ceil contains count decodeUrl decodeUrlComponent distinct each encodeUrl ' +
    'encodeUrlComponent error exists filter floor formatBase formatInteger formatNumber fromMillis join keys length lookup lowercase map match max ' +
    'merge millis min not now number pad parseInteger power random reduce replace reverse round shuffle sift single sort split spread sqrt string ' +
    'substring substringAfter substringBefore sum toMillis trim type uppercase zip clone hash parse partition range uuid'
  ).split(' '),
);
const STATES_MEMBERS = new Set(['input', 'result', 'errorOutput', 'context']);

type Node = Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is Node => value !== null && typeof value === 'object' && !Array.isArray(value);

export function lintExpression(source: string, place: Place): ExpressionProblem[] {
  let root: unknown;
  try {
    root = jsonata(source).ast();
  } catch (error) {
    const { code, message } = isNode(error) ? error : { code: '', message: String(error) };
    return [{ rule: 'jsonata-syntax', what: `the expression '${source}' is not JSONata: ${String(code)} ${String(message)}` }];
  }
  const walker = new Walker(place, boundNames(root));
  walker.visit(root, false);
  return walker.problems;
}

/** True where the expression reads the task token. */
export const readsTaskToken = (source: string): boolean =>
  /\$states\s*\.\s*context(\s*\.\s*Task(\s*\.\s*Token)?)?(?![\w.])/.test(source);

/** Names that the expression itself binds: `$x := …`, `function($x)`, `@$x`, `#$x`. Scopes inside are not told apart. */
function boundNames(node: unknown, names = new Set<string>()): Set<string> {
  if (Array.isArray(node)) for (const item of node) boundNames(item, names);
  if (!isNode(node)) return names;
  const { type, lhs, arguments: args, focus, index } = node;
  if (type === 'bind' && isNode(lhs) && typeof lhs['value'] === 'string') names.add(lhs['value']);
  if (type === 'lambda' && Array.isArray(args)) for (const arg of args) if (isNode(arg)) names.add(String(arg['value']));
  if (typeof focus === 'string') names.add(focus);
  if (isNode(index)) names.add(String(index['value']));
  if (typeof index === 'string') names.add(index);
  for (const [key, inner] of Object.entries(node)) if (key !== 'ancestor') boundNames(inner, names);
  return names;
}

class Walker {
  readonly problems: ExpressionProblem[] = [];
  readonly #place: Place;
  readonly #bound: ReadonlySet<string>;

  constructor(place: Place, bound: ReadonlySet<string>) {
    this.#place = place;
    this.#bound = bound;
  }

  /** `inside`: the part runs with a value as its context, so that `$` and bare names mean something. */
  visit(node: unknown, inside: boolean): void {
    if (Array.isArray(node)) {
      for (const item of node) this.visit(item, inside);
      return;
    }
    if (!isNode(node)) return;
    if (node['type'] === 'variable') this.#variable(node, inside);
    if (node['type'] === 'name' && !inside) this.#bareName(node);
    if (node['type'] === 'path') this.#path(node, inside);
    else if (node['type'] === 'transform') for (const key of ['pattern', 'update', 'delete']) this.visit(node[key], true);
    else if (node['type'] === 'lambda') this.visit(node['body'], inside);
    else if (node['type'] === 'bind') this.visit(node['rhs'], inside);
    else
      for (const key of ['procedure', 'arguments', 'expressions', 'condition', 'then', 'else', 'lhs', 'rhs', 'expression'])
        this.visit(node[key], inside);
    this.#stages(node);
  }

  /** Predicates, grouping and sorting work on each value. */
  #stages(node: Node): void {
    for (const key of ['predicate', 'stages', 'terms']) this.#filters(node[key]);
    if (isNode(node['group'])) this.visit(node['group']['lhs'], true);
  }

  #filters(stages: unknown): void {
    for (const stage of Array.isArray(stages) ? stages : []) {
      if (!isNode(stage)) continue;
      this.visit(stage['expr'], true);
      this.visit(stage['expression'], true);
    }
  }

  #path(node: Node, inside: boolean): void {
    const steps = Array.isArray(node['steps']) ? node['steps'] : [];
    const [first, second] = steps;
    if (
      isNode(first) &&
      first['type'] === 'variable' &&
      first['value'] === 'states' &&
      isNode(second) &&
      second['type'] === 'name'
    )
      this.#states(String(second['value']));
    for (const [index, step] of steps.entries()) {
      // A name after the first step is a field, not a bare name.
      if (index > 0 && isNode(step) && step['type'] === 'name') this.#stages(step);
      else this.visit(step, inside || index > 0);
    }
  }

  #states(member: string): void {
    const { result, errorOutput } = this.#place;
    if (!STATES_MEMBERS.has(member))
      this.#add('states-member', `$states.${member} does not exist`, `Use one of ${[...STATES_MEMBERS].join(', ')}`);
    if (member === 'result' && !result)
      this.#add(
        'result-placement',
        '$states.result does not exist in this field',
        'Read it in Output or Assign of a Task, Parallel or Map',
      );
    if (member === 'errorOutput' && !errorOutput)
      this.#add('error-output-placement', '$states.errorOutput exists only inside Catch', 'Assign it to a variable in the Catch');
  }

  #variable(node: Node, inside: boolean): void {
    const name = String(node['value']);
    if (name === '$') this.#add('bare-root', '$$ has no value in Step Functions', 'Use $states.input');
    else if (name === '') {
      if (!inside) this.#add('bare-root', '$ has no value at the top of an expression', 'Use $states.input');
    } else if (name === 'eval') this.#add('no-eval', '$eval is not there in Step Functions', 'Use $parse for JSON text');
    else if (name !== 'states' && !FUNCTIONS.has(name) && !this.#bound.has(name) && !this.#place.variables.has(name)) {
      this.#add('undefined-variable', `no path to this state assigns $${name}`);
    }
  }

  #bareName(node: Node): void {
    const name = String(node['value']);
    if (name === 'States')
      this.#add('intrinsic', 'intrinsic functions (States.…) belong to JSONPath', 'Use the JSONata function');
    else this.#add('bare-name', `the name "${name}" stands alone, so it has no value`, `Use $states.input.${name}`);
  }

  #add(rule: string, what: string, fix?: string): void {
    this.problems.push({ rule, what, ...(fix === undefined ? {} : { fix }) });
  }
}

/** A JSONata expression and the variables in scope → its value, as Step Functions evaluates it: no $eval, bounded, JSON in and JSON out. */
import jsonata from 'jsonata';
import type { Json } from '../../functions/core/json.ts';
import { type Ambient, awsFunctions } from './jsonata-functions.ts';

/** What one evaluation may cost. */
export interface Limits {
  /** Nodes of the expression that are evaluated. */
  maxSteps: number;
  /** Evaluations inside each other: stops runaway recursion before memory does. */
  maxDepth: number;
  /** Wall-clock, however slow the machine. */
  maxMs: number;
}
export const DEFAULT_LIMITS: Limits = { maxSteps: 500_000, maxDepth: 5_000, maxMs: 10_000 };

export type Evaluated = { value: Json } | { undefined: true } | { problem: string };

/** Names that would reach JavaScript's own objects instead of data. */
const UNSAFE_NAMES = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);

type Compiled = { expression: jsonata.Expression } | { problem: string };
const compiled = new Map<string, Compiled>();
const COMPILED_MAX = 2_000;

/** Parses an expression. The problem is AWS's wording: `CODE: message`. */
export function compile(source: string): Compiled {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const fresh = compileFresh(source);
  if (compiled.size >= COMPILED_MAX) compiled.clear();
  compiled.set(source, fresh);
  return fresh;
}

function compileFresh(source: string): Compiled {
  try {
    const expression = jsonata(source);
    const unsafe = unsafeName(expression.ast());
    return unsafe === undefined ? { expression: guard(expression) } : { problem: `the name "${unsafe}" cannot be read` };
  } catch (error) {
    return { problem: errorText(error).text };
  }
}

function unsafeName(node: unknown, depth = 0): string | undefined {
  if (node === null || typeof node !== 'object' || depth > 2_000) return undefined;
  if ('type' in node && node.type === 'name' && 'value' in node && typeof node.value === 'string' && UNSAFE_NAMES.has(node.value))
    return node.value;
  for (const inner of Object.values(node)) {
    const found = unsafeName(inner, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Evaluates an expression with `$name` bindings. Never throws; problems carry AWS's sentence ending (`. CODE: message` or `: message`). */
export async function evaluate(
  source: string,
  bindings: Readonly<Record<string, Json>>,
  ambient: Ambient,
  limits: Limits = DEFAULT_LIMITS,
): Promise<Evaluated> {
  const program = compile(source);
  if ('problem' in program) return { problem: `. ${program.problem}` };
  try {
    const scope = { ...awsFunctions(ambient), ...bindings, eval: undefined, [GUARD]: new Guard(limits) };
    const result: unknown = await program.expression.evaluate(undefined, scope);
    if (result === undefined) return { undefined: true };
    return { value: toJson(result, 0) };
  } catch (error) {
    const { coded, text } = errorText(error);
    return { problem: `${coded ? '. ' : ': '}${text}` };
  }
}

/** Counts what one evaluation costs; the hooks find it in the environment under a name that no expression can write. */
class Guard {
  steps = 0;
  depth = 0;
  readonly #startedMs = performance.now();
  readonly #limits: Limits;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  enter(): void {
    const { maxDepth, maxSteps, maxMs } = this.#limits;
    this.steps++;
    this.depth++;
    if (this.depth > maxDepth) throw new Error(`the expression recurses deeper than ${maxDepth} evaluations`);
    if (this.steps > maxSteps) throw new Error(`the expression needs more than ${maxSteps} evaluation steps`);
    if (this.steps % 256 === 0 && performance.now() - this.#startedMs > maxMs)
      throw new Error(`the expression runs longer than ${maxMs} ms`);
  }

  leave(): void {
    this.depth--;
  }
}
const GUARD = 'the guard';

/** JSONata calls these before and after each node, if its environment has them under these symbols. */
function guard(expression: jsonata.Expression): jsonata.Expression {
  const hook = (act: (found: Guard) => void) => (_node: unknown, _input: unknown, environment: jsonata.Environment) => {
    const found: unknown = environment.lookup(GUARD);
    if (found instanceof Guard) act(found);
  };
  Reflect.apply(expression.assign, expression, [Symbol.for('jsonata.__evaluate_entry'), hook((found) => found.enter())]);
  Reflect.apply(expression.assign, expression, [Symbol.for('jsonata.__evaluate_exit'), hook((found) => found.leave())]);
  return expression;
}

/** What JSONata made → plain JSON: no functions, no holes, no hidden sequence flags. @throws Error for what JSON cannot say */
function toJson(value: unknown, depth: number): Json {
  if (depth > 500) throw new Error('the result is nested deeper than 500 levels');
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value;
    throw new Error('the result holds a number that JSON cannot say');
  }
  if (Array.isArray(value)) return value.map((item: unknown) => (item === undefined ? null : toJson(item, depth + 1)));
  if (typeof value !== 'object' || '_jsonata_function' in value || '_jsonata_lambda' in value)
    throw new Error('the result is a function');
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, toJson(item, depth + 1)]));
}

function errorText(error: unknown): { coded: boolean; text: string } {
  const code =
    error !== null && typeof error === 'object' && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const message = error !== null && typeof error === 'object' && 'message' in error ? String(error.message) : String(error);
  return code === undefined ? { coded: false, text: message } : { coded: true, text: `${code}: ${message}` };
}

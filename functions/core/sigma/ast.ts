/** The parsed form of Sigma content: plain JSON, so that rules ship to Lambda compiled and two backends read one tree. */
import type { RuleInfo } from './rule.ts';

/** A piece of a text pattern: literal text, or a wildcard (`?` = any one character, `*` = any number of them). */
export type PatternPart = string | { any: 'one' | 'many' };
/** A text without wildcards is a plain string, which keeps lists of thousands small and lets them become sets. */
export type Pattern = string | readonly PatternPart[];

/** Parts of a date that the time modifiers read. @see Sigma modifiers appendix 2.1, "Time modifiers" */
export const TIME_PARTS = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const;
export type TimePart = (typeof TIME_PARTS)[number];

export type Comparison = 'eq' | 'lt' | 'lte' | 'gt' | 'gte';

export interface RegexSource {
  source: string;
  /** Any of `i`, `m`, `s`. */
  flags: string;
}

/** Parts that several tests share. `not` (from `neq`) still needs the field to be there, unlike a negated selection. */
interface Negatable {
  not?: true;
}

/**
 * One test of one field; a list of values inside an atom means "any of them". `field: null` is a keyword: the whole record.
 * A record's field may hold many values (arrays); the test is true where any of them passes (`not`: where none does).
 */
export type Atom =
  | ({ test: 'text'; field: string | null; patterns: readonly Pattern[]; cased?: true } & Negatable)
  | ({ test: 'regex'; field: string | null; regexes: readonly RegexSource[] } & Negatable)
  | ({ test: 'cidr'; field: string; networks: readonly string[] } & Negatable)
  | ({ test: 'number'; field: string; compare: Comparison; value: number; part?: TimePart } & Negatable)
  | ({
      test: 'fieldref';
      field: string;
      other: string;
      how: 'equals' | 'startswith' | 'endswith' | 'contains';
      cased?: true;
    } & Negatable)
  | { test: 'exists'; field: string; want: boolean }
  | { test: 'null'; field: string };

export type Expr = { op: 'and' | 'or'; of: readonly Expr[] } | { op: 'not'; of: Expr } | { op: 'atom'; atom: Atom };

/** A condition over selections, with `1 of …` and `all of …` already written out. */
export type Condition =
  | { op: 'and' | 'or'; of: readonly Condition[] }
  | { op: 'not'; of: Condition }
  | { op: 'selection'; name: string };

export interface Selection {
  name: string;
  expr: Expr;
}

/** @see Sigma specification 2.1, "LogSource" */
export interface Logsource {
  product?: string;
  service?: string;
  category?: string;
  definition?: string;
}

/** What every kind of document may say of itself. */
export interface Metadata {
  /** The name that correlations may use instead of the id. */
  name?: string;
  description?: string;
  author?: string;
  license?: string;
  date?: string;
  modified?: string;
  references: string[];
  related: { id: string; type: string }[];
  tags: string[];
}

export interface SigmaRule extends Metadata {
  kind: 'rule';
  info: RuleInfo;
  /** `sigma` rules read a source's raw record, `ocsf` rules the OCSF event. */
  taxonomy: 'sigma' | 'ocsf';
  logsource: Logsource;
  selections: readonly Selection[];
  condition: Condition;
  /** Fields worth showing to an analyst. */
  fields: string[];
  scope: string[];
}

export const CORRELATION_TYPES = [
  'event_count',
  'value_count',
  'temporal',
  'temporal_ordered',
  'value_sum',
  'value_avg',
  'value_percentile',
  'value_median',
] as const;
export type CorrelationType = (typeof CORRELATION_TYPES)[number];

export interface SigmaCorrelation extends Metadata {
  kind: 'correlation';
  info: RuleInfo;
  type: CorrelationType;
  /** Ids or names of the rules (or correlations) that it counts or orders. */
  rules: string[];
  groupBy: string[];
  timespanSec: number;
  /** Bounds that must all hold, `{gt: 100, lte: 200}`; absent for temporal types without one. */
  bounds: { compare: Comparison | 'neq'; value: number }[];
  /** The counted or summed field, for the `value_` types. */
  field: string[];
  /** 1–99, for `value_percentile`. */
  percentile?: number;
  /** Boolean expression over rule names (temporal types, extended condition). */
  expression?: string;
  /** alias → rule → field of that rule's events. */
  aliases: { alias: string; fields: { rule: string; field: string }[] }[];
  /** True where the referred rules shall also raise findings of their own. */
  generate: boolean;
  /** `file:line:column` of its parts, for what can only be judged together with the rules that it names. */
  places?: CorrelationPlaces;
}

export interface CorrelationPlaces {
  /** The `correlation:` key. */
  body: string;
  /** In the order of `rules`. */
  rules: string[];
  condition?: string;
  aliases?: string;
}

/** A filter narrows the rules that it names: their condition AND its condition. @see Sigma filters specification 2.1 */
export interface SigmaFilter extends Metadata {
  kind: 'filter';
  id: string;
  title: string;
  path: string;
  logsource: Logsource;
  /** Ids or names of rules; `any` means every rule of its log source. */
  rules: string[] | 'any';
  selections: readonly Selection[];
  condition: Condition;
}

export const atom = (value: Atom): Expr => ({ op: 'atom', atom: value });

/** Joins expressions; one alone stays as it is. */
export function join<T extends Expr | Condition>(op: 'and' | 'or', of: readonly T[]): T | { op: 'and' | 'or'; of: readonly T[] } {
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { op, of };
}

/** The condition with every selection written in: what a backend compiles. */
export function wholeExpr(rule: { selections: readonly Selection[]; condition: Condition }): Expr {
  const byName = new Map(rule.selections.map((selection) => [selection.name, selection.expr]));
  const write = (condition: Condition): Expr => {
    if (condition.op === 'selection') return byName.get(condition.name) ?? { op: 'or', of: [] };
    if (condition.op === 'not') return { op: 'not', of: write(condition.of) };
    return { op: condition.op, of: condition.of.map(write) };
  };
  return write(rule.condition);
}

/**
 * The rule as if one selection had never been written, for mutation tests; undefined where nothing would be left.
 */
export function withoutSelection(rule: SigmaRule, name: string): SigmaRule | undefined {
  const prune = (condition: Condition): Condition | undefined => {
    if (condition.op === 'selection') return condition.name === name ? undefined : condition;
    if (condition.op === 'not') {
      const of = prune(condition.of);
      return of && { op: 'not', of };
    }
    const of = condition.of.map(prune).filter((part) => part !== undefined);
    return of.length === 0 ? undefined : join(condition.op, of);
  };
  const condition = prune(rule.condition);
  return condition && { ...rule, condition, selections: rule.selections.filter((selection) => selection.name !== name) };
}

/** Every atom of an expression, in order. */
export function* atomsOf(expr: Expr): Generator<Atom> {
  if (expr.op === 'atom') yield expr.atom;
  else if (expr.op === 'not') yield* atomsOf(expr.of);
  else for (const part of expr.of) yield* atomsOf(part);
}

/** What the function tables say of a function: what it takes, what it gives, and how DuckDB says it. */
import type { SqlType } from './sql-type.ts';
import type { Typed } from './typed.ts';

/** What a builder can ask of the call that is being translated. */
export interface Call {
  /** As the query spells it, lower case. */
  name: string;
  args: readonly Typed[];
  /** The body of the lambda that stands at a place, its parameters having these types; `params` are DuckDB names. */
  lambda(index: number, ...types: SqlType[]): { params: readonly string[]; body: Typed };
  /** SQL that ends the query with a message, or NULL inside `try()`. */
  fail(message: string): string;
  /** Refuses the query. */
  refuse(what: string, fix?: string): never;
}

/**
 * One letter an argument: `t` text, `n` number, `i` whole number, `b` boolean, `d` date or timestamp, `a` array, `m` map, `j` JSON,
 * `v` varbinary, `p` IP address, `f` lambda, `x` anything; `?` makes the one before optional, `*` repeats it.
 */
export type Signature = string;

export interface ScalarSpec {
  takes: Signature;
  build(call: Call): Typed;
}

export interface AggregateForm {
  fn: string;
  args: readonly string[];
  type: SqlType;
  /** Wraps the finished call with its DISTINCT, FILTER and OVER. */
  wrap?: (sql: string) => string;
}

export interface AggregateSpec {
  takes: Signature;
  build(call: Call): AggregateForm;
}

export type ScalarTable = Readonly<Record<string, ScalarSpec>>;
export type AggregateTable = Readonly<Record<string, AggregateSpec>>;

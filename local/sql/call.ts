/** Translates one function call: finds the function, checks its arguments, and puts DISTINCT, FILTER and OVER where DuckDB has them. */
import { nearest } from '../../functions/core/error.ts';
import { hasToken, ruleOf, rulesOf, type SqlRule, textOf, unwrapped } from '../../functions/core/sql/tree.ts';
import { AGGREGATES, WINDOWS } from './aggregate-functions.ts';
import { ARRAY_FUNCTIONS } from './array-functions.ts';
import { identifierText } from './cast.ts';
import { expression } from './expression.ts';
import type { AggregateForm, AggregateSpec, Call, Signature } from './function-spec.ts';
import { NUMBER_FUNCTIONS } from './number-functions.ts';
import { refusal } from './parser.ts';
import type { Place } from './session.ts';
import { familyOf, NULL, type SqlType } from './sql-type.ts';
import { TEXT_FUNCTIONS } from './text-functions.ts';
import { TIME_FUNCTIONS } from './time-functions.ts';
import { fill, quoteName, quoteText, type Typed, typed } from './typed.ts';
import { orderBy, overClause } from './window.ts';

const SCALARS = { ...TEXT_FUNCTIONS, ...ARRAY_FUNCTIONS, ...TIME_FUNCTIONS, ...NUMBER_FUNCTIONS };
/** Every function name that a query may use; the grammar itself has more (CAST, EXTRACT, LISTAGG …). */
export const FUNCTION_NAMES: readonly string[] = [
  ...Object.keys(SCALARS),
  ...Object.keys(AGGREGATES),
  ...Object.keys(WINDOWS),
  'try',
  'row',
].sort();

const LETTERS: Readonly<Record<string, readonly string[]>> = {
  t: ['varchar'],
  n: ['number'],
  i: ['integer', 'bigint'],
  b: ['boolean'],
  d: ['time'],
  a: ['array'],
  m: ['map'],
  j: ['json'],
  v: ['varbinary'],
  p: ['ipaddress'],
};

/** A function call, scalar or aggregate. */
export function functionCall(node: SqlRule, place: Place): Typed {
  const name = identifierPath(node);
  const argumentNodes = rulesOf(node, 'Expression');
  if (hasToken(node, 'ASTERISK') && name !== 'count') throw refusal(`${name}(*) is no function`, node);
  if (name === 'try') return tried(node, argumentNodes, place);
  const scalar = Object.hasOwn(SCALARS, name) ? SCALARS[name] : undefined;
  if (scalar !== undefined) {
    for (const part of ['SetQuantifier', 'Filter', 'Over', 'NullTreatment'] as const) {
      if (ruleOf(node, part) !== undefined)
        throw refusal(`${name}() is no aggregate and takes no ${textOf(ruleOf(node, part) ?? node)}`, node);
    }
    return scalar.build(callOf({ node, name, argumentNodes, takes: scalar.takes, place }));
  }
  const aggregate = Object.hasOwn(AGGREGATES, name) ? AGGREGATES[name] : undefined;
  const window = Object.hasOwn(WINDOWS, name) ? WINDOWS[name] : undefined;
  if (window !== undefined && ruleOf(node, 'Over') === undefined) throw refusal(`${name}() needs OVER (…)`, node);
  const spec = aggregate ?? window;
  if (spec === undefined) throw unknownFunction(name, node);
  return aggregated(spec, { node, name, argumentNodes, takes: spec.takes, place });
}

function identifierPath(node: SqlRule): string {
  const named = ruleOf(node, 'FunctionName');
  return named === undefined ? '' : textOf(named).replaceAll(' ', '').replaceAll('"', '').toLowerCase();
}

function unknownFunction(name: string, node: SqlRule): Error {
  const close = nearest(name, FUNCTION_NAMES);
  return refusal(
    `the function ${name}() is not one of Athena's, or not translated for the embedded engine`,
    node,
    close === undefined ? undefined : `Did you mean ${close}()?`,
  );
}

function tried(node: SqlRule, argumentNodes: readonly SqlRule[], place: Place): Typed {
  const [only, more] = argumentNodes;
  if (only === undefined || more !== undefined) throw refusal('try() takes one expression', node);
  const value = expression(only, { ...place, lenient: true });
  // DuckDB's own TRY takes no aggregates or subqueries; what can fail was made NULL already, casts and dates are what is left.
  return typed(`TRY(${value.sql})`, value.type);
}

interface Request {
  node: SqlRule;
  name: string;
  argumentNodes: readonly SqlRule[];
  takes: Signature;
  place: Place;
}

const isLambda = (node: SqlRule): boolean => unwrapped(node).rule === 'Lambda';

function callOf(request: Request): Call {
  const { node, name, argumentNodes, place } = request;
  const args = argumentNodes.map((argument) => (isLambda(argument) ? typed('NULL', NULL) : expression(argument, place)));
  const refuse = (what: string, fix?: string): never => {
    throw refusal(what, node, fix);
  };
  const call: Call = {
    name,
    args,
    refuse,
    fail: (message) => (place.lenient ? 'NULL' : `error(${quoteText(message)})`),
    lambda: (index, ...types) => lambdaBody(argumentNodes[index] ?? node, types, place),
  };
  checkArguments(request, call);
  return call;
}

function checkArguments({ node, name, argumentNodes, takes }: Request, call: Call): void {
  const wanted = [...takes.matchAll(/([a-z])([?*]?)/g)].map(([, letter = 'x', mark = '']) => ({ letter, mark }));
  const least = wanted.filter(({ mark }) => mark === '').length;
  const most = wanted.some(({ mark }) => mark === '*') ? Number.POSITIVE_INFINITY : wanted.length;
  if (call.args.length < least || call.args.length > most) {
    throw refusal(
      `${name}() takes ${least === most ? least : `${least} to ${most === Number.POSITIVE_INFINITY ? 'any number of' : most}`} arguments, not ${call.args.length}`,
      node,
    );
  }
  for (const [index, argument] of call.args.entries()) {
    const letter = (wanted[index] ?? wanted.at(-1))?.letter ?? 'x';
    const lambda = isLambda(argumentNodes[index] ?? node);
    if (lambda !== (letter === 'f'))
      throw refusal(`argument ${index + 1} of ${name}() ${lambda ? 'cannot be' : 'must be'} a lambda`, node);
    const allowed = Object.hasOwn(LETTERS, letter) ? LETTERS[letter] : undefined;
    if (allowed === undefined || argument.type.kind === 'null') continue;
    if (!allowed.includes(argument.type.kind) && !allowed.includes(familyOf(argument.type))) {
      throw refusal(
        `argument ${index + 1} of ${name}() is ${argument.type.kind}, not ${allowed.join(' or ')}`,
        node,
        letter === 't' ? 'CAST(x AS varchar).' : undefined,
      );
    }
  }
}

function lambdaBody(node: SqlRule, types: readonly SqlType[], place: Place): { params: readonly string[]; body: Typed } {
  const lambda = unwrapped(node);
  const names = lambda.kids.filter((kid): kid is SqlRule => kid.rule?.endsWith('Identifier') ?? false).map(identifierText);
  const body = ruleOf(lambda, 'Expression');
  if (body === undefined || names.length !== types.length)
    throw refusal(`the lambda takes ${names.length} parameters, not ${types.length}`, node);
  const params = names.map(() => quoteName(place.session.fresh('p')));
  const columns = names.map((name, index) => ({ name, type: types[index] ?? NULL, sql: params[index] ?? 'NULL' }));
  const scope = { relations: [{ name: undefined, columns }], parent: place.scope };
  return { params, body: expression(body, { ...place, scope }) };
}

function aggregated(spec: AggregateSpec, request: Request): Typed {
  const { node, place } = request;
  const form = spec.build(callOf(request));
  const quantifier = ruleOf(node, 'SetQuantifier');
  const distinct = quantifier !== undefined && hasToken(quantifier, 'KW_DISTINCT') ? 'DISTINCT ' : '';
  const sorted = rulesOf(node, 'SortItem');
  const order = sorted.length === 0 ? '' : ` ORDER BY ${orderBy(sorted, place)}`;
  const nulls = ruleOf(node, 'NullTreatment');
  const treatment = nulls !== undefined && hasToken(nulls, 'KW_IGNORE') ? ' IGNORE NULLS' : '';
  return finished(form, `${distinct}${form.args.join(', ')}${order}${treatment}`, node, place);
}

function finished(form: AggregateForm, inside: string, node: SqlRule, place: Place): Typed {
  const filter = ruleOf(node, 'Filter');
  const where = filter === undefined ? undefined : ruleOf(filter, 'WhereClause');
  const condition = where === undefined ? undefined : where.kids.find((kid): kid is SqlRule => kid.rule !== undefined);
  const over = ruleOf(node, 'Over');
  const sql = `${form.fn}(${inside})${condition === undefined ? '' : ` FILTER (WHERE ${expression(condition, place).sql})`}${over === undefined ? '' : ` OVER ${overClause(over, place)}`}`;
  return typed(form.wrap === undefined ? sql : form.wrap(sql), form.type);
}

/** `LISTAGG(x, ',') WITHIN GROUP (ORDER BY y)`. */
export function listAgg(node: SqlRule, place: Place): Typed {
  const value = ruleOf(node, 'Expression');
  if (value === undefined || ruleOf(node, 'ListAggOverflowBehavior') !== undefined)
    throw refusal('this form of LISTAGG is not translated', node);
  const separator = node.kids.find((kid): kid is SqlRule => kid.rule?.endsWith('StringLiteral') ?? false);
  const quantifier = ruleOf(node, 'SetQuantifier');
  const distinct = quantifier !== undefined && hasToken(quantifier, 'KW_DISTINCT') ? 'DISTINCT ' : '';
  const text = expression(value, place);
  if (text.type.kind !== 'varchar') throw refusal('LISTAGG joins varchar', node, 'CAST(x AS varchar).');
  const order = orderBy(rulesOf(node, 'SortItem'), place);
  const form: AggregateForm = { fn: 'string_agg', args: [], type: { kind: 'varchar' } };
  return finished(
    form,
    fill(`${distinct}{0}, {1} ORDER BY {2}`, [text.sql, separator === undefined ? "''" : textOf(separator), order]),
    node,
    place,
  );
}

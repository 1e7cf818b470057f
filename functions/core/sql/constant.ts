/** An expression without columns → the moment, number or text that it stands for, as far as that is surely known before the query runs. */
import { childRules, hasToken, ruleOf, rulesOf, type SqlRule, textOf, tokensOf, unwrapped } from './tree.ts';

export interface ConstantContext {
  /** Epoch ms that `now()` stands for. */
  nowMs: number;
  /** The value of a `?`. */
  parameterAt(place: { line: number; column: number }): string | number | undefined;
}

/** `later`: it grows with the time at which the engine runs the query. All other functions here grow with what they are given. */
export type Constant =
  | { kind: 'moment'; ms: number; later: boolean }
  | { kind: 'number'; value: number; later: boolean }
  | { kind: 'text'; text: string }
  | { kind: 'interval'; ms: number; months: number };

const UNIT_MS: Readonly<Record<string, number>> = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
};
const UNIT_MONTHS: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 };

/** Undefined for whatever is not understood: the caller then knows no bound. */
export function constantOf(node: SqlRule, context: ConstantContext): Constant | undefined {
  const leaf = unwrapped(node);
  switch (leaf.rule) {
    case 'ParenthesizedExpression':
      return inside(leaf, context);
    case 'CurrentTimestamp':
    case 'CurrentLocalTimestamp':
    case 'LocalTimestamp':
      return moment(context.nowMs, true);
    case 'CurrentDate':
      return moment(startOfDay(context.nowMs), true);
    case 'IntegerLiteral':
    case 'DecimalLiteral':
    case 'DoubleLiteral':
      return number(Number(textOf(leaf).replaceAll(' ', '')));
    case 'BasicStringLiteral':
      return { kind: 'text', text: literalText(leaf) };
    case 'Parameter':
      return parameter(leaf, context);
    case 'TypeConstructor':
      return typed(leaf);
    case 'Interval':
      return interval(leaf);
    case 'ArithmeticBinary':
      return arithmetic(leaf, context);
    case 'AtTimeZone':
      // The same instant, shown elsewhere.
      return constantIn(childRules(leaf)[0], context, 'moment');
    case 'Cast':
      return cast(leaf, context);
    case 'FunctionCall':
      return call(leaf, context);
    default:
      return undefined;
  }
}

const moment = (ms: number, later: boolean): Constant | undefined =>
  Number.isFinite(ms) ? { kind: 'moment', ms, later } : undefined;
const number = (value: number, later = false): Constant | undefined =>
  Number.isFinite(value) ? { kind: 'number', value, later } : undefined;
const startOfDay = (ms: number): number => Math.floor(ms / 86_400_000) * 86_400_000;

type Kind = Constant['kind'];
type Of<K extends Kind> = Extract<Constant, { kind: K }>;

function constantIn<K extends Kind>(node: SqlRule | undefined, context: ConstantContext, kind: K): Of<K> | undefined {
  const value = node === undefined ? undefined : constantOf(node, context);
  return value?.kind === kind ? (value as Of<K>) : undefined;
}

function inside(node: SqlRule, context: ConstantContext): Constant | undefined {
  const [only, more] = childRules(node);
  return only === undefined || more !== undefined ? undefined : constantOf(only, context);
}

/** The text of a string literal, without its quotes. */
export const literalText = (node: SqlRule): string => (tokensOf(node)[0]?.text ?? '').replace(/^'|'$/g, '').replaceAll("''", "'");

function parameter(node: SqlRule, context: ConstantContext): Constant | undefined {
  const value = context.parameterAt(node);
  if (typeof value === 'number') return number(value);
  return value === undefined ? undefined : { kind: 'text', text: value };
}

/** `TIMESTAMP '…'`, `DATE '…'`. */
function typed(node: SqlRule): Constant | undefined {
  const [type, text] = childRules(node);
  if (type === undefined || text === undefined) return undefined;
  const word = textOf(type).toLowerCase();
  if (word !== 'timestamp' && word !== 'date') return undefined;
  return textMoment(literalText(text));
}

const MOMENT =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,12}))?)?)?(?: ?(UTC|Z|[+-]\d{2}:?\d{2}))?$/;

function textMoment(text: string): Constant | undefined {
  const found = MOMENT.exec(text.trim());
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map((part) => Number(part ?? 0));
  const millis = Number((found[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const zone = /^([+-])(\d{2}):?(\d{2})$/.exec(found[8] ?? '');
  const offsetMin = zone === null ? 0 : (zone[1] === '-' ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3]));
  return moment(Date.UTC(year, month - 1, day, hour, minute, second, millis) - offsetMin * 60_000, false);
}

function interval(node: SqlRule): Constant | undefined {
  const [text, unit, end] = childRules(node);
  if (text === undefined || unit === undefined || end !== undefined) return undefined;
  const amount = Number(literalText(text)) * (hasToken(node, 'MINUS') || textOf(node).includes(" - '") ? -1 : 1);
  return spanOf(amount, textOf(unit).toLowerCase());
}

function spanOf(amount: number, unit: string): Of<'interval'> | undefined {
  if (!Number.isInteger(amount)) return undefined;
  const ms = Object.hasOwn(UNIT_MS, unit) ? UNIT_MS[unit] : undefined;
  const months = Object.hasOwn(UNIT_MONTHS, unit) ? UNIT_MONTHS[unit] : undefined;
  if (ms === undefined && months === undefined) return undefined;
  return { kind: 'interval', ms: amount * (ms ?? 0), months: amount * (months ?? 0) };
}

function shifted(base: Of<'moment'>, by: Of<'interval'>, sign: 1 | -1): Constant | undefined {
  const date = new Date(base.ms + sign * by.ms);
  if (by.months !== 0) {
    const day = date.getUTCDate();
    date.setUTCDate(1);
    date.setUTCMonth(date.getUTCMonth() + sign * by.months);
    // As Trino: the last day of a shorter month.
    const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
    date.setUTCDate(Math.min(day, last));
  }
  return moment(date.getTime(), base.later);
}

function arithmetic(node: SqlRule, context: ConstantContext): Constant | undefined {
  const [leftNode, rightNode] = childRules(node);
  const sign = node.kids.find((kid) => kid.rule === undefined)?.text;
  const [left, right] = [leftNode, rightNode].map((side) => (side === undefined ? undefined : constantOf(side, context)));
  if (left === undefined || right === undefined) return undefined;
  if (sign === '+' || sign === '-') {
    if (left.kind === 'moment' && right.kind === 'interval') return shifted(left, right, sign === '+' ? 1 : -1);
    if (sign === '+' && left.kind === 'interval' && right.kind === 'moment') return shifted(right, left, 1);
  }
  if (left.kind !== 'number' || right.kind !== 'number') return undefined;
  // What is taken away, or scales down below zero, would shrink while the time goes on.
  if (sign === '+') return number(left.value + right.value, left.later || right.later);
  if (sign === '-') return right.later ? undefined : number(left.value - right.value, left.later);
  if (sign !== '*' || left.value < 0 || right.value < 0) return undefined;
  return number(left.value * right.value, left.later || right.later);
}

function cast(node: SqlRule, context: ConstantContext): Constant | undefined {
  const [valueNode, typeNode] = childRules(node);
  if (valueNode === undefined || typeNode === undefined) return undefined;
  const value = constantOf(valueNode, context);
  const type = textOf(typeNode).toLowerCase();
  if (type === 'date' || type.startsWith('timestamp')) {
    const at = value?.kind === 'text' ? textMoment(value.text) : value;
    if (at?.kind !== 'moment') return undefined;
    return type === 'date' ? moment(startOfDay(at.ms), at.later) : at;
  }
  if (type === 'bigint' || type === 'double') return value?.kind === 'number' ? value : undefined;
  return type.startsWith('varchar') && value?.kind === 'text' ? value : undefined;
}

/** Functions whose value is known; all of them grow with their moment. */
function call(node: SqlRule, context: ConstantContext): Constant | undefined {
  const name = ruleOf(node, 'FunctionName');
  const args = rulesOf(node, 'Expression');
  const [first, second, third] = args;
  switch (name === undefined ? '' : textOf(name).toLowerCase()) {
    case 'now':
      return args.length === 0 ? moment(context.nowMs, true) : undefined;
    case 'date':
    case 'from_iso8601_timestamp':
    case 'from_iso8601_date': {
      const value = first === undefined ? undefined : constantOf(first, context);
      const at = value?.kind === 'text' ? textMoment(value.text) : value;
      if (at?.kind !== 'moment' || args.length !== 1) return undefined;
      return name !== undefined && textOf(name).toLowerCase() === 'date' ? moment(startOfDay(at.ms), at.later) : at;
    }
    case 'date_parse':
    case 'date_format':
      return dayCall(args, context);
    case 'from_unixtime': {
      const seconds = constantIn(first, context, 'number');
      return seconds === undefined || args.length !== 1 ? undefined : moment(seconds.value * 1000, seconds.later);
    }
    case 'to_unixtime': {
      const at = constantIn(first, context, 'moment');
      return at === undefined ? undefined : number(at.ms / 1000, at.later);
    }
    case 'date_add': {
      const unit = constantIn(first, context, 'text');
      const amount = constantIn(second, context, 'number');
      const at = constantIn(third, context, 'moment');
      if (unit === undefined || amount === undefined || at === undefined || amount.later) return undefined;
      const by = spanOf(amount.value, unit.text.toLowerCase());
      return by === undefined ? undefined : shifted(at, by, 1);
    }
    case 'date_trunc':
      return truncated(constantIn(first, context, 'text')?.text.toLowerCase() ?? '', constantIn(second, context, 'moment'));
    default:
      return undefined;
  }
}

/** `date_parse(day, '%Y%m%d')` and `date_format(moment, '%Y%m%d')`: how days are reckoned with. */
function dayCall([first, format]: readonly SqlRule[], context: ConstantContext): Constant | undefined {
  if (first === undefined || constantIn(format, context, 'text')?.text !== '%Y%m%d') return undefined;
  const value = constantOf(first, context);
  if (value?.kind === 'moment' && !value.later)
    return { kind: 'text', text: new Date(value.ms).toISOString().slice(0, 10).replaceAll('-', '') };
  const parts = value?.kind === 'text' ? /^(\d{4})(\d{2})(\d{2})$/.exec(value.text) : null;
  return parts === null ? undefined : moment(Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])), false);
}

function truncated(unit: string, at: Of<'moment'> | undefined): Constant | undefined {
  if (at === undefined) return undefined;
  const date = new Date(at.ms);
  if (unit === 'month') return moment(Date.UTC(date.getUTCFullYear(), date.getUTCMonth()), at.later);
  if (unit === 'year') return moment(Date.UTC(date.getUTCFullYear(), 0), at.later);
  // Weeks begin on Monday; 1970-01-01 was a Thursday.
  if (unit === 'week') return moment(startOfDay(at.ms) - ((Math.floor(at.ms / 86_400_000) + 3) % 7) * 86_400_000, at.later);
  const ms = ['second', 'minute', 'hour', 'day'].includes(unit) ? UNIT_MS[unit] : undefined;
  return ms === undefined ? undefined : moment(Math.floor(at.ms / ms) * ms, at.later);
}

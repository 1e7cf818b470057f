/** The conditions over a scan → the days that it can read, and where the text must say so for the engine to see it. */
import { type Constant, type ConstantContext, constantOf } from './constant.ts';
import { plainName, type Scan } from './scans.ts';
import { childRules, hasToken, rulesOf, type SqlRule, spanOf, textOf, tokensOf, unwrapped } from './tree.ts';

/** First and last day (yyyyMMdd); `?` where there is a bound whose value only the engine knows; undefined where there is none. */
export interface Days {
  from?: string | undefined;
  to?: string | undefined;
}

/** Text to put after a place of the SQL; `(` goes before `start`. Offsets in code points. */
export interface Insertion {
  start: number;
  end: number;
  text: string;
}

export interface Bounds {
  days: Days;
  /** What the text must say beside its conditions on time. Only for scans without conditions on eventday. */
  insertions: Insertion[];
  /** Values that are compared with eventday and are no day, as the text has them. */
  wrongDays: { text: string; node: SqlRule }[];
}

/** What the table's columns mean: event time as a timestamp or as epoch ms. The day is derived from it when an event is stored. */
export interface TimeColumns {
  columns: ReadonlySet<string>;
  /** Columns that hold epoch ms. */
  epochMs: ReadonlySet<string>;
}

export const DAY_COLUMN = 'eventday';
const TIME_COLUMNS = ['time', 'time_dt'] as const;

interface Work {
  scan: Scan;
  table: TimeColumns;
  /** All scans of the SELECT with their columns: an unqualified name means the only one that has it. */
  beside: readonly { scan: Scan; table: TimeColumns }[];
  constants: ConstantContext;
  found: Bounds;
}

/** The engine may begin later than now, and its clock may differ. */
const LATEST_START_MS = 86_400_000;
const CLOCK_DRIFT_MS = 5 * 60_000;

export function boundsOf(
  scan: Scan,
  tables: { table: TimeColumns; beside: readonly { scan: Scan; table: TimeColumns }[] },
  constants: ConstantContext,
): Bounds {
  const found: Bounds = { days: {}, insertions: [], wrongDays: [] };
  const work: Work = { scan, ...tables, constants, found };
  if (scan.opaque) return found;
  const explicit = all(scan.conditions.map((condition) => daysOf(condition, work, 'day')));
  if (explicit.from !== undefined) return { ...found, days: explicit, insertions: [] };
  const derived = all(scan.conditions.map((condition) => daysOf(condition, work, 'time')));
  // Without a lower bound on time nothing is derived: what has no sane time lies under the day on which it came.
  return derived.from === undefined ? { ...found, insertions: [] } : { ...found, days: all([explicit, derived]) };
}

type Which = 'day' | 'time';

/** The narrowest of conditions that hold together. */
function all(several: readonly Days[]): Days {
  const known = (side: 'from' | 'to'): string[] => several.flatMap((days) => days[side] ?? []);
  const pick = (side: 'from' | 'to'): string | undefined => {
    const sure = known(side)
      .filter((day) => day !== '?')
      .sort();
    return (side === 'from' ? sure.at(-1) : sure[0]) ?? known(side)[0];
  };
  return { from: pick('from'), to: pick('to') };
}

/** The widest of conditions of which one holds. */
function any(several: readonly Days[]): Days {
  const pick = (side: 'from' | 'to'): string | undefined => {
    const known = several.map((days) => days[side]);
    if (known.includes(undefined)) return undefined;
    if (known.includes('?')) return '?';
    const sorted = known.filter((day) => day !== undefined).sort();
    return side === 'from' ? sorted[0] : sorted.at(-1);
  };
  return { from: pick('from'), to: pick('to') };
}

/** Only what stands below AND, OR and parentheses: what stands below anything else bounds nothing. */
function daysOf(node: SqlRule, work: Work, which: Which): Days {
  const at = unwrapped(node);
  switch (at.rule) {
    case 'And':
      return all(childRules(at).map((kid) => daysOf(kid, work, which)));
    case 'Or':
      return any(childRules(at).map((kid) => daysOf(kid, work, which)));
    case 'ParenthesizedExpression':
    case 'Expression': {
      const [only, more] = childRules(at);
      return only === undefined || more !== undefined ? {} : daysOf(only, work, which);
    }
    case 'Predicated':
      return predicateDays(at, work, which);
    default:
      return {};
  }
}

function predicateDays(node: SqlRule, work: Work, which: Which): Days {
  const [left, predicate, more] = childRules(node);
  if (left === undefined || predicate === undefined || more !== undefined || hasToken(predicate, 'KW_NOT')) return {};
  const operands = comparedWith(predicate);
  const column = columnOf(left, work, which);
  if (column !== undefined) return columnDays(node, { ...operands, column }, work);
  // `5 < x` says what `x > 5` says.
  const [only, another] = operands.values;
  const mirrored = MIRROR[operands.sign];
  const right = only === undefined || another !== undefined ? undefined : columnOf(only, work, which);
  return right === undefined || mirrored === undefined
    ? {}
    : columnDays(node, { sign: mirrored, values: [left], column: right }, work);
}

const MIRROR: Readonly<Record<string, string>> = { '=': '=', '<': '>', '>': '<', '<=': '>=', '>=': '<=' };

function comparedWith(predicate: SqlRule): { sign: string; values: SqlRule[] } {
  const kids = childRules(predicate);
  switch (predicate.rule) {
    case 'Comparison':
      return { sign: textOf(kids[0] ?? predicate).replaceAll(' ', ''), values: kids.slice(1) };
    case 'Between':
      return { sign: 'between', values: kids };
    case 'InList':
      return { sign: 'in', values: rulesOf(predicate, 'Expression') };
    case 'Like':
      return { sign: kids.length === 1 ? 'like' : '', values: kids };
    default:
      return { sign: '', values: [] };
  }
}

interface Column {
  name: string;
  /** As the text qualifies it: `a.`, or nothing. */
  qualifier: string;
}

/** The column of this scan that a reference means. */
function columnOf(node: SqlRule, { scan, table, beside }: Work, which: Which): Column | undefined {
  const leaf = unwrapped(node);
  const at = leaf.rule === 'QualifiedName' ? leaf : nameOf(node);
  if (at === undefined) return undefined;
  const texts = tokensOf(at).map(({ text }) => text);
  const path = texts.filter((text) => text !== '.').map(plainName);
  const name = path.at(-1) ?? '';
  const wanted: readonly string[] = which === 'day' ? [DAY_COLUMN] : TIME_COLUMNS;
  if (!wanted.includes(name) || !table.columns.has(name) || path.length > 2) return undefined;
  if (path.length === 2) return path[0] === scan.label ? { name, qualifier: `${scan.labelText}.` } : undefined;
  const owners = beside.filter((one) => one.table.columns.has(name));
  return owners.length === 1 && owners[0]?.scan === scan ? { name, qualifier: `${scan.labelText}.` } : undefined;
}

/** A reference of one name: the grammar goes on below it to the identifier. */
function nameOf(node: SqlRule): SqlRule | undefined {
  let at: SqlRule | undefined = node;
  while (at !== undefined && at.rule !== 'ColumnReference' && at.rule !== 'JoinColumnReference')
    at = at.kids.length === 1 ? childRules(at)[0] : undefined;
  return at;
}

interface Compared {
  sign: string;
  values: readonly SqlRule[];
  column: Column;
}

function columnDays(node: SqlRule, compared: Compared, work: Work): Days {
  return compared.column.name === DAY_COLUMN ? dayDays(compared, work) : timeDays(node, compared, work);
}

/** A day compared with a text that is known, or with something that has no columns: then the engine works it out before it reads. */
function dayDays({ sign, values }: Compared, work: Work): Days {
  const days = values.map((value) => dayText(value, sign, work));
  const [first, second] = days;
  if (days.some((day) => day === undefined)) return {};
  switch (sign) {
    case '=':
    case 'like':
      return sign === '=' ? { from: first, to: first } : likeDays(first);
    case '>':
    case '>=':
      return { from: first };
    case '<':
    case '<=':
      return { to: first };
    case 'between':
      return { from: first, to: second };
    case 'in':
      return any(days.map((day) => ({ from: day, to: day })));
    default:
      return {};
  }
}

function likeDays(pattern: string | undefined): Days {
  const digits = /^\d*/.exec(pattern ?? '')?.[0] ?? '';
  return digits.length < 4 ? {} : { from: digits.slice(0, 8).padEnd(8, '0'), to: digits.slice(0, 8).padEnd(8, '9') };
}

function dayText(node: SqlRule, sign: string, { constants, found }: Work): string | undefined {
  const value = constantOf(node, constants);
  if (value === undefined) return readsColumns(node) ? undefined : '?';
  if (value.kind !== 'text') {
    // Athena compares no text with a number or a date.
    found.wrongDays.push({ text: textOf(node), node });
    return undefined;
  }
  if (sign === 'like' || isDay(value.text)) return value.text;
  found.wrongDays.push({ text: `'${value.text.slice(0, 40)}'`, node });
  return undefined;
}

/** `0…` and `9…` texts are allowed as what lies before and after everything; that is for those who know. */
const isDay = (text: string): boolean => {
  const found = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  return found !== null && Number(found[2]) <= 12 && Number(found[3]) <= 31;
};

const READS = new Set(['ColumnReference', 'Dereference', 'QueryStatement', 'SubqueryExpression', 'Lambda']);
const readsColumns = (node: SqlRule): boolean => READS.has(node.rule) || childRules(node).some(readsColumns);

/** Event time compared with a moment that is known: the day follows from it. */
function timeDays(node: SqlRule, { sign, values, column }: Compared, work: Work): Days {
  const isEpoch = work.table.epochMs.has(column.name);
  const dayAt = (value: SqlRule | undefined, side: 'from' | 'to'): string | undefined =>
    value === undefined ? undefined : dayOf(value, { side, isEpoch, constants: work.constants });
  const [first, second] = values;
  const days: Days =
    sign === '=' || sign === 'between'
      ? { from: dayAt(first, 'from'), to: dayAt(sign === '=' ? first : second, 'to') }
      : sign === '>' || sign === '>='
        ? { from: dayAt(first, 'from') }
        : sign === '<' || sign === '<='
          ? { to: dayAt(first, 'to') }
          : {};
  addInsertion(node, days, { column, found: work.found });
  return days;
}

function dayOf(
  value: SqlRule,
  { side, isEpoch, constants }: { side: 'from' | 'to'; isEpoch: boolean; constants: ConstantContext },
): string | undefined {
  const nowMs = constants.nowMs + (side === 'from' ? -CLOCK_DRIFT_MS : LATEST_START_MS);
  const constant: Constant | undefined = constantOf(value, { ...constants, nowMs });
  const ms =
    constant?.kind === 'moment' && !isEpoch ? constant.ms : constant?.kind === 'number' && isEpoch ? constant.value : Number.NaN;
  // Years that a day can be written of.
  if (!(ms >= 0 && ms < 253_402_300_800_000)) return undefined;
  return new Date(ms).toISOString().slice(0, 10).replaceAll('-', '');
}

function addInsertion(node: SqlRule, { from, to }: Days, { column, found }: { column: Column; found: Bounds }): void {
  const span = spanOf(node);
  const name = `${column.qualifier}${DAY_COLUMN}`;
  const parts = [...(from === undefined ? [] : [`${name} >= '${from}'`]), ...(to === undefined ? [] : [`${name} <= '${to}'`])];
  if (span !== undefined && parts.length > 0) found.insertions.push({ ...span, text: ` AND ${parts.join(' AND ')})` });
}

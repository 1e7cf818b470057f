/** Trino's functions over dates and timestamps, as DuckDB says them. */
import type { Call, ScalarSpec, ScalarTable } from './function-spec.ts';
import { BIGINT, DATE, DOUBLE, hasOffset, OFFSET_TIME, type SqlType, timestamp, timestamptz, VARCHAR } from './sql-type.ts';
import { simple } from './text-functions.ts';
import { quoteText, type Typed, typed } from './typed.ts';

const at = (call: Call, index: number): Typed => call.args[index] ?? call.refuse(`${call.name}() has no argument ${index + 1}`);

const UNITS: ReadonlySet<string> = new Set([
  'millisecond',
  'second',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'quarter',
  'year',
]);
const DATE_UNITS: ReadonlySet<string> = new Set(['day', 'week', 'month', 'quarter', 'year']);

function unitOf(call: Call): string {
  const { literal } = at(call, 0);
  const unit = typeof literal === 'string' ? literal.toLowerCase() : undefined;
  if (unit === undefined || !UNITS.has(unit))
    return call.refuse(`${call.name}() needs a unit`, `One of ${[...UNITS].join(', ')}, in quotes.`);
  return unit;
}

/** What `x + n units` is: dates stay dates, timestamps keep their zone. */
export function shifted(base: Typed, interval: string): Typed {
  if (base.type.kind === 'date') return typed(`CAST(${base.sql} + ${interval} AS DATE)`, DATE);
  return typed(`(${base.sql} + ${interval})`, base.type);
}

function timeOnly(call: Pick<Call, 'refuse'>, value: Typed): SqlType {
  if (!['date', 'timestamp', 'timestamptz', 'zoned'].includes(value.type.kind))
    return call.refuse(`a date or timestamp is needed, not ${value.type.kind}`, "CAST(x AS timestamp) or TIMESTAMP '…'.");
  return value.type;
}

const dateAdd: ScalarSpec = {
  takes: 'tix',
  build: (call) => {
    const [unit, amount, base] = [unitOf(call), at(call, 1), at(call, 2)];
    timeOnly(call, base);
    if (base.type.kind === 'zoned') return call.refuse('date_add() after AT TIME ZONE is not translated', 'Add first.');
    if (base.type.kind === 'date' && !DATE_UNITS.has(unit))
      return call.refuse(`date_add('${unit}', …) does not take a date`, 'CAST it to timestamp.');
    return shifted(base, `CAST(${amount.sql} AS INTEGER) * INTERVAL 1 ${unit}`);
  },
};

const dateDiff: ScalarSpec = {
  takes: 'txx',
  build: (call) => {
    const [unit, from, to] = [unitOf(call), at(call, 1), at(call, 2)];
    const types = [timeOnly(call, from), timeOnly(call, to)];
    if (types.some(({ kind }) => kind === 'zoned'))
      return call.refuse('date_diff() after AT TIME ZONE is not translated', 'Take the difference first.');
    if (types.every(({ kind }) => kind === 'date') && !DATE_UNITS.has(unit))
      return call.refuse(`date_diff('${unit}', …) does not take dates`, 'CAST them to timestamp.');
    if (types.some(hasOffset) && ['month', 'quarter', 'year'].includes(unit)) refuseOffset(call.refuse);
    const zone = types.some(({ kind }) => kind === 'timestamptz') ? 'TIMESTAMPTZ' : 'TIMESTAMP';
    return typed(`date_sub('${unit}', CAST(${from.sql} AS ${zone}), CAST(${to.sql} AS ${zone}))`, BIGINT);
  },
};

const dateTrunc: ScalarSpec = {
  takes: 'tx',
  build: (call) => {
    const [unit, value] = [unitOf(call), at(call, 1)];
    const type = timeOnly(call, value);
    if (hasOffset(type)) refuseOffset(call.refuse);
    const sql = `date_trunc('${unit}', ${value.sql})`;
    return type.kind === 'date' ? typed(`CAST(${sql} AS DATE)`, DATE) : typed(sql, type);
  },
};

/** MySQL's format letters, which Trino's date_format and date_parse take, as strftime's. */
const MYSQL: Readonly<Record<string, string>> = {
  Y: '%Y',
  y: '%y',
  m: '%m',
  c: '%-m',
  d: '%d',
  e: '%-d',
  H: '%H',
  k: '%-H',
  h: '%I',
  I: '%I',
  l: '%-I',
  i: '%M',
  s: '%S',
  S: '%S',
  f: '%f',
  p: '%p',
  j: '%j',
  M: '%B',
  b: '%b',
  W: '%A',
  a: '%a',
  T: '%H:%M:%S',
  r: '%I:%M:%S %p',
  '%': '%%',
};

function mysqlFormat(call: Call, argument: Typed): string {
  if (typeof argument.literal !== 'string') return call.refuse(`the format of ${call.name}() must be a literal`);
  const text = argument.literal.replaceAll(/%(.)/g, (_, letter: string) => {
    const to = Object.hasOwn(MYSQL, letter) ? MYSQL[letter] : undefined;
    return (
      to ??
      call.refuse(
        `the format letter %${letter} of ${call.name}() is not translated`,
        `One of ${Object.keys(MYSQL)
          .map((key) => `%${key}`)
          .join(' ')}`,
      )
    );
  });
  return quoteText(text);
}

/** Joda's pattern letters, which format_datetime and parse_datetime take, as strftime's. */
const JODA: Readonly<Record<string, string>> = {
  yyyy: '%Y',
  YYYY: '%Y',
  yy: '%y',
  MM: '%m',
  M: '%-m',
  dd: '%d',
  d: '%-d',
  HH: '%H',
  H: '%-H',
  hh: '%I',
  mm: '%M',
  ss: '%S',
  SSS: '%g',
  EEE: '%a',
  EEEE: '%A',
  MMM: '%b',
  MMMM: '%B',
  DDD: '%j',
  a: '%p',
};

function jodaFormat(call: Call, argument: Typed): string {
  if (typeof argument.literal !== 'string') return call.refuse(`the format of ${call.name}() must be a literal`);
  const text = argument.literal.replaceAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|%/g, (token, quoted: string | undefined) => {
    if (quoted !== undefined) return (quoted === '' ? "'" : quoted.replaceAll("''", "'")).replaceAll('%', '%%');
    if (token === '%') return '%%';
    const to = Object.hasOwn(JODA, token) ? JODA[token] : undefined;
    return to ?? call.refuse(`the pattern ${token} of ${call.name}() is not translated`, `One of ${Object.keys(JODA).join(' ')}`);
  });
  return quoteText(text);
}

/** Trino shows the fields of the zone that a text names; the embedded engine has the instant alone. */
export const refuseOffset = (refuse: Call['refuse']): never =>
  refuse('the fields of a time whose text names its zone are not translated', "Write x AT TIME ZONE 'UTC'.");

/** Both engines show a timestamp with a zone by its UTC fields, the session's zone being UTC. */
const wallClock = (call: Pick<Call, 'refuse'>, value: Typed): string => {
  if (hasOffset(timeOnly(call, value))) refuseOffset(call.refuse);
  return value.type.kind === 'timestamptz' ? `(${value.sql} AT TIME ZONE 'UTC')` : `CAST(${value.sql} AS TIMESTAMP)`;
};

const instant = (call: Pick<Call, 'refuse'>, value: Typed): string =>
  hasOffset(value.type) ? value.sql : wallClock(call, value);

/** A field of a date or timestamp. */
export const FIELDS: Readonly<Record<string, string>> = {
  year: 'year',
  quarter: 'quarter',
  month: 'month',
  week: 'week',
  week_of_year: 'week',
  day: 'day',
  day_of_month: 'day',
  day_of_week: 'isodow',
  dow: 'isodow',
  day_of_year: 'doy',
  doy: 'doy',
  hour: 'hour',
  minute: 'minute',
  second: 'second',
  year_of_week: 'isoyear',
  yow: 'isoyear',
};

export function fieldOf(call: Pick<Call, 'refuse'>, name: string, value: Typed): Typed {
  const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
  if (field === undefined) return call.refuse(`the field ${name} is unknown`, `One of ${Object.keys(FIELDS).join(', ')}.`);
  if (familyIsDate(value) && ['hour', 'minute', 'second'].includes(field)) return call.refuse(`a date has no ${name}`);
  return typed(`date_part('${field}', ${wallClock(call, value)})`, BIGINT);
}
const familyIsDate = (value: Typed): boolean => value.type.kind === 'date';

const fields = Object.fromEntries(
  Object.keys(FIELDS).map((name): [string, ScalarSpec] => [
    name,
    { takes: 'x', build: (call) => fieldOf(call, name, at(call, 0)) },
  ]),
);

/** Text of a timestamp as Trino casts it: as many digits of the second as its precision. */
export function timestampText(value: Typed, refuse: Call['refuse']): string {
  if (hasOffset(value.type)) refuseOffset(refuse);
  const zoned = value.type.kind === 'timestamptz';
  const precision = value.type.kind === 'timestamp' || value.type.kind === 'timestamptz' ? value.type.precision : 3;
  const fraction = new Map([
    [0, ''],
    [3, '.%g'],
    [6, '.%f'],
  ]).get(precision);
  if (fraction === undefined)
    return refuse(`text of a timestamp of precision ${precision} is not translated`, 'CAST it to timestamp(3) first.');
  const wall = zoned ? `(${value.sql} AT TIME ZONE 'UTC')` : value.sql;
  return `strftime(${wall}, '%Y-%m-%d %H:%M:%S${fraction}${zoned ? ' UTC' : ''}')`;
}

export const TIME_FUNCTIONS: ScalarTable = {
  ...fields,
  millisecond: {
    takes: 'x',
    build: (call) => typed(`(date_part('millisecond', ${wallClock(call, at(call, 0))}) % 1000)`, BIGINT),
  },
  date_add: dateAdd,
  date_diff: dateDiff,
  date_trunc: dateTrunc,
  date_format: {
    takes: 'xt',
    build: (call) => typed(`strftime(${wallClock(call, at(call, 0))}, ${mysqlFormat(call, at(call, 1))})`, VARCHAR),
  },
  date_parse: {
    takes: 'tt',
    build: (call) => typed(`strptime(${at(call, 0).sql}, ${mysqlFormat(call, at(call, 1))})`, timestamp()),
  },
  format_datetime: {
    takes: 'xt',
    build: (call) => typed(`strftime(${wallClock(call, at(call, 0))}, ${jodaFormat(call, at(call, 1))})`, VARCHAR),
  },
  parse_datetime: {
    takes: 'tt',
    build: (call) => typed(`CAST(strptime(${at(call, 0).sql}, ${jodaFormat(call, at(call, 1))}) AS TIMESTAMPTZ)`, timestamptz()),
  },
  date: {
    takes: 'x',
    build: (call) =>
      at(call, 0).type.kind === 'varchar'
        ? typed(`CAST(${at(call, 0).sql} AS DATE)`, DATE)
        : typed(`CAST(${wallClock(call, at(call, 0))} AS DATE)`, DATE),
  },
  last_day_of_month: { takes: 'x', build: (call) => typed(`last_day(CAST(${wallClock(call, at(call, 0))} AS DATE))`, DATE) },
  now: simple('', "date_trunc('millisecond', current_timestamp)", timestamptz()),
  from_unixtime: simple('n', 'to_timestamp(CAST({0} AS DOUBLE))', timestamptz()),
  from_unixtime_nanos: simple('i', 'make_timestamp_ns(CAST({0} AS BIGINT))::TIMESTAMPTZ', timestamptz(6)),
  to_unixtime: { takes: 'x', build: (call) => typed(`CAST(epoch(${instant(call, at(call, 0))}) AS DOUBLE)`, DOUBLE) },
  from_iso8601_timestamp: simple('t', 'CAST({0} AS TIMESTAMPTZ)', OFFSET_TIME),
  from_iso8601_date: simple('t', 'CAST({0} AS DATE)', DATE),
  to_iso8601: {
    takes: 'x',
    build: (call) => {
      const value = at(call, 0);
      if (value.type.kind === 'date') return typed(`strftime(${value.sql}, '%Y-%m-%d')`, VARCHAR);
      return typed(`replace(replace(${timestampText(value, call.refuse)}, ' UTC', 'Z'), ' ', 'T')`, VARCHAR);
    },
  },
  at_timezone: { takes: 'xt', build: (call) => atTimeZone(call, at(call, 0), at(call, 1).sql) },
  with_timezone: { takes: 'xt', build: (call) => typed(`(${at(call, 0).sql} AT TIME ZONE ${at(call, 1).sql})`, OFFSET_TIME) },
};

/** The local fields of an instant in a zone. */
export function atTimeZone(call: Pick<Call, 'refuse'>, value: Typed, zone: string): Typed {
  if (value.type.kind !== 'timestamp' && value.type.kind !== 'timestamptz') return call.refuse('AT TIME ZONE takes a timestamp');
  return typed(`(CAST(${value.sql} AS TIMESTAMPTZ) AT TIME ZONE ${zone})`, { kind: 'zoned' });
}

/** New indicators → the two questions to history: on which days their values were seen (the rollup tells), and which events those were. */
import { isJsonObject, type Json } from '../json.ts';
import { TABLES } from '../lake/tables.ts';
import type { OcsfObservable } from '../ocsf/event.ts';
import type { Indicator } from './indicator.ts';

export interface Asked {
  sql: string;
  parameters: string[];
}

/** Rows of one answer: more sightings of some indicators add nothing that the first ones do not tell. */
export const MAX_ROWS = 2_000;
const MAX_DAYS = 60;

const marks = (count: number): string => Array.from({ length: count }, () => '?').join(', ');

/** Days, sources and classes that met a value. Networks are asked by nobody: the rollup knows whole addresses. */
export function daysAsked(indicators: readonly Indicator[], fromDay: string): Asked {
  const values = indicators.filter(({ type }) => type !== 'cidr').map(({ value }) => value);
  return {
    sql: `SELECT DISTINCT class_name, source, eventday FROM observable_days WHERE eventday >= '${day(fromDay)}' AND value IN (${marks(values.length)}) ORDER BY 1, 2, 3`,
    parameters: values,
  };
}

const day = (text: string): string => (/^\d{8}$/.test(text) ? text : '00000000');

export interface Seen {
  className: string;
  source: string;
  days: string[];
}

/** The answer, by class and source. Names that are no table of ours are left out: they go into SQL. */
export function seenIn(rows: readonly Json[][]): Seen[] {
  const known = new Set(TABLES.map(({ name }) => name));
  const found = new Map<string, Seen>();
  for (const [className, source, eventDay] of rows) {
    if (typeof className !== 'string' || typeof source !== 'string' || typeof eventDay !== 'string' || !known.has(className))
      continue;
    const key = `${className} ${source}`;
    const seen = found.get(key) ?? { className, source, days: [] };
    found.set(key, seen);
    if (/^\d{8}$/.test(eventDay) && seen.days.length < MAX_DAYS) seen.days.push(eventDay);
  }
  return [...found.values()].filter(({ days }) => days.length > 0);
}

export function eventsAsked({ className, source, days }: Seen, indicators: readonly Indicator[]): Asked {
  const values = indicators.filter(({ type }) => type !== 'cidr').map(({ value }) => value);
  return {
    sql: `SELECT metadata.uid AS uid, to_unixtime(time_dt) AS at, observables FROM ${className} WHERE source = ? AND eventday IN (${days.map((one) => `'${day(one)}'`).join(', ')}) AND cardinality(filter(observables, o -> o.value IN (${marks(values.length)}))) > 0 ORDER BY time_dt LIMIT ${MAX_ROWS}`,
    parameters: [source, ...values],
  };
}

export interface SeenEvent {
  uid: string;
  timeMs: number;
  observables: OcsfObservable[];
}

/** Undefined for a row that is none. */
export function seenEvent([uid, at, observables]: readonly Json[]): SeenEvent | undefined {
  if (typeof uid !== 'string' || typeof at !== 'number' || !Array.isArray(observables)) return undefined;
  const list = observables.filter(isJsonObject).map(({ name, type_id, type, value }) => ({
    name: String(name ?? ''),
    type_id: Number(type_id),
    type: String(type ?? ''),
    value: String(value ?? ''),
  }));
  return { uid, timeMs: Math.round(at * 1000), observables: list };
}

/** Indicators that are new here → findings of the events of the last weeks that met them, through the daily rollup. */
import { sha256, shortId } from '../core/digest.ts';
import type { Finding } from '../core/finding.ts';
import { HitFindings } from '../core/indicator/finding.ts';
import { IndicatorIndex } from '../core/indicator/index-of.ts';
import type { Indicator } from '../core/indicator/indicator.ts';
import { observedEntities } from '../core/indicator/observed.ts';
import { daysAsked, eventsAsked, seenEvent, seenIn } from '../core/indicator/retro-sql.ts';
import type { Json } from '../core/json.ts';
import type { Suppressor } from '../core/suppression/apply.ts';
import type { Table } from '../ports/table.ts';

export interface RetroQuery {
  run(
    sql: string,
    options?: { parameters?: readonly string[]; maxRows?: number },
  ): Promise<{ rows: Json[][]; scannedBytes: number }>;
}

export interface RetroContent {
  indicators: readonly Indicator[];
  suppressor?: Suppressor;
}

const MET_PK = 'indicators-met';
const DAY_MS = 86_400_000;
/** How far back is looked. */
export const RETRO_DAYS = 30;
/** New indicators of one tick; the others wait for the next. */
const AT_ONCE = 500;
/** Values of one question. */
const CHUNK = 100;

/** The findings, and what to remember once they are raised. */
export interface Retro {
  findings: Finding[];
  scannedBytes: number;
  /** Indicators that were looked for; they are new no more after `remember`. */
  looked: readonly Indicator[];
}

/** @throws YaguraError of the query port: nothing is remembered then, and the next tick asks again */
export async function retroMatch(
  { table, query }: { table: Table; query: RetroQuery },
  { indicators, suppressor }: RetroContent,
  nowMs: number,
): Promise<Retro> {
  const looked = (await unmet(table, indicators, nowMs)).slice(0, AT_ONCE);
  const retro: Retro = { findings: [], scannedBytes: 0, looked };
  const fromDay = new Date(nowMs - RETRO_DAYS * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
  for (let i = 0; i < looked.length; i += CHUNK) {
    const some = looked.slice(i, i + CHUNK);
    if (some.every(({ type }) => type === 'cidr')) continue;
    const days = daysAsked(some, fromDay);
    const { rows, scannedBytes } = await query.run(days.sql, { parameters: days.parameters });
    retro.scannedBytes += scannedBytes;
    for (const seen of seenIn(rows)) {
      // Findings are events of the lake too: what they met is told already.
      if (/_finding$/.test(seen.className)) continue;
      const asked = eventsAsked(seen, some);
      const events = await query.run(asked.sql, { parameters: asked.parameters });
      retro.scannedBytes += events.scannedBytes;
      retro.findings.push(...findingsOf(events.rows, { source: seen.source, indicators: some, suppressor }));
    }
  }
  return retro;
}

function findingsOf(
  rows: readonly Json[][],
  { source, indicators, suppressor }: { source: string; indicators: readonly Indicator[]; suppressor: Suppressor | undefined },
): Finding[] {
  const index = new IndicatorIndex(indicators);
  const found = new HitFindings<undefined>();
  for (const event of rows.flatMap((row) => seenEvent(row) ?? [])) {
    const entities = observedEntities(event.observables);
    for (const { indicator, name } of index.hits(event.observables, event.timeMs))
      found.add({ indicator, source, eventUid: event.uid, timeMs: event.timeMs, entities, name }, undefined);
  }
  return found.take().map(({ finding }) => suppressor?.apply(finding) ?? finding);
}

const keyOf = ({ type, value }: Indicator): string => shortId(type, value);
const bucketOf = (key: string): string => sha256(key).slice(0, 2);

/** Those that are valid and were never looked for. */
async function unmet(table: Table, indicators: readonly Indicator[], nowMs: number): Promise<Indicator[]> {
  if (indicators.length === 0) return [];
  const met = new Set((await table.query(MET_PK)).flatMap(({ data }) => keysIn(data)));
  return indicators.filter(
    (one) => !met.has(keyOf(one)) && (one.untilMs === undefined || one.untilMs > nowMs - RETRO_DAYS * DAY_MS),
  );
}

const keysIn = (data: Readonly<Record<string, Json>>): string[] =>
  Array.isArray(data['keys']) ? data['keys'].filter((key) => typeof key === 'string') : [];

/** Called once their findings are raised: a crash before that costs a repetition. */
export async function rememberLooked(table: Table, looked: readonly Indicator[]): Promise<void> {
  const buckets = new Map<string, string[]>();
  for (const key of looked.map(keyOf)) buckets.set(bucketOf(key), [...(buckets.get(bucketOf(key)) ?? []), key]);
  for (const [sk, keys] of buckets) {
    const before = await table.get(MET_PK, sk);
    const all = [...new Set([...(before === undefined ? [] : keysIn(before.data)), ...keys])].sort();
    // Two at once: one of them forgets some, and these are looked for again.
    await table.write([{ put: { pk: MET_PK, sk, data: { keys: all } } }]);
  }
}

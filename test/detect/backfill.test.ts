/** A correlation that is new, or changed, judges the history that was ingested before it: SQL over the lake gives the matches that ingest would have kept. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BusEvent } from '../../functions/core/bus-event.ts';
import { YaguraError } from '../../functions/core/error.ts';
import type { Finding } from '../../functions/core/finding.ts';
import { compileCorrelations } from '../../functions/core/sigma/correlation/compile.ts';
import { type HistoryQuery, historyOf } from '../../functions/core/sigma/correlation/history.ts';
import { byTime, type Match } from '../../functions/core/sigma/correlation/match.ts';
import { createMatchReader } from '../../functions/core/sigma/correlation/reader.ts';
import { LAKE_MAPS } from '../../functions/core/sigma/sql/compile.ts';
import { compileStream } from '../../functions/core/sigma/stream.ts';
import { detect } from '../../functions/detect/stage.ts';
import { eventOfSources } from '../../functions/sources/event-of.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { createMemoryTable } from '../../local/adapters/memory-table.ts';
import { loadCorrelations, loadRules } from '../../local/content.ts';
import { correlationFiles, recordsOf } from '../../local/correlation-cases.ts';
import { createMemoryMeter } from '../../local/meter.ts';
import { CORRELATIONS } from '../../local/rule-set.ts';
import { memoryStore } from '../ingest/memory-store.ts';
import { distinct, type RecordLake, recordLake } from '../parity/lake-verdicts.ts';

// One lake holds records of one source: the correlations over CloudTrail, whose names begin with `aws_`.
const isCloudTrails = (path: string): boolean => path.slice(path.lastIndexOf('/') + 1).startsWith('aws_');
const files = (await correlationFiles([CORRELATIONS])).filter(({ path }) => isCloudTrails(path));
const loaded = await loadCorrelations();
const own = {
  rules: loaded.rules.filter(({ info }) => isCloudTrails(info.path)),
  correlations: loaded.correlations.filter(({ info }) => isCloudTrails(info.path)),
};
const rules = [...(await loadRules()).filter(({ info }) => isCloudTrails(info.path)), ...own.rules];
const set = compileCorrelations(rules, own.correlations);
const records = distinct(files.flatMap((file) => (file.tests?.cases ?? []).flatMap((one) => recordsOf(file, one))));
const WINDOW = { fromDay: '20261101', toDay: '20261130' };
const eventOf = eventOfSources(SOURCES);
let lake: RecordLake;
beforeAll(async () => {
  lake = await recordLake(records);
});
afterAll(() => lake.close());

/** What two matches must agree in, whatever of their events is read again. */
const told = (matches: readonly Match[]) =>
  [...matches].sort(byTime).map(({ ruleId, eventUid, timeMs, source, fields }) => ({ ruleId, eventUid, timeMs, source, fields }));

describe('history', () => {
  it('gives the matches of every correlation that the stream keeps, in the same parts', async () => {
    const { stream } = compileStream(rules, { sources: SOURCES });
    const reader = createMatchReader(set, SOURCES);
    const source = SOURCES.find(({ id }) => id === 'aws-cloudtrail');
    if (source === undefined) throw new Error('no source');
    const kept = records.flatMap((record) => {
      const event = source.toOcsf(record, { nowMs: 0 });
      return stream
        .match(source.id, record, event)
        .flatMap(({ rule }) => reader.read(rule.id, { sourceId: source.id, record, event }));
    });
    let compared = 0;
    for (const plan of set.plans) {
      const history = await historyOf(plan, { query: lake.query, lakeMaps: LAKE_MAPS }, WINDOW);
      expect(history.problems).toEqual([]);
      const streamed = kept.filter((one) => one.plan === plan);
      expect(told(history.kept.map(({ match }) => match))).toEqual(told(streamed.map(({ match }) => match)));
      const parts = (all: typeof kept) => all.map(({ partition, match }) => `${match.eventUid} ${partition}`).sort();
      expect(parts(history.kept)).toEqual(parts(streamed));
      compared += streamed.length;
    }
    expect(compared).toBeGreaterThan(500);
  });

  it('names the entities that the stream names, and those of the columns where the records may not be read', async () => {
    const { stream } = compileStream(rules, { sources: SOURCES });
    const reader = createMatchReader(set, SOURCES);
    const streamed = new Map<string, Match['entities']>();
    for (const record of records) {
      const event = eventOf('aws-cloudtrail', record);
      if (event === undefined) throw new Error('no event');
      for (const { rule } of stream.match('aws-cloudtrail', record, event))
        for (const { match } of reader.read(rule.id, { sourceId: 'aws-cloudtrail', record, event }))
          streamed.set(match.eventUid, match.entities);
    }
    const refusing: HistoryQuery = {
      run: (sql) =>
        sql.includes('length(raw_record)')
          ? Promise.reject(new YaguraError('Refused', 'bytes scanned limit'))
          : lake.query.run(sql),
    };
    const count = (kept: readonly { match: Match }[]): number => kept.reduce((sum, { match }) => sum + match.entities.length, 0);
    let more = 0;
    for (const plan of set.plans.slice(0, 3)) {
      const flat = await historyOf(plan, { query: refusing, lakeMaps: LAKE_MAPS, eventOf }, WINDOW);
      const whole = await historyOf(plan, { query: lake.query, lakeMaps: LAKE_MAPS, eventOf }, WINDOW);
      expect(flat.kept.length).toBe(whole.kept.length);
      for (const { match } of whole.kept) expect(match.entities).toEqual(streamed.get(match.eventUid));
      more += count(whole.kept) - count(flat.kept);
    }
    expect(more).toBeGreaterThan(50);
  });

  it('reads only the days of its window', async () => {
    const [plan] = set.plans;
    if (plan === undefined) throw new Error('no plan');
    expect(
      (await historyOf(plan, { query: lake.query, lakeMaps: LAKE_MAPS }, { fromDay: '20250101', toDay: '20250131' })).kept,
    ).toEqual([]);
  });
});

describe('a correlation that detect has not met', () => {
  const nowMs = Date.UTC(2026, 10, 20, 18);

  function world(query: HistoryQuery) {
    const published: Finding[] = [];
    const publish = async (events: readonly BusEvent[]): Promise<void> => {
      for (const event of events) if (event.name === 'FindingsRaised') published.push(...event.detail.findings);
    };
    const table = createMemoryTable();
    const ports = {
      table,
      lake: memoryStore(),
      bus: { publish },
      query,
      clock: { nowMs: () => nowMs },
      meter: createMemoryMeter(),
    };
    return {
      published,
      table,
      run: (plans: typeof set.plans) => detect(ports, { plans, silent: set.silent, lakeMaps: LAKE_MAPS, eventOf }),
    };
  }

  it('raises what history holds, once, and nothing where nothing was judged before', async () => {
    const { published, run } = world(lake.query);
    expect((await run([])).backfilled).toEqual({ plans: 0, matches: 0 });
    const first = await run(set.plans);
    expect(first.backfilled.plans).toBe(set.plans.length);
    const titles = new Set(published.map(({ title }) => title));
    expect(titles.size).toBeGreaterThan(8);
    const { length } = published;
    expect((await run(set.plans)).backfilled).toEqual({ plans: 0, matches: 0 });
    expect(published.length).toBe(length);

    const fresh = world(lake.query);
    expect((await fresh.run(set.plans)).backfilled.plans).toBe(0);
    expect(fresh.published).toEqual([]);
  });

  it('goes on without history that the engine refuses, and waits for an engine that is away', async () => {
    const failing = (error: YaguraError): HistoryQuery => ({
      run: () => Promise.reject(error),
    });
    const refused = world(failing(new YaguraError('Refused', 'bytes scanned limit')));
    await refused.run([]);
    expect((await refused.run(set.plans)).raised).toBe(0);
    expect((await refused.table.query('correlations-met')).map(({ data }) => data['refused'])).toContainEqual([
      'bytes scanned limit',
    ]);

    const away = world(failing(new YaguraError('Unavailable', 'away')));
    await away.run([]);
    await expect(away.run(set.plans)).rejects.toMatchObject({ code: 'Unavailable' });
    expect(await away.table.query('correlations-met')).toEqual([]);
  });
});

/** History of any source gives a correlation the matches that ingest would have kept; what old rows cannot tell is counted, not guessed. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../functions/core/json.ts';
import { compileCorrelations } from '../../functions/core/sigma/correlation/compile.ts';
import { historyOf } from '../../functions/core/sigma/correlation/history.ts';
import { createMatchReader } from '../../functions/core/sigma/correlation/reader.ts';
import { parseSigma } from '../../functions/core/sigma/parse.ts';
import { backtest } from '../../functions/core/sigma/sql/backtest.ts';
import { lakeMapsOf } from '../../functions/core/sigma/sql/compile.ts';
import { compileStream } from '../../functions/core/sigma/stream.ts';
import { SOURCES, sourceById } from '../../functions/sources/index.ts';
import { recordLake, WHOLE_TIME } from '../parity/lake-verdicts.ts';
import { samplesOf } from '../sources/samples.ts';

const { rules, correlations, problems } = parseSigma(
  `title: Many
id: 7d1f4c8a-3b0e-4b5e-8f55-1d2c3b4a5f60
status: test
level: high
correlation:
  type: event_count
  rules: [any_okta]
  group-by: [actor.alternateId]
  timespan: 1h
  condition: { gte: 2 }
---
title: Any
name: any_okta
id: 7d1f4c8a-3b0e-4b5e-8f55-1d2c3b4a5f61
status: test
level: informational
logsource: { product: okta, service: okta }
detection: { keywords: [example.com], selection: { eventType: '*' }, condition: keywords and selection }
`,
  'many.yml',
);
const [rule] = rules;
const okta = sourceById('okta');
const lakeMaps = lakeMapsOf(SOURCES);

describe('history of a source without a map of its own', () => {
  if (okta === undefined || rule === undefined) throw new Error('no source or no rule');
  const records = samplesOf('okta').map(({ record }, index): JsonObject => ({ ...record, uuid: `event-${index}` }));

  it('gives the matches that the stream keeps', async () => {
    expect(problems).toEqual([]);
    const set = compileCorrelations(rules, correlations);
    const [plan] = set.plans;
    if (plan === undefined) throw new Error('no plan');
    const lake = await recordLake(records, okta);
    try {
      const { stream } = compileStream(rules, { sources: SOURCES });
      const reader = createMatchReader(set, SOURCES);
      const kept = records.flatMap((record, index) => {
        const event = lake.events[index];
        if (event === undefined) return [];
        return stream
          .match('okta', record, event)
          .flatMap((hit) => reader.read(hit.rule.id, { sourceId: 'okta', record, event }));
      });
      const asked = await historyOf(plan, { query: lake.query, lakeMaps }, WHOLE_TIME);
      expect(asked.problems).toEqual([]);
      const told = (from: typeof kept): unknown[] =>
        from.map(({ match }) => [match.eventUid, match.timeMs, match.fields]).sort((a, b) => (String(a) < String(b) ? -1 : 1));
      expect(told(asked.kept)).toEqual(told(kept));
      expect(kept.length).toBeGreaterThan(3);
    } finally {
      await lake.close();
    }
  });

  it('counts rows that were written before they held their record', async () => {
    const lake = await recordLake(records, okta, { withoutRaw: true });
    try {
      const { events, matches, undecided } = await backtest(
        rule,
        lake.query,
        { fromDay: '20200101', toDay: '20301231' },
        { lakeMaps },
      );
      expect({ events, matches, undecided }).toEqual({ events: records.length, matches: 0, undecided: records.length });
    } finally {
      await lake.close();
    }
  });
});

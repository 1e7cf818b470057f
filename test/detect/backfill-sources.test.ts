/** Correlations over other sources than CloudTrail: SQL over the lake gives the matches that ingest would have kept. */
import { describe, expect, it } from 'vitest';
import { compileCorrelations } from '../../functions/core/sigma/correlation/compile.ts';
import { historyOf } from '../../functions/core/sigma/correlation/history.ts';
import { byTime, type Match } from '../../functions/core/sigma/correlation/match.ts';
import { createMatchReader } from '../../functions/core/sigma/correlation/reader.ts';
import { lakeMapsOf } from '../../functions/core/sigma/sql/compile.ts';
import { compileStream } from '../../functions/core/sigma/stream.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { loadCorrelations, loadRules } from '../../local/content.ts';
import { correlationFiles, recordsOf } from '../../local/correlation-cases.ts';
import { CORRELATIONS } from '../../local/rule-set.ts';
import { recordLake } from '../parity/lake-verdicts.ts';

/** One of each kind: over OCSF events, with an alias, with mapped fields, counted over values. */
const KINDS = ['identity_guessing_succeeded', 'okta_admin_granted_then_used', 'm365_mailbox_hidden_and_forwarded'];
const files = (await correlationFiles([CORRELATIONS])).filter(({ name }) => KINDS.includes(name));
const own = await loadCorrelations();
const rules = [...(await loadRules()), ...own.rules];
const told = (matches: readonly Match[]) =>
  [...matches].sort(byTime).map(({ ruleId, eventUid, timeMs, source, fields }) => ({ ruleId, eventUid, timeMs, source, fields }));

describe.each(files.map((file) => [file.name, file] as const))('the history of %s', (_, file) => {
  it('gives the matches that the stream keeps', async () => {
    const correlations = own.correlations.filter(({ info }) => info.path.endsWith(`/${file.name}`));
    const set = compileCorrelations(rules, correlations);
    const records = (file.tests?.cases ?? []).flatMap((one) => recordsOf(file, one));
    const source = SOURCES.find((one) => records.every((record) => one.recognizes(record)));
    if (source === undefined) throw new Error('no source reads them all');
    const distinct = records.map((record, line) => ({ ...record, parityLine: line }));
    const lakeMaps = lakeMapsOf([source]);
    const lake = await recordLake(distinct, source);
    const { stream } = compileStream(rules, { sources: [source] });
    const reader = createMatchReader(set, [source]);
    const kept = distinct.flatMap((record) => {
      const event = source.toOcsf(record, { nowMs: 0 });
      return stream
        .match(source.id, record, event)
        .flatMap(({ rule }) => reader.read(rule.id, { sourceId: source.id, record, event }));
    });
    expect(kept.length).toBeGreaterThan(5);
    for (const plan of set.plans) {
      const history = await historyOf(plan, { query: lake.query, lakeMaps }, { fromDay: '20261101', toDay: '20261130' });
      expect(history.problems).toEqual([]);
      const streamed = kept.filter((one) => one.plan === plan).map(({ match }) => match);
      expect(told(history.kept.map(({ match }) => match))).toEqual(told(streamed));
    }
    await lake.close();
  });
});

// A product's finding in its states, each in a batch of its own: all of them are rows, before and after compaction, and the page's query gives the newest.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ingest } from '../../functions/ingest/stage.ts';
import { createDuckdbQuery } from '../../local/adapters/duckdb-query.ts';
import { NEWEST_FINDINGS } from '../../local/commands/views-page.ts';
import { arrive, content, world } from '../ingest/world.ts';

const lakeDir = mkdtempSync(join(tmpdir(), 'yagura-states-'));
afterAll(() => rmSync(lakeDir, { recursive: true }));

const SAMPLE = new URL('../../functions/sources/aws-guardduty/samples/network-ssh-brute-force.json', import.meta.url);
const finding = JSON.parse(readFileSync(SAMPLE, 'utf8'));
const day = '2026-03-02T0';
const states = [
  { ...finding, updatedAt: `${day}1:00:00.000Z`, service: { ...finding.service, count: 1 } },
  { ...finding, updatedAt: `${day}2:00:00.000Z`, service: { ...finding.service, count: 7 } },
  { ...finding, updatedAt: `${day}2:00:00.000Z`, service: { ...finding.service, count: 7, archived: true } },
];

describe('a finding in several states', () => {
  it('has a row for each of them, however often each arrives, and one newest', async () => {
    for (const [batch, state] of [...states, states[0], states[1], states[2]].entries()) {
      const { ports, stores } = world({ [`${batch}.json`]: JSON.stringify(state, null, batch) });
      const nowMs = Date.UTC(2026, 2, 3, batch);
      await ingest(arrive(`${batch}.json`), { ...ports, clock: { nowMs: () => nowMs } }, content);
      for (const key of stores.lake.keys()) {
        mkdirSync(dirname(join(lakeDir, key)), { recursive: true });
        writeFileSync(join(lakeDir, key), stores.lake.bytes(key) ?? '');
      }
    }
    const query = createDuckdbQuery({ lakeDir });
    const rows = async (sql: string) => (await query.run(sql)).rows;
    const where = "eventday >= '20260101' AND source = 'aws-guardduty'";
    expect(await rows(`SELECT time, status FROM findings WHERE ${where} ORDER BY time, status DESC`)).toEqual([
      ['2026-03-02 01:00:00.000', 'New'],
      ['2026-03-02 02:00:00.000', 'New'],
      ['2026-03-02 02:00:00.000', 'Archived'],
    ]);
    expect(await rows(`SELECT finding_uid, time, status FROM (${NEWEST_FINDINGS}) WHERE source = 'aws-guardduty'`)).toEqual([
      [finding.id ?? finding.Id, '2026-03-02 02:00:00.000', 'Archived'],
    ]);
    await query.close();
  });
});

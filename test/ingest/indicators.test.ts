import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Finding } from '../../functions/core/finding.ts';
import { IndicatorIndex } from '../../functions/core/indicator/index-of.ts';
import type { JsonObject } from '../../functions/core/json.ts';
import { ingest } from '../../functions/ingest/stage.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { loadContent } from '../../local/content.ts';
import { findLogFiles } from '../../local/log-files.ts';
import { openState } from '../../local/ports.ts';
import { replay } from '../../local/replay.ts';
import { benign } from '../local/cloudtrail-records.ts';
import { inFolder, yagura } from '../local/command.ts';
import { arrive, content, world } from './world.ts';

const ADDRESS = '203.0.113.77';
const record = (n: number, address = ADDRESS): JsonObject => ({ ...benign(n), sourceIPAddress: address });

test('an event that meets an indicator raises one finding with every event of the actor, and is in the lake', async () => {
  const indicators = new IndicatorIndex([{ type: 'ip', value: ADDRESS, confidence: 85, feed: 'own' }]);
  const records = [record(1), record(2), record(3, '192.0.2.1')];
  const { ports, published, stores } = world({ 'a.json': JSON.stringify({ Records: records }) });
  await ingest(arrive('a.json'), ports, { ...content, indicators });
  const findings = (published as { detail: { findings: Finding[] } }[]).flatMap(({ detail }) => detail.findings);
  expect(findings).toMatchObject([{ ruleId: 'indicator/ip', level: 'high', source: 'aws-cloudtrail' }]);
  expect(findings[0]?.eventUids).toEqual([1, 2].map((n) => record(n)['eventID']));
  expect(findings[0]?.entities.some(({ id }) => id === ADDRESS)).toBe(true);
  expect(stores.lake.keys().some((key) => key.includes('detection_finding'))).toBe(true);
});

test('history is asked for indicators that are new, once', () =>
  inFolder(async (dir) => {
    const [logs, feeds, stateDir] = ['logs', 'feeds', 'state'].map((name) => join(dir, name)) as [string, string, string];
    mkdirSync(logs);
    mkdirSync(feeds);
    const eventTime = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 19);
    const old = [record(1), record(2), record(3, '192.0.2.1')].map((one) => ({ ...one, eventTime: `${eventTime}Z` }));
    writeFileSync(join(logs, 'a.json'), JSON.stringify({ Records: old }));
    const state = await openState(stateDir, { write: true });
    await replay(await findLogFiles([logs]), state, { sources: SOURCES, ...(await loadContent()) });
    await state.close();
    writeFileSync(join(feeds, 'own.txt'), `# confidence: 85\n${ADDRESS}\nnobody.example.com\n`);
    const run = () => yagura(['indicators', 'retro', '--dir', feeds, '--state', stateDir, '--json']);
    const first = await run();
    expect(first.stderr).toBe('');
    expect(JSON.parse(first.stdout)).toEqual({ indicators: 2, raised: 1 });
    expect(JSON.parse((await run()).stdout)).toEqual({ indicators: 2, raised: 0 });
    const alerts = (await yagura(['export', 'alerts', '--state', stateDir])).stdout;
    expect(alerts).toContain(`Indicator met: ip ${ADDRESS}`);
    expect(alerts).toContain(String(record(2)['eventID']));
    const check = await yagura(['indicators', 'check', '203[.]0[.]113[.]77', '--dir', feeds]);
    expect([check.code, check.stdout]).toEqual([0, expect.stringContaining('own')]);
    expect((await yagura(['indicators', 'check', '192.0.2.1', '--dir', feeds])).code).toBe(1);
  }));

import { expect, test } from 'vitest';
import type { Finding } from '../../functions/core/finding.ts';
import type { RuleInfo, StreamRules } from '../../functions/core/sigma/rule.ts';
import { ingest } from '../../functions/ingest/stage.ts';
import { benign, trailStopped } from '../local/cloudtrail-records.ts';
import { arrive, content, world } from './world.ts';

const broken: RuleInfo = {
  ...{ id: 'b', version: '0123456789ab', path: 'detections/x/broken', title: 'Broken', level: 'low', status: 'test' },
  ...{ attack: [], tactics: [], falsepositives: [], yagura: {} },
};
const rules: StreamRules = {
  rules: content.rules.rules,
  match: (sourceId, record, event, onError) => {
    onError?.(broken, new TypeError('cannot read it'));
    return content.rules.match(sourceId, record, event, onError);
  },
};

test('a rule that throws raises one finding a run, and every other rule judges', async () => {
  const records = { 'a.json': JSON.stringify({ Records: [benign(1), trailStopped(2), benign(3)] }) };
  const raised = async (by: StreamRules): Promise<Finding[]> => {
    const { ports, published, stores } = world(records);
    const report = await ingest(arrive('a.json'), ports, { ...content, rules: by });
    expect(report.out).toBe(3);
    expect(stores.lake.keys().some((key) => key.includes('detection_finding'))).toBe(true);
    return (published as { detail: { findings: Finding[] } }[]).flatMap(({ detail }) => detail.findings);
  };
  const all = await raised(rules);
  const [error, ...more] = all.filter(({ ruleId }) => ruleId === 'rule_error');
  expect(more).toEqual([]);
  expect(error).toMatchObject({ level: 'medium', summary: 'detections/x/broken threw and did not judge: cannot read it' });
  expect(all.filter(({ ruleId }) => ruleId !== 'rule_error')).toEqual(await raised(content.rules));
  // The next run of the same day tells the same finding.
  expect((await raised(rules)).find(({ ruleId }) => ruleId === 'rule_error')?.uid).toBe(error?.uid);
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { monthCost } from '../../functions/core/cost-model.ts';
import { measuredNames } from '../../functions/measure/stage.ts';
import { PIPELINE } from '../../functions/pipeline.ts';
import { ROOT } from '../../infra/settings.ts';
import { costInput } from '../../local/cost.ts';
import { synthesize } from './deployments.ts';
import { objects, type Resource } from './template.ts';

let alarms: Resource[];
let text: string;
beforeAll(async () => {
  const soc = (await synthesize()).named('Soc');
  alarms = soc.ofType('AWS::CloudWatch::Alarm');
  text = soc.text;
}, 120_000);

const named = (name: string): Resource => {
  const found = alarms.find(({ properties }) => properties['AlarmName'] === `yagura-${name}`);
  if (found === undefined) throw new Error(`no alarm ${name}`);
  return found;
};

describe("the manager's dashboard", () => {
  it('shows every measure that the stage tells, and no other', () => {
    const shown = [...text.matchAll(/Yagura\\",\\"(\w+)\\",\\"Stage\\",\\"measure\\"/g)].map(([, name]) => name);
    expect([...new Set(shown)].sort()).toEqual(measuredNames().sort());
  });
});

describe('the alarms', () => {
  it('each lead to a heading of the runbooks, and tell somebody', () => {
    const headings = [...readFileSync(join(ROOT, 'docs/runbooks.md'), 'utf8').matchAll(/^## (.+)$/gm)].map(([, id]) => id);
    const led = alarms.map(({ properties }) => / docs\/runbooks\.md#([\w-]+)$/.exec(String(properties['AlarmDescription']))?.[1]);
    expect([...new Set(led)].sort()).toEqual([...headings].sort());
    for (const { properties } of alarms) expect(properties['AlarmActions']).toHaveLength(1);
  });

  it('are as many as the cost model counts', async () => {
    const nothing = {
      rawBytesPerDay: 1,
      findingsPerDay: 0,
      playbooksPerMonth: 0,
      askedPerDay: 0,
      huntRunsPerMonth: 0,
      factor: 1,
    };
    const items = monthCost(await costInput(nothing));
    expect(items.find(({ price }) => price === 'cloudwatchAlarm')?.units).toBe(alarms.length);
  });

  it('take silence for what it is: of the heart and of all logs an alarm, of errors peace', () => {
    for (const name of ['heartbeat', 'no-logs'])
      expect(named(name).properties).toMatchObject({
        ...{ TreatMissingData: 'breaching', ComparisonOperator: 'LessThanThreshold', Threshold: 1 },
      });
    for (const name of ['ingest-late', 'quarantine-rate', 'ingest-dead-letters'])
      expect(named(name).properties).toMatchObject({
        ...{ TreatMissingData: 'notBreaching', ComparisonOperator: 'GreaterThanThreshold' },
      });
  });

  it("hear the heart in Lambda's own count, of a stage that wakes more often than the alarm waits", () => {
    const { properties } = named('heartbeat');
    expect(properties).toMatchObject({ Namespace: 'AWS/Lambda', MetricName: 'Invocations' });
    const [heart] = PIPELINE.filter(({ id }) => id === 'duty');
    expect(heart?.trigger.kind === 'schedule' && heart.trigger.everyMin * 60 < Number(properties['Period'])).toBe(true);
  });

  it('count only what code counts', () => {
    const code = readdirSync(join(ROOT, 'functions'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(ROOT, 'functions', file), 'utf8'))
      .join('\n');
    const own = alarms.flatMap(({ properties }) => [
      properties,
      ...objects(properties['Metrics']).flatMap(({ MetricStat: stat }) => objects(stat).flatMap(({ Metric }) => objects(Metric))),
    ]);
    const names = own.filter(({ Namespace }) => Namespace === 'Yagura').map(({ MetricName }) => String(MetricName));
    const shown = [...text.matchAll(/Yagura\\",\\"(\w+)\\",\\"Stage\\",\\"(?!measure)/g)].map(([, name]) => name ?? '');
    expect(new Set(names)).toEqual(new Set(['IngestedRecordCount', 'QuarantinedRecordCount']));
    expect(shown.length).toBeGreaterThan(4);
    expect([...names, ...shown].filter((name) => !new RegExp(`\\b${name}\\b`).test(code))).toEqual([]);
  });
});

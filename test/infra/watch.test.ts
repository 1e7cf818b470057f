import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ALARM_METRICS } from '../../functions/core/alarm-metrics.ts';
import { monthCost } from '../../functions/core/cost-model.ts';
import { isJsonObject, type JsonObject } from '../../functions/core/json.ts';
import { measuredNames } from '../../functions/measure/stage.ts';
import { PIPELINE } from '../../functions/pipeline.ts';
import { ROOT } from '../../infra/settings.ts';
import { costInput } from '../../local/cost.ts';
import { synthesize } from './deployments.ts';
import { type CloudFormationTemplate, objects, type Resource, textOf } from './template.ts';

let alarms: Resource[];
/** Rules that publish to the topic by themselves. */
let telling: Resource[];
let dashboards: Resource[];
let data: CloudFormationTemplate;
let text: string;
beforeAll(async () => {
  const synthesized = await synthesize();
  const soc = synthesized.named('Soc');
  dashboards = soc.ofType('AWS::CloudWatch::Dashboard');
  data = synthesized.named('Data');
  telling = soc.ofType('AWS::Events::Rule').filter(({ properties }) => JSON.stringify(properties['Targets']).includes('Alerts'));
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
    const told = [
      ...alarms.map(({ properties }) => String(properties['AlarmDescription'])),
      ...telling.map(({ properties }) => String(properties['Description'])),
    ];
    const led = told.map((description) => / docs\/runbooks\.md#([\w-]+)$/.exec(description)?.[1]);
    expect([...new Set(led)].sort()).toEqual([...headings].sort());
    for (const { properties } of alarms) expect(properties['AlarmActions']).toHaveLength(1);
  });

  it('and dashboards are as many as the cost model counts', async () => {
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
    expect(items.find(({ price }) => price === 'cloudwatchDashboard')?.units).toBe(dashboards.length);
  });

  it('have a runbook in both languages, with something to do', () => {
    const [, ...pages] = readFileSync(join(ROOT, 'docs/runbooks.md'), 'utf8').split(/^## /m);
    for (const page of pages) {
      const [en = '', ja = ''] = page.split('**ja**');
      expect(en, page).toMatch(/`[^`]+`/);
      expect(ja, page).toMatch(/[\u3040-\u30ff]/);
    }
  });

  it('of rules say the runbook in the message itself', () => {
    expect(telling.map(({ id }) => id).filter((id) => /^(FailedExecutions|LoggingTampered)/.test(id))).toHaveLength(2);
    for (const { properties } of telling)
      expect(JSON.stringify(properties['Targets'])).toMatch(/InputTemplate":"\\".*docs\/runbooks\.md#[\w-]+\\""/);
  });

  it('take silence for what it is: of the heart and of all logs an alarm, of errors peace', () => {
    for (const name of ['heartbeat', 'no-logs'])
      expect(named(name).properties).toMatchObject({
        ...{ TreatMissingData: 'breaching', ComparisonOperator: 'LessThanThreshold', Threshold: 1 },
      });
    for (const name of ['ingest-late', 'quarantine-rate', 'ingest-dead-letters', 'source-silent', 'rule-errors', 'breaker-open'])
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
    expect(new Set(names)).toEqual(new Set(ALARM_METRICS));
    expect(shown.length).toBeGreaterThan(4);
    expect([...names, ...shown].filter((name) => !new RegExp(`\\b${name}\\b`).test(code))).toEqual([]);
  });
});

describe('the rule that hears of tampering', () => {
  const pattern = (): JsonObject => {
    const rule = telling.find(({ id }) => id.startsWith('LoggingTampered'));
    const found = rule?.properties['EventPattern'];
    return isJsonObject(found) ? found : {};
  };
  const alternatives = (): JsonObject[] =>
    objects(isJsonObject(pattern()['detail']) ? pattern()['detail'] : {}).flatMap((detail) => objects(detail['$or']));

  it('is on the account’s own bus and goes to the topic: no function, queue or metric of ours stands between', () => {
    const rule = telling.find(({ id }) => id.startsWith('LoggingTampered'));
    expect(rule?.properties['EventBusName']).toBeUndefined();
    expect(objects(rule?.properties['Targets']).map(({ Arn }) => JSON.stringify(Arn))).toEqual([
      expect.stringMatching(/^{"Ref":"Alerts/),
    ]);
  });

  it('knows the calls that our own rules call impairing logging, of the services that it listens to', () => {
    const heard = new Set(alternatives().flatMap(({ eventName }) => (Array.isArray(eventName) ? eventName.map(String) : [])));
    for (const name of [
      'StopLogging',
      'DeleteTrail',
      'PutEventSelectors',
      'DeleteDetector',
      'StopConfigurationRecorder',
      'DisableRule',
      'ScheduleKeyDeletion',
    ])
      expect(heard.has(name), name).toBe(true);
    for (const one of alternatives()) expect(one['eventSource']).toHaveLength(1);
  });

  it('looks at changes of buckets in every bucket of the SOC, and in no other', () => {
    const [buckets] = alternatives().filter(({ eventSource }) => JSON.stringify(eventSource) === '["s3.amazonaws.com"]');
    const { bucketName: names } = isJsonObject(buckets?.['requestParameters']) ? buckets['requestParameters'] : {};
    expect(names).toHaveLength(data.ofType('AWS::S3::Bucket').length);
  });
});

describe('the dashboards', () => {
  const bodyOf = (name: string): string => {
    const found = dashboards.find(({ properties }) => properties['DashboardName'] === `yagura-${name}`);
    return textOf(found?.properties['DashboardBody'] ?? '');
  };

  it('are four: operations, manager, coverage, cost', () => {
    expect(dashboards.map(({ properties }) => properties['DashboardName']).sort()).toEqual(
      ['yagura-coverage', 'yagura-cost', 'yagura-manager', 'yagura-operations'].sort(),
    );
  });

  it('are those that the configuration names', async () => {
    const soc = (await synthesize({ dashboards: ['operations'] })).named('Soc');
    expect(soc.ofType('AWS::CloudWatch::Dashboard').map(({ properties }) => properties['DashboardName'])).toEqual([
      'yagura-operations',
    ]);
  });

  it('coverage: each tactic with its techniques, the sources that rules read, what is ready and what is silent', () => {
    const body = bodyOf('coverage');
    expect(body).toMatch(/\| Defense Impairment \| \d+ \| [1-9]\d* \|/);
    expect(body).toMatch(/\| aws-cloudtrail \| [1-9]\d* \|/);
    for (const metric of ['ReadyRuleCount', 'StaleSourceRuleCount', 'NoSourceRuleCount', 'SilentSourceCount', 'RuleErrorCount'])
      expect(body).toContain(metric);
  });

  it('cost: every function by its own memory, every bucket, the table, Athena and the bill', () => {
    const body = bodyOf('cost');
    for (const { id, memoryMiB } of PIPELINE) expect(body, id).toContain(String(memoryMiB * 2 ** 20));
    expect([...body.matchAll(/BucketSizeBytes/g)]).toHaveLength(data.ofType('AWS::S3::Bucket').length);
    for (const part of ['EstimatedCharges', 'QueryScannedBytes', 'ConsumedWriteCapacityUnits']) expect(body).toContain(part);
  });
});

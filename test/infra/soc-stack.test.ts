import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject } from '../../functions/core/json.ts';
import { PIPELINE } from '../../functions/pipeline.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { runResponseMachine, stageMachine } from '../../infra/playbooks.ts';
import { RUNTIME } from '../../infra/runtime.ts';
import { lintMachine } from '../../local/asl/lint.ts';
import { deploymentOf, type Synthesized, synthesize } from './deployments.ts';
import { expectSmall } from './limits.ts';
import { type CloudFormationTemplate, list, objects, type Resource, type Statement, statementsOf, textOf } from './template.ts';

let synthesized: Synthesized;
let soc: CloudFormationTemplate;
beforeAll(async () => {
  synthesized = await synthesize({}, { validate: true });
  soc = synthesized.named('Soc');
}, 120_000);

const stageOf = ({ properties }: Resource): string =>
  String(objects(properties['Tags']).find(({ Key }) => Key === 'yagura:stage')?.['Value']);
const functionOf = (stage: string): Resource => {
  const found = soc.ofType('AWS::Lambda::Function').find((fn) => stageOf(fn) === stage);
  if (found === undefined) throw new Error(`no function of ${stage}`);
  return found;
};
/** All that the role of a stage may do. */
function allowed(stage: string): Statement[] {
  const role = textOf(functionOf(stage).properties['Role']).replace(/^\{|\.Arn\}$/g, '');
  return soc
    .ofType('AWS::IAM::Policy')
    .filter(({ properties }) => list(properties['Roles']).map(textOf).includes(`{${role}}`))
    .flatMap(({ properties }) => statementsOf(properties['PolicyDocument']));
}
const queues = (): Resource[] => soc.ofType('AWS::SQS::Queue');
const isDeadLetters = ({ id }: Resource): boolean => id.includes('DeadLetters');

describe('the functions', () => {
  it('all run on the one runtime, with a log group that forgets, traced, and without reserved concurrency', () => {
    for (const { properties } of soc.ofType('AWS::Lambda::Function')) {
      expect(properties['Runtime']).toBe(RUNTIME.name);
      expect(properties['ReservedConcurrentExecutions']).toBeUndefined();
      expect(properties['TracingConfig']).toEqual({ Mode: 'Active' });
      const group = textOf(objects(properties['LoggingConfig'])[0]?.['LogGroup']).replace(/[{}]/g, '');
      expect(soc.ofType('AWS::Logs::LogGroup').find(({ id }) => id === group)?.properties['RetentionInDays']).toBe(90);
    }
  });

  it('have the memory and time of the pipeline, or of the configuration', async () => {
    for (const { id, memoryMiB, timeoutSec } of PIPELINE) {
      expect(functionOf(id).properties).toMatchObject({ MemorySize: memoryMiB, Timeout: timeoutSec });
    }
    const larger = (await synthesize({ memoryMiB: { ingest: 4096 } })).named('Soc');
    expect(larger.ofType('AWS::Lambda::Function').map(({ properties }) => properties['MemorySize'])).toContain(4096);
  });

  it('get exactly the variables of their ports', () => {
    const names = (stage: string): string[] =>
      Object.keys(objects(objects(functionOf(stage).properties['Environment'])[0]?.['Variables'])[0] ?? {}).filter((name) =>
        name.startsWith('YAGURA_'),
      );
    expect(names('correlate').sort()).toEqual(['YAGURA_BUS', 'YAGURA_METRICS', 'YAGURA_TABLE']);
    expect(names('approve').sort()).toEqual(['YAGURA_BUS', 'YAGURA_TABLE']);
    expect(names('ingest')).toContain('YAGURA_RAW_LOCK');
    expect(names('ingest')).not.toContain('YAGURA_EVIDENCE_BUCKET');
  });
});

describe('the queues', () => {
  it('are encrypted, have dead letters, and hide a message for six timeouts', () => {
    const fed = PIPELINE.filter(({ trigger }) => ['arrival', 'schedule', 'bus'].includes(trigger.kind));
    expect(queues()).toHaveLength(2 * fed.length);
    for (const queue of queues()) {
      expect(queue.properties['SqsManagedSseEnabled']).toBe(true);
      if (isDeadLetters(queue)) continue;
      const stage = fed.find(({ id }) => queue.id.toLowerCase().startsWith(id));
      expect(queue.properties['VisibilityTimeout']).toBeGreaterThanOrEqual(6 * (stage?.timeoutSec ?? Number.POSITIVE_INFINITY));
      expect(objects(queue.properties['RedrivePolicy'])[0]?.['maxReceiveCount']).toBe(5);
    }
  });

  it('refuse plain text, and take messages of nobody but our rules', () => {
    const statements = soc
      .ofType('AWS::SQS::QueuePolicy')
      .flatMap(({ properties }) => statementsOf(properties['PolicyDocument']));
    expect(statements.filter(({ effect }) => effect === 'Deny')).toHaveLength(queues().length);
    for (const { principals, conditions } of statements.filter(({ effect }) => effect === 'Allow')) {
      expect(principals).toBe('{"Service":"events.amazonaws.com"}');
      expect(JSON.stringify(conditions)).toContain('aws:SourceArn');
    }
  });

  it('feed their functions with partial failures and limited concurrency', () => {
    const mappings = soc.ofType('AWS::Lambda::EventSourceMapping');
    expect(mappings).toHaveLength(PIPELINE.filter(({ trigger }) => ['arrival', 'bus', 'schedule'].includes(trigger.kind)).length);
    for (const { properties } of mappings) {
      expect(properties['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
      expect(objects(properties['ScalingConfig'])[0]?.['MaximumConcurrency']).toBeGreaterThanOrEqual(2);
    }
  });

  it('raise an alarm for every message that is dead', () => {
    const watched = soc.ofType('AWS::CloudWatch::Alarm').map(({ properties }) => JSON.stringify(properties['Dimensions']));
    for (const queue of queues().filter(isDeadLetters)) expect(watched.join()).toContain(queue.id);
  });
});

describe('the rules', () => {
  const patterns = (template: CloudFormationTemplate): unknown[] =>
    template.ofType('AWS::Events::Rule').map(({ properties }) => properties['EventPattern']);

  it('bring every source event and every landed object, unchanged, and dead-letter what cannot be delivered', () => {
    for (const { eventPatterns } of SOURCES) for (const pattern of eventPatterns) expect(patterns(soc)).toContainEqual(pattern);
    expect(patterns(soc)).toContainEqual(expect.objectContaining({ source: ['aws.s3'], 'detail-type': ['Object Created'] }));
    for (const { properties } of soc.ofType('AWS::Events::Rule')) {
      for (const target of objects(properties['Targets'])) {
        // What goes to the topic is read by people.
        if (textOf(target['Arn']).includes('Alerts')) continue;
        expect(target).not.toHaveProperty('InputTransformer');
        expect(target).not.toHaveProperty('InputPath');
        if (textOf(target['Arn']).includes('Queue')) expect(target).toHaveProperty('DeadLetterConfig');
      }
    }
  });

  it('bring each stage the bus events that it consumes', () => {
    for (const { id, consumes } of PIPELINE.filter((stage) => stage.consumes.length > 0)) {
      const rule = soc.ofType('AWS::Events::Rule').find((candidate) => candidate.id.toLowerCase().startsWith(`to${id}`));
      expect(rule?.properties['EventPattern']).toEqual({ source: ['yagura'], 'detail-type': [...consumes] });
      expect(rule?.properties).toHaveProperty('EventBusName');
    }
  });

  it('wake each scheduled stage as often as it says, through its queue', () => {
    const ticking = PIPELINE.filter(({ trigger }) => trigger.kind === 'schedule');
    expect(ticking.map(({ id }) => id)).toEqual(['collect', 'detect', 'baseline', 'measure', 'duty', 'maintain']);
    for (const { id, trigger } of ticking) {
      const rule = soc.ofType('AWS::Events::Rule').find((candidate) => candidate.id.toLowerCase().startsWith(`schedule${id}`));
      const everyMin = trigger.kind === 'schedule' ? trigger.everyMin : 0;
      expect(rule?.properties['ScheduleExpression']).toBe(everyMin === 60 ? 'rate(1 hour)' : `rate(${everyMin} minutes)`);
      const targets = objects(rule?.properties['Targets']);
      expect(targets).toHaveLength(1);
      expect(textOf(targets[0]?.['Arn']).toLowerCase()).toContain(`${id}queue`);
      expect(targets[0]).toHaveProperty('DeadLetterConfig');
    }
  });

  it("start a stage's own machine as often as it says, and only the clock may", () => {
    const [stage, more] = PIPELINE.filter(({ trigger }) => trigger.kind === 'machine');
    expect([stage?.id, more]).toEqual(['scheduled', undefined]);
    const rule = soc.ofType('AWS::Events::Rule').find(({ id }) => id.startsWith('ScheduleScheduled'));
    expect(rule?.properties['ScheduleExpression']).toBe('rate(5 minutes)');
    const [target] = objects(rule?.properties['Targets']);
    expect(textOf(target?.['Arn'])).toContain('ScheduledQueriesMachine');
    expect(target).toHaveProperty('RoleArn');
    expect(target?.['Input']).toBe('{}');
    const definition = readFileSync(stageMachine('scheduled', 'scheduled-queries').file, 'utf8');
    expect(lintMachine(definition, { file: 'machine.asl.json' })).toEqual([]);
  });

  it('tell of a playbook that ends badly', () => {
    expect(patterns(soc)).toContainEqual(
      expect.objectContaining({ source: ['aws.states'], 'detail-type': ['Step Functions Execution Status Change'] }),
    );
  });

  it('grow by the patterns of a source, and by nothing else', async () => {
    const pattern = { source: ['acme.audit'], detail: { severity: [{ numeric: ['>=', 3] }], $or: [{ a: ['1'] }, { b: ['2'] }] } };
    const more = (await synthesize({}, { sources: [...SOURCES, { id: 'acme-audit', eventPatterns: [pattern] }] })).named('Soc');
    expect(more.resources.length).toBe(soc.resources.length + 1);
    expect(patterns(more)).toContainEqual(pattern);
    const objectsOnly = await synthesize({}, { sources: [...SOURCES, { id: 'acme-files', eventPatterns: [] }] });
    const count = (of: Synthesized): number =>
      [...of.templates.values()].reduce((sum, { resources }) => sum + resources.length, 0);
    expect(count(objectsOnly)).toBe(count(synthesized));
  });
});

describe('what roles may do', () => {
  it('is named: no action and no service with a wildcard', () => {
    for (const template of synthesized.templates.values()) {
      const documents = template.ofType('AWS::IAM::Policy').map(({ properties }) => properties['PolicyDocument']);
      const actions = documents.flatMap(statementsOf).flatMap((statement) => statement.actions);
      expect(actions.filter((action) => action.includes('*'))).toEqual([]);
    }
  });

  it('is on our own resources, but where a service knows none', () => {
    const everywhere = PIPELINE.flatMap(({ id }) => allowed(id)).filter(({ resources }) => resources.includes('*'));
    expect([...new Set(everywhere.flatMap(({ actions }) => actions))].sort()).toEqual([
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  it('uses the key only through the service that holds the data', () => {
    for (const { actions, conditions } of PIPELINE.flatMap(({ id }) => allowed(id))) {
      if (actions.some((action) => action.startsWith('kms:'))) expect(JSON.stringify(conditions)).toContain('kms:ViaService');
    }
  });

  it.each([
    ['collect', ['dynamodb', 'kms', 'logs', 's3', 'sqs', 'xray']],
    ['webhook', ['dynamodb', 'kms', 'logs', 's3', 'xray']],
    ['ingest', ['dynamodb', 'events', 'kms', 'logs', 's3', 'sqs', 'xray']],
    ['detect', ['athena', 'dynamodb', 'events', 'glue', 'kms', 'logs', 's3', 'sqs', 'xray']],
    ['correlate', ['dynamodb', 'events', 'kms', 'logs', 'sqs', 'xray']],
    ['case', ['dynamodb', 'events', 'kms', 'logs', 's3', 'sqs', 'xray']],
    ['respond', ['dynamodb', 'events', 'kms', 'logs', 's3', 'sts', 'xray']],
    ['approve', ['dynamodb', 'events', 'kms', 'logs', 'xray']],
    ['api', ['dynamodb', 'events', 'kms', 'logs', 'xray']],
    ['notify', ['dynamodb', 'kms', 'logs', 'sqs', 'xray']],
    ['decide', ['dynamodb', 'kms', 'logs', 'states', 'xray']],
  ])('of %s follows from its ports: %j', (stage, services) => {
    const used = new Set(allowed(stage).flatMap(({ actions }) => actions.map((action) => action.split(':')[0])));
    expect([...used].sort()).toEqual(services);
  });

  it('of ingest is to read what landed, and to write but never read the lake', () => {
    const on = (bucket: string): string[] =>
      allowed('ingest')
        .filter(({ resources }) => resources.some((resource) => resource.includes(bucket)))
        .flatMap(({ actions }) => actions)
        .sort();
    expect(on('LandingBucket')).toEqual(['s3:GetObject', 's3:ListBucket']);
    expect(on('LakeBucket')).toEqual(['s3:PutObject']);
    expect(on('QuarantineBucket')).toEqual(['s3:PutObject']);
    expect(on('EvidenceBucket')).toEqual([]);
    expect(allowed('ingest').flatMap(({ actions }) => actions)).not.toContain('s3:DeleteObject');
  });

  it('of respond is to become a responder of this account, or of the organization, and nothing in IAM itself', async () => {
    const assume = (template: Statement[]): Statement | undefined =>
      template.find(({ actions }) => actions.includes('sts:AssumeRole'));
    expect(assume(allowed('respond'))?.resources).toEqual(['arn:{AWS::Partition}:iam::{AWS::AccountId}:role/YaguraResponder-*']);
    soc = (await synthesize({ organizationId: 'o-exampleorg1' })).named('Soc');
    expect(assume(allowed('respond'))).toMatchObject({
      resources: ['arn:{AWS::Partition}:iam::*:role/YaguraResponder-*'],
      conditions: { StringEquals: { 'aws:ResourceOrgID': 'o-exampleorg1' } },
    });
    soc = synthesized.named('Soc');
    for (const { id } of PIPELINE)
      expect(
        allowed(id)
          .flatMap(({ actions }) => actions)
          .filter((action) => action.startsWith('iam:')),
      ).toEqual([]);
  });
});

describe('telling people', () => {
  it('sleeps where there is no channel; else reads the secrets of channels alone, and mails from their addresses alone', async () => {
    const idle = soc.ofType('AWS::Events::Rule').find(({ id }) => id.startsWith('ScheduleNotify'));
    expect(idle?.properties).toMatchObject({ State: 'DISABLED', ScheduleExpression: 'rate(1 minute)' });
    const whole = soc;
    const channels = [
      { name: 'slack', product: 'slack' as const, channel: 'C012345678', secret: 'yagura/slack' },
      { name: 'mail', product: 'email' as const, from: 'yagura@example.com', to: ['soc@example.com'] },
    ];
    soc = (await synthesize({ notify: { channels, routes: [{ to: ['slack', 'mail'] }] } })).named('Soc');
    expect(soc.ofType('AWS::Events::Rule').find(({ id }) => id.startsWith('ScheduleNotify'))?.properties['State']).toBe(
      'ENABLED',
    );
    const of = (action: string) => allowed('notify').filter(({ actions }) => actions.includes(action));
    expect(of('secretsmanager:GetSecretValue').flatMap(({ resources }) => resources)).toEqual([
      'arn:{AWS::Partition}:secretsmanager:{AWS::Region}:{AWS::AccountId}:secret:yagura/slack-??????',
    ]);
    expect(of('ses:SendEmail').map(({ conditions }) => conditions)).toEqual([
      { StringEquals: { 'ses:FromAddress': ['yagura@example.com'] } },
    ]);
    soc = whole;
  });
});

describe('responding', () => {
  it('reads the secrets of the tenants that are configured, and none where there is none', async () => {
    const whole = soc;
    const secrets = () => allowed('respond').filter(({ actions }) => actions.includes('secretsmanager:GetSecretValue'));
    expect(secrets()).toEqual([]);
    const tenant = { product: 'okta' as const, tenant: 'acme.okta.com' };
    const own = { read: 'yagura/okta-read', contain: 'yagura/okta-contain' };
    soc = (await synthesize({ respond: { tenants: [{ ...tenant, secrets: own }] } })).named('Soc');
    expect(secrets().flatMap(({ resources }) => resources)).toEqual(
      ['read', 'contain'].map(
        (tier) => `arn:{AWS::Partition}:secretsmanager:{AWS::Region}:{AWS::AccountId}:secret:yagura/okta-${tier}-??????`,
      ),
    );
    soc = whole;
  });
});

describe('collecting', () => {
  const okta = { connector: 'okta', domain: 'acme.okta.com', secret: 'yagura/okta' };
  const hook = {
    ...{ path: 'from-github', source: 'aws-cloudtrail', signature: 'github' as const },
    secret: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:yagura/hook-a1B2c3',
  };
  const added = (template: CloudFormationTemplate): string[] => {
    const before = new Set(soc.resources.map(({ id }) => id));
    return template.resources.filter(({ id }) => !before.has(id)).map(({ type }) => type.replace('AWS::', ''));
  };

  it('is asleep and closed where nothing is configured', () => {
    const rule = soc.ofType('AWS::Events::Rule').find(({ id }) => id.startsWith('ScheduleCollect'));
    expect(rule?.properties['State']).toBe('DISABLED');
    expect(soc.ofType('AWS::ApiGatewayV2::Api')).toEqual([]);
  });

  it('needs no resource for a connector, and reads the secrets that the configuration names, each stage its own', async () => {
    const whole = soc;
    const template = (
      await synthesize({ collect: { connectors: [okta, { ...okta, name: 'okta-two', secret: 'two' }], webhooks: [hook] } })
    ).named('Soc');
    expect(added(template).filter((type) => !/^(ApiGatewayV2|Lambda::Permission|Logs::LogGroup)/.test(type))).toEqual([]);
    soc = template;
    const secrets = (stage: string): string[] =>
      allowed(stage)
        .filter(({ actions }) => actions.includes('secretsmanager:GetSecretValue'))
        .flatMap(({ resources }) => resources);
    const ours = 'arn:{AWS::Partition}:secretsmanager:{AWS::Region}:{AWS::AccountId}:secret';
    expect(secrets('collect')).toEqual([`${ours}:yagura/okta-??????`, `${ours}:two-??????`]);
    expect(secrets('webhook')).toEqual([hook.secret]);
    const rule = soc.ofType('AWS::Events::Rule').find(({ id }) => id.startsWith('ScheduleCollect'));
    expect(rule?.properties['State']).toBe('ENABLED');
    expect(template.text).not.toContain('acme.okta.com');
    soc = whole;
  });

  it('opens one throttled route, POST only, to the one function that checks signatures', async () => {
    const template = (await synthesize({ collect: { webhooks: [hook] } }, { validate: true })).named('Soc');
    expect(template.ofType('AWS::ApiGatewayV2::Route').map(({ properties }) => properties['RouteKey'])).toEqual([
      'POST /hooks/{path}',
    ]);
    expect(template.ofType('AWS::ApiGatewayV2::Stage')[0]?.properties).toMatchObject({
      DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
    });
    for (const { properties } of template.ofType('AWS::Lambda::Permission')) {
      expect(properties).toMatchObject({ Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' });
      expect(textOf(properties['SourceArn'])).toContain('/hooks/');
    }
    expect(template.ofType('AWS::Lambda::Url').map(({ properties }) => properties['AuthType'])).toEqual(['AWS_IAM', 'AWS_IAM']);
  });

  it('takes what partners put on their buses', async () => {
    const name = 'aws.partner/okta.com/acme/logs';
    const template = (await synthesize({ collect: { eventBuses: [name] } })).named('Soc');
    const [rule] = template.ofType('AWS::Events::Rule').filter(({ properties }) => properties['EventBusName'] === name);
    expect(rule?.properties['EventPattern']).toEqual({ account: [{ Ref: 'AWS::AccountId' }] });
    expect(textOf(objects(rule?.properties['Targets'])[0]?.['Arn'])).toContain('IngestQueue');
    expect(objects(rule?.properties['Targets'])[0]).toHaveProperty('DeadLetterConfig');
  });
});

describe('the playbooks', () => {
  it('are deployed from their own files, with every placeholder given, and log no execution data', async () => {
    const playbooks = [...(await deploymentOf()).playbooks, stageMachine('scheduled', 'scheduled-queries'), runResponseMachine()];
    const machines = soc.ofType('AWS::StepFunctions::StateMachine');
    expect(machines.map(({ properties }) => properties['StateMachineName']).sort()).toEqual(
      playbooks.map(({ id }) => `yagura-${id}`).sort(),
    );
    for (const { properties } of machines) {
      const playbook = playbooks.find(({ id }) => properties['StateMachineName'] === `yagura-${id}`);
      expect(Object.keys(objects(properties['DefinitionSubstitutions'])[0] ?? {}).sort()).toEqual(playbook?.placeholders);
      expect(properties['LoggingConfiguration']).toMatchObject({ IncludeExecutionData: false, Level: 'ERROR' });
      expect(properties['TracingConfiguration']).toEqual({ Enabled: true });
      const asset = textOf(objects(properties['DefinitionS3Location'])[0]?.['Key']);
      const deployed = readFileSync(join(synthesized.outdir, `asset.${asset}`), 'utf8');
      expect(deployed).toBe(readFileSync(playbook?.file ?? '', 'utf8'));
    }
  });

  it('refuse a placeholder that names no function', async () => {
    const { playbooks } = await deploymentOf();
    const [first] = playbooks;
    if (first === undefined) throw new Error('no playbook');
    await expect(synthesize({}, { playbooks: [{ ...first, placeholders: ['EvilFunctionArn'] }] })).rejects.toThrow(
      /unknown placeholder/,
    );
  });
});

describe('people', () => {
  it('decide and ask through URLs that IAM guards', () => {
    expect(soc.ofType('AWS::Lambda::Url').map(({ properties }) => properties['AuthType'])).toEqual(['AWS_IAM', 'AWS_IAM']);
    expect(soc.ofType('AWS::Lambda::Permission')).toEqual([]);
  });

  it('are told by mail where the configuration names them', async () => {
    expect(soc.ofType('AWS::SNS::Subscription')).toEqual([]);
    const told = (await synthesize({ notify: { email: 'soc@example.com' }, locale: 'ja' })).named('Soc');
    expect(told.ofType('AWS::SNS::Subscription')[0]?.properties).toMatchObject({
      Protocol: 'email',
      Endpoint: 'soc@example.com',
    });
    expect(told.text).toContain('デッドレター');
  });
});

describe('the responder roles', () => {
  it('trust the respond function of the SOC account alone, and may do what actions need of their tier', () => {
    const member = synthesized.named('Member');
    const roles = member.ofType('AWS::IAM::Role').filter(({ id }) => id.startsWith('Responder'));
    expect(roles.map(({ properties }) => properties['RoleName'])).toEqual(
      ['read', 'contain', 'destroy'].map((tier) => `YaguraResponder-${tier}`),
    );
    for (const { properties } of roles) {
      const [trust] = statementsOf(properties['AssumeRolePolicyDocument']);
      expect(JSON.stringify(trust?.conditions)).toMatch(/sts:ExternalId.*aws:PrincipalArn.*role\/yagura-respond-\*/);
    }
    const actions = member
      .ofType('AWS::IAM::Policy')
      .flatMap(({ properties }) => statementsOf(properties['PolicyDocument']))
      .flatMap((one) => one.actions);
    expect(actions).toContain('iam:UpdateAccessKey');
    expect(actions).not.toContain('iam:DeleteUser');
  });
});

describe('the whole app', () => {
  it('stays small: resources, template sizes, no look-ups, an empty validation report', async () => {
    expectSmall(synthesized, (await deploymentOf()).playbooks.length);
    const manifest: unknown = JSON.parse(readFileSync(join(synthesized.outdir, 'manifest.json'), 'utf8'));
    expect(isJsonObject(manifest) && 'missing' in manifest).toBe(false);
    const report: unknown = JSON.parse(readFileSync(join(synthesized.outdir, 'validation-report.json'), 'utf8'));
    expect(report).toMatchObject({ pluginReports: [] });
  });

  it('is deployed twice beside itself by another name', async () => {
    const other = await synthesize({ name: 'try-out' });
    expect([...other.templates.keys()].filter((name) => synthesized.templates.has(name))).toEqual([]);
    expect(other.named('Member').text).toContain('TryOutResponder-read');
  });
});

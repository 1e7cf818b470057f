import { beforeAll, describe, expect, it } from 'vitest';
import { hiveType } from '../../functions/core/lake/glue-view.ts';
import { ROLLUP_TABLE_NAME } from '../../functions/core/lake/rollup.ts';
import { cutView } from '../../functions/core/lake/table-view.ts';
import { TABLES } from '../../functions/core/lake/tables.ts';
import { parseGlueType } from '../../functions/core/lake/types.ts';
import { LAKE_VIEWS } from '../../functions/core/lake/views.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { viewParts } from '../../infra/lake-views.ts';
import { type Synthesized, synthesize } from './deployments.ts';
import { type CloudFormationTemplate, objects, statementsOf, textOf } from './template.ts';

let synthesized: Synthesized;
let data: CloudFormationTemplate;
beforeAll(async () => {
  synthesized = await synthesize();
  data = synthesized.named('Data');
}, 120_000);

describe('the buckets', () => {
  it('are encrypted with our key, closed to the public, and owned by us alone', () => {
    const buckets = data.ofType('AWS::S3::Bucket');
    expect(buckets).toHaveLength(6);
    for (const { properties } of buckets) {
      expect(properties['BucketEncryption']).toMatchObject({
        ServerSideEncryptionConfiguration: [
          { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } },
        ],
      });
      expect(properties['PublicAccessBlockConfiguration']).toEqual({
        ...{ BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      });
      expect(properties['OwnershipControls']).toEqual({ Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] });
      expect(properties['LifecycleConfiguration']).toMatchObject({
        Rules: [{ Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 } }],
      });
    }
  });

  it('refuse every request without TLS', () => {
    for (const bucket of data.ofType('AWS::S3::Bucket')) {
      const policy = data
        .ofType('AWS::S3::BucketPolicy')
        .find(({ properties }) => textOf(properties['Bucket']) === `{${bucket.id}}`);
      const denials = statementsOf(policy?.properties['PolicyDocument']).filter(({ effect }) => effect === 'Deny');
      expect(denials).toContainEqual(
        expect.objectContaining({
          actions: ['s3:*'],
          principals: '{"AWS":"*"}',
          conditions: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
      expect(denials).toContainEqual(expect.objectContaining({ conditions: { NumericLessThan: { 's3:TlsVersion': 1.2 } } }));
    }
  });

  it('of raw logs and evidence keep a lock by default; the others cannot', () => {
    const locked = data.ofType('AWS::S3::Bucket').filter(({ properties }) => properties['ObjectLockEnabled'] === true);
    expect(locked.map(({ id }) => id.replace(/Bucket.*/, '')).sort()).toEqual(['Evidence', 'Raw']);
    expect(locked.map(({ properties }) => JSON.stringify(properties['ObjectLockConfiguration'])).join()).toContain('GOVERNANCE');
  });

  it('stay when the stack is deleted', () => {
    for (const type of ['AWS::S3::Bucket', 'AWS::DynamoDB::Table', 'AWS::KMS::Key']) {
      for (const { whole } of data.ofType(type)) expect(whole['DeletionPolicy']).toBe('Retain');
    }
  });

  it('tell EventBridge only of what lands, without a function of the CDK', () => {
    const telling = data
      .ofType('AWS::S3::Bucket')
      .filter(({ properties }) => properties['NotificationConfiguration'] !== undefined);
    expect(telling.map(({ id }) => id.replace(/Bucket.*/, ''))).toEqual(['Landing']);
    expect(data.ofType('AWS::Lambda::Function')).toEqual([]);
  });
});

describe('who may write logs', () => {
  const deliveries = (template: CloudFormationTemplate) =>
    [...template.ofType('AWS::S3::BucketPolicy'), ...template.ofType('AWS::KMS::Key')]
      .flatMap(({ properties }) => statementsOf(properties['PolicyDocument'] ?? properties['KeyPolicy']))
      .filter(({ principals }) => /cloudtrail|guardduty/.test(principals));

  it('is a service on behalf of this account, in the bucket and with the key', () => {
    expect(deliveries(data)).toHaveLength(6);
    for (const { conditions } of deliveries(data)) {
      expect(conditions['StringEquals']).toMatchObject({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } });
      expect(textOf(objects(conditions['ArnLike'])[0]?.['aws:SourceArn'])).toMatch(
        /^arn:\{AWS::Partition\}:(cloudtrail|guardduty):\*:\{AWS::AccountId\}:(trail|detector)\/\*$/,
      );
    }
  });

  it('is a service on behalf of the organization, where there is one', async () => {
    const organization = (await synthesize({ organizationId: 'o-exampleorg1' })).named('Data');
    expect(deliveries(organization)).toHaveLength(6);
    for (const { conditions } of deliveries(organization))
      expect(conditions['StringEquals']).toMatchObject({ 'aws:SourceOrgID': 'o-exampleorg1' });
  });

  it('is nobody for a source that is switched off, and nobody at all in an adopted bucket', async () => {
    expect(deliveries((await synthesize({ sources: ['aws-guardduty'] })).named('Data'))).toHaveLength(3);
    const adopted = (await synthesize({ landing: { bucket: 'adopt', name: 'existing-logs' } })).named('Data');
    expect(adopted.ofType('AWS::S3::Bucket')).toHaveLength(5);
    expect(deliveries(adopted).filter(({ actions }) => actions.includes('s3:PutObject'))).toEqual([]);
  });
});

describe('the key', () => {
  it('turns over, and gives no service more than it needs, each only for our own resources', () => {
    const [key] = data.ofType('AWS::KMS::Key');
    expect(key?.properties['EnableKeyRotation']).toBe(true);
    const services = statementsOf(key?.properties['KeyPolicy']).filter(({ principals }) => principals.includes('Service'));
    expect(services.length).toBeGreaterThan(2);
    for (const { actions, conditions } of services) {
      expect(actions.filter((action) => action.includes('*'))).toEqual([]);
      expect(JSON.stringify(conditions)).toMatch(/aws:Source(Account|OrgID)/);
    }
  });
});

describe('the table of small state', () => {
  it('is encrypted, restorable, expiring and found by its index', () => {
    expect(data.ofType('AWS::DynamoDB::Table')[0]?.properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      DeletionProtectionEnabled: true,
      GlobalSecondaryIndexes: [{ IndexName: 'gsi1', Projection: { ProjectionType: 'ALL' } }],
    });
  });
});

describe('the lake', () => {
  const inputOf = (properties: object) => objects('TableInput' in properties ? properties.TableInput : undefined)[0] ?? {};

  it('has a table for each class, with partitions that Athena computes', () => {
    const tables = data
      .ofType('AWS::Glue::Table')
      .map(({ properties }) => inputOf(properties))
      .filter((table) => table['Name'] !== ROLLUP_TABLE_NAME);
    expect(tables.map((table) => table['Name']).sort()).toEqual(TABLES.map(({ name }) => `${name}_files`).sort());
    for (const table of tables) {
      expect(table['PartitionKeys']).toEqual([
        { Name: 'tier', Type: 'string' },
        { Name: 'source', Type: 'string' },
        { Name: 'eventday', Type: 'string' },
      ]);
      const parameters = objects(table['Parameters'])[0] ?? {};
      expect(parameters).toMatchObject({
        'projection.enabled': 'true',
        'projection.tier.values': 'ocsf,cold,replaced',
        'projection.source.type': 'enum',
        'projection.eventday.format': 'yyyyMMdd',
      });
      for (const { id } of SOURCES) expect(String(parameters['projection.source.values']).split(',')).toContain(id);
      expect(textOf(parameters['storage.location.template'])).toMatch(
        `\${tier}/${String(table['Name']).replace(/_files$/, '')}/source=\${source}/eventday=\${eventday}/`,
      );
      for (const column of objects(objects(table['StorageDescriptor'])[0]?.['Columns'])) {
        expect(() => parseGlueType(String(column['Type']))).not.toThrow();
      }
    }
  });

  it('has each view in the form that Athena reads', () => {
    const views = [...synthesized.templates.values()]
      .flatMap((template) => template.ofType('AWS::Glue::Table'))
      .map(({ properties }) => inputOf(properties));
    const byName = new Map(views.map((view) => [view['Name'], view]));
    for (const { name, athenaSql, columns } of [cutView([]), ...LAKE_VIEWS]) {
      const view = byName.get(name);
      expect(view).toMatchObject({
        TableType: 'VIRTUAL_VIEW',
        Parameters: { presto_view: 'true' },
        ViewExpandedText: '/* Presto View */',
      });
      const encoded = /^\/\* Presto View: (.*) \*\/$/.exec(String(view?.['ViewOriginalText']))?.[1] ?? '';
      expect(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'))).toEqual({
        ...{ originalSql: athenaSql, catalog: 'awsdatacatalog', schema: 'yagura' },
        columns: columns.map((column) => ({ name: column.name, type: column.trinoType })),
      });
      expect(objects(objects(view?.['StorageDescriptor'])[0]?.['Columns']).map((column) => column['Name'])).toEqual(
        columns.map((column) => column.name),
      );
    }
  });

  it("has each of Security Lake's tables under its name, with the region of the deployment", async () => {
    const one = await synthesize({ region: 'eu-west-1' });
    const names = one.named('SecurityLakeNames');
    expect(textOf(objects(names.ofType('AWS::Glue::Database')[0]?.properties['DatabaseInput'])[0]?.['Name'])).toBe(
      'amazon_security_lake_glue_db_eu_west_1',
    );
    const views = names.ofType('AWS::Glue::Table');
    expect(views).toHaveLength(8);
    for (const { properties } of views) {
      expect(properties['DatabaseName']).toBe('amazon_security_lake_glue_db_eu_west_1');
      const input = inputOf(properties);
      const table = /^amazon_security_lake_table_eu_west_1_(.*_2_0)$/.exec(String(input['Name']))?.[1];
      const own = LAKE_VIEWS.find(({ name }) => name === `security_lake_${table}`);
      const encoded = /^\/\* Presto View: (.*) \*\/$/.exec(String(input['ViewOriginalText']))?.[1] ?? '';
      expect(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'))).toMatchObject({
        ...{ originalSql: expect.stringMatching(new RegExp(`^SELECT "metadata".* FROM ${own?.name}$`)), schema: 'yagura' },
        columns: own?.columns.map((column) => ({ name: column.name, type: column.trinoType })),
      });
    }
    const anywhere = synthesized.named('SecurityLakeNames').ofType('AWS::Glue::Table')[0]?.properties ?? {};
    expect(JSON.stringify(anywhere['DatabaseName'])).toContain('{"Fn::Split":["-",{"Ref":"AWS::Region"}]}');
    const off = await synthesize({ athena: { securityLakeNames: false } });
    expect(() => off.named('SecurityLakeNames')).toThrow();
    for (const [deployment, times] of [
      [one, true],
      [off, false],
    ] as const)
      expect(JSON.stringify(deployment.named('Soc')).includes('amazon_security_lake_glue_db_')).toBe(times);
  });

  it('stops a query that would scan too much, whatever its client asks', () => {
    expect(data.ofType('AWS::Athena::WorkGroup')[0]?.properties).toMatchObject({
      WorkGroupConfiguration: {
        EnforceWorkGroupConfiguration: true,
        BytesScannedCutoffPerQuery: 100 * 1024 ** 3,
        ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_KMS' } },
      },
    });
  });
});

describe("a view's types", () => {
  it.each([
    ['varchar', 'string'],
    ['timestamp(3)', 'timestamp'],
    ['array(row("a" varchar, "b" map(varchar, array(integer))))', 'array<struct<a:string,b:map<string,array<int>>>>'],
  ])('%s in Hive is %s', (trino, hive) => {
    expect(hiveType(trino)).toBe(hive);
  });

  it('refuse what is no type', () => {
    expect(() => hiveType('row(varchar')).toThrow();
  });

  it('are split into parts that keep every view once, in order', () => {
    expect(viewParts(LAKE_VIEWS, 'yagura').flat()).toEqual(LAKE_VIEWS);
  });
});

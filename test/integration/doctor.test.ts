// The doctor over HTTP: an empty account on moto, then the same account with what was missing.
import { BudgetsClient, CreateBudgetCommand } from '@aws-sdk/client-budgets';
import { CloudTrailClient, CreateTrailCommand, StartLoggingCommand, StopLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { CreateDetectorCommand, GuardDutyClient } from '@aws-sdk/client-guardduty';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doctor } from '../../functions/adapters/aws/doctor.ts';
import { parseConfig } from '../../functions/core/config.ts';
import { MOTO_ACCOUNT, type Moto, startMoto } from './moto.ts';
import { pythonTools } from './python-tools.ts';

const tools = await pythonTools();
const missing = 'missing' in tools ? tools.missing : undefined;
const sources = ['aws-cloudtrail', 'aws-guardduty'];
const order = {
  config: parseConfig({ sources, adopt: [{ bucket: 'org-logs' }] }, { sources, stages: [] }),
  ...{ sources, readers: [], stages: [{ id: 'ingest', trigger: 'arrival' }] },
};
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      ...{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: `arn:aws:iam::${MOTO_ACCOUNT}:root` } },
      Condition: { StringEquals: { 'sts:ExternalId': `yagura-${MOTO_ACCOUNT}` } },
    },
  ],
});

describe.skipIf(missing !== undefined)(`the doctor over HTTP${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto('bin' in tools ? tools.bin : '');
  }, 240_000);
  afterAll(() => moto?.stop());

  async function found(): Promise<string[]> {
    const results = await doctor(order, moto.client, Date.now());
    // moto has no Lambda GetAccountSettings: that is told, and everything else was looked at.
    expect(results.filter(({ status }) => status === 'could-not-look').map(({ check }) => check)).toEqual(['quotas']);
    return [...new Set(results.flatMap(({ findings }) => findings.map(({ id }) => id)))].sort();
  }

  it('says what an empty account lacks', async () => {
    expect(await found()).toEqual(
      [
        ...['adopted-missing', 'bootstrap-bucket', 'bootstrap-role', 'budget-missing', 'guardduty-missing'],
        ...['role-missing', 'trail-missing'],
      ].sort(),
    );
  }, 60_000);

  it('and no more of it once it is there; a trail that stops is told', async () => {
    const { client } = moto;
    const s3 = new S3Client({ ...client, forcePathStyle: true });
    for (const Bucket of ['org-logs', `cdk-hnb659fds-assets-${MOTO_ACCOUNT}-us-east-1`])
      await s3.send(new CreateBucketCommand({ Bucket }));
    const iam = new IAMClient(client);
    const roles = ['read', 'contain', 'destroy'].map((tier) => `YaguraResponder-${tier}`);
    for (const RoleName of [...roles, `cdk-hnb659fds-deploy-role-${MOTO_ACCOUNT}-us-east-1`])
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST }));
    await new GuardDutyClient(client).send(new CreateDetectorCommand({ Enable: true }));
    const Budget = {
      ...{ BudgetName: 'soc', BudgetType: 'COST' as const, TimeUnit: 'MONTHLY' as const },
      BudgetLimit: { Amount: '100', Unit: 'USD' },
    };
    await new BudgetsClient(client).send(new CreateBudgetCommand({ AccountId: MOTO_ACCOUNT, Budget }));
    const trails = new CloudTrailClient(client);
    const trail = { Name: 'org-trail', S3BucketName: 'org-logs', IsMultiRegionTrail: true, EnableLogFileValidation: true };
    await trails.send(new CreateTrailCommand(trail));
    await trails.send(new StartLoggingCommand({ Name: 'org-trail' }));
    expect(await found()).toEqual(['adopted-notification', 'trail-data-events']);
    await trails.send(new StopLoggingCommand({ Name: 'org-trail' }));
    expect(await found()).toEqual(['adopted-notification', 'trail-data-events', 'trail-stopped']);
  }, 60_000);
});

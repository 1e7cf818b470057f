import { describe, expect, it } from 'vitest';
import { PRESET_IDS } from '../../functions/core/config-presets.ts';
import { DASHBOARDS } from '../../functions/core/config-schema.ts';
import { readPlaybooks } from '../../infra/playbooks.ts';
import { ROOT } from '../../infra/settings.ts';
import { presetCost } from '../../local/preset-cost.ts';
import { synthesize } from './deployments.ts';
import { expectSmall } from './limits.ts';
import { objects, textOf } from './template.ts';

describe.each(PRESET_IDS)('the preset %s', (preset) => {
  it('becomes templates within the limits', async () => {
    const synthesized = await synthesize({ preset });
    expectSmall(synthesized, (await readPlaybooks(ROOT)).length);
    expect(synthesized.named('Soc').ofType('AWS::CloudWatch::Dashboard')).toHaveLength(
      preset === 'try-out' ? 0 : DASHBOARDS.length,
    );
  }, 60_000);
});

describe('the presets', () => {
  it('cost what they are for: the smallest a few dollars, each more than the one before', async () => {
    const [least, middle, most] = await Promise.all(PRESET_IDS.map((id) => presetCost(id)));
    expect(least?.freeUsd).toBeLessThan(10);
    expect(least?.freeUsd).toBeGreaterThan(1);
    expect(middle?.usd).toBeGreaterThan(3 * (least?.usd ?? 0));
    expect(most?.usd).toBeGreaterThan(3 * (middle?.usd ?? 0));
  }, 60_000);

  it('move old objects to classes that are read at once', async () => {
    const data = (
      await synthesize({
        preset: 'organization',
        storageClasses: { tables: { network_activity: { glacierInstantAfterDays: 30 } } },
      })
    ).named('Data');
    const rules = (bucket: string) =>
      data
        .ofType('AWS::S3::Bucket')
        .filter(({ id }) => id.startsWith(bucket))
        .flatMap(({ properties }) => objects(properties['LifecycleConfiguration']).flatMap(({ Rules }) => objects(Rules)));
    expect(rules('RawBucket')).toContainEqual(
      expect.objectContaining({ Id: 'classes', Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 30 }] }),
    );
    const lake = rules('LakeBucket');
    const ofTable = (prefix: string) => lake.find(({ Prefix }) => Prefix === prefix)?.['Transitions'];
    expect(ofTable('cold/network_activity/')).toEqual([{ StorageClass: 'GLACIER_IR', TransitionInDays: 30 }]);
    expect(ofTable('cold/api_activity/')).toEqual([{ StorageClass: 'STANDARD_IA', TransitionInDays: 90 }]);
    expect(rules('LandingBucket')).toHaveLength(1);
  }, 60_000);
});

describe('a boundary and a VPC', () => {
  it('bound every role, and hold every function', async () => {
    const { templates } = await synthesize({
      account: '111122223333',
      region: 'ap-northeast-1',
      iam: { permissionsBoundary: 'org-boundary' },
      vpc: { subnetIds: ['subnet-0123456789abcdef0'], securityGroupIds: ['sg-0123456789abcdef0'] },
    });
    const all = (type: string) => [...templates.values()].flatMap((template) => template.ofType(type));
    const roles = all('AWS::IAM::Role');
    expect(roles.length).toBeGreaterThan(15);
    for (const { properties } of roles)
      expect(textOf(properties['PermissionsBoundary'])).toBe('arn:{AWS::Partition}:iam::{AWS::AccountId}:policy/org-boundary');
    for (const { properties } of all('AWS::Lambda::Function'))
      expect(properties['VpcConfig']).toEqual({
        SubnetIds: ['subnet-0123456789abcdef0'],
        SecurityGroupIds: ['sg-0123456789abcdef0'],
      });
    const policies = all('AWS::IAM::Policy').filter(({ properties }) =>
      JSON.stringify(properties).includes('ec2:CreateNetworkInterface'),
    );
    expect(policies.length).toBeGreaterThanOrEqual(all('AWS::Lambda::Function').length);
  }, 60_000);
});

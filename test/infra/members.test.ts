import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../functions/core/json.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { type Synthesized, synthesize } from './deployments.ts';
import { objects, textOf } from './template.ts';

const CONFIG = {
  ...{ account: '111122223333', region: 'ap-northeast-1', organizationId: 'o-exampleorg1' },
  members: { organizationalUnits: ['ou-abcd-11112222'], regions: ['us-east-1', 'ap-northeast-1'] },
};
let synthesized: Synthesized;
beforeAll(async () => {
  synthesized = await synthesize(CONFIG);
}, 120_000);

/** What CloudFormation makes of a condition, given parameters and where it runs. */
function holds(conditions: JsonObject, of: unknown, values: Record<string, string>): boolean {
  const name = (value: unknown): unknown =>
    isJsonObject(value) && 'Ref' in value ? (values[String(value['Ref'])] ?? '') : value;
  if (!isJsonObject(of)) throw new Error(`no condition: ${JSON.stringify(of)}`);
  const [kind = '', args] = Object.entries(of)[0] ?? [];
  const all = Array.isArray(args) ? args : [];
  if (kind === 'Condition') return holds(conditions, conditions[String(args)], values);
  if (kind === 'Fn::Equals') return name(all[0]) === name(all[1]);
  if (kind === 'Fn::Not') return !holds(conditions, all[0], values);
  if (kind === 'Fn::And') return all.every((one) => holds(conditions, one, values));
  if (kind === 'Fn::Or') return all.some((one) => holds(conditions, one, values));
  throw new Error(`unknown ${kind}`);
}

describe('the member template', () => {
  /** What is made: `roles`, `forwarding`. */
  function madeIn(account: string, region: string, parameters: Record<string, string>): string[] {
    const member = synthesized.named('Member');
    const template: unknown = JSON.parse(member.text);
    const conditions = isJsonObject(template) && isJsonObject(template['Conditions']) ? template['Conditions'] : {};
    const values = { 'AWS::AccountId': account, 'AWS::Region': region, SocAccountId: '', SocRegion: '', ...parameters };
    const made = member.resources.filter(
      ({ whole }) => whole['Condition'] === undefined || holds(conditions, { Condition: whole['Condition'] }, values),
    );
    const roles = made.filter(({ id, type }) => type === 'AWS::IAM::Role' && id.startsWith('Responder')).length;
    const policies = made.filter(({ id, type }) => type === 'AWS::IAM::Policy' && id.startsWith('Responder')).length;
    // A role without its policy would be there and be able to do nothing.
    const all = member.ofType('AWS::IAM::Policy').filter(({ id }) => id.startsWith('Responder')).length;
    expect(policies).toBe(roles === 0 ? 0 : all);
    return [...(roles === 3 ? ['roles'] : []), ...(made.some(({ type }) => type === 'AWS::Events::Rule') ? ['forwarding'] : [])];
  }
  const soc = '111122223333';
  const set = { SocAccountId: soc, SocRegion: 'ap-northeast-1' };

  it.each([
    ['alone, in the SOC account', soc, 'ap-northeast-1', {}, ['roles']],
    ['alone, in a member account', '444455556666', 'us-east-1', { SocAccountId: soc }, ['roles']],
    ['of the StackSet, at home in a member account', '444455556666', 'ap-northeast-1', set, ['roles', 'forwarding']],
    ['of the StackSet, elsewhere: roles are global', '444455556666', 'us-east-1', set, ['forwarding']],
    ['of the StackSet, in the SOC account at home', soc, 'ap-northeast-1', set, []],
    ['of the StackSet, in the SOC account elsewhere', soc, 'us-east-1', set, ['forwarding']],
  ])('makes, %s, what belongs there', (_, account, region, parameters, made) => {
    expect(madeIn(account, region, parameters)).toEqual(made);
  });

  it('forwards what products find to the bus of arrivals, signed by a role that may do nothing else', () => {
    const member = synthesized.named('Member');
    const [rule] = member.ofType('AWS::Events::Rule');
    const pattern = rule?.properties['EventPattern'];
    const patterns = objects(isJsonObject(pattern) ? pattern['$or'] : undefined);
    expect(patterns).toEqual(
      SOURCES.filter(({ id }) => synthesizedForward.includes(id)).flatMap(({ eventPatterns }) => [...eventPatterns]),
    );
    // @see EventBridge quotas: event pattern size
    expect(JSON.stringify(pattern).length).toBeLessThan(2048);
    expect(objects(rule?.properties['Targets'])).toHaveLength(1);
    const forward = member.ofType('AWS::IAM::Role').find(({ id }) => id === 'ForwardRole');
    expect(JSON.stringify(forward?.properties['Policies'])).toMatch(/"Action":"events:PutEvents".*event-bus\/yagura-arrivals/);
  });
  const synthesizedForward = [
    'aws-guardduty',
    'aws-security-hub',
    'ocsf',
    'aws-inspector',
    'aws-macie',
    'aws-access-analyzer',
    'aws-health',
  ];
});

describe("the SOC's bus of arrivals", () => {
  it('takes events of the organization alone, only those of AWS services go on, and it is not the bus of the stages', () => {
    const soc = synthesized.named('Soc');
    const [policy] = soc.ofType('AWS::Events::EventBusPolicy');
    expect(policy?.properties['Statement']).toMatchObject({
      Action: 'events:PutEvents',
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorg1' } },
    });
    const rules = soc
      .ofType('AWS::Events::Rule')
      .filter(({ properties }) => textOf(properties['EventBusName']).includes('ArrivalBus'));
    expect(rules.map(({ properties }) => properties['EventPattern'])).toEqual([{ source: [{ prefix: 'aws.' }] }]);
    expect(JSON.stringify(rules[0]?.properties['Targets'])).toContain('IngestQueue');
    expect(soc.ofType('AWS::Events::EventBus')).toHaveLength(2);
  });

  it('is there for an organization alone', async () => {
    const alone = await synthesize();
    expect(alone.named('Soc').ofType('AWS::Events::EventBus')).toHaveLength(1);
    expect([...alone.templates.keys()]).not.toContain('YaguraMembers');
  }, 60_000);
});

describe('the StackSet', () => {
  it('brings the member template to the units, in each region once, in the name that the doctor looks for', () => {
    const [set] = synthesized.named('Members').ofType('AWS::CloudFormation::StackSet');
    expect(set?.properties).toMatchObject({
      StackSetName: 'YaguraMember',
      ...{ PermissionModel: 'SERVICE_MANAGED', CallAs: 'DELEGATED_ADMIN' },
      AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
      StackInstancesGroup: [
        { DeploymentTargets: { OrganizationalUnitIds: ['ou-abcd-11112222'] }, Regions: ['ap-northeast-1', 'us-east-1'] },
      ],
    });
    expect(objects(set?.properties['Parameters']).map(({ ParameterKey }) => ParameterKey)).toEqual(['SocAccountId', 'SocRegion']);
  });

  it('carries the template that is deployed beside the SOC too, with nothing that CDK would have to fill in', () => {
    const asset = readdirSync(synthesized.outdir).find((name) => name.startsWith('asset.') && name.endsWith('.json'));
    const text = readFileSync(join(synthesized.outdir, asset ?? ''), 'utf8');
    const carried: unknown = JSON.parse(text);
    const deployed: unknown = JSON.parse(synthesized.named('Member').text);
    const resources = (of: unknown): unknown =>
      isJsonObject(of) ? Object.keys(of['Resources'] ?? {}).filter((id) => id !== 'CDKMetadata') : [];
    expect(resources(carried)).toEqual(resources(deployed));
    expect(text).not.toMatch(/Token\[|cdk-hnb659fds/);
  });
});

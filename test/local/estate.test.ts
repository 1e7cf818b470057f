// The simulated estate: honest about what a change does not reach, and about seeds that are none.
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../functions/core/json.ts';
import { ACCOUNT, createWorld } from '../respond/world.ts';

const REGION = 'eu-west-1';
const contain = { accountId: ACCOUNT, region: REGION, tier: 'contain' } as const;
const OUT = { id: 'sgr-1', isEgress: true, protocol: '-1', cidrIpv4: '0.0.0.0/0' };
const IN = { id: 'sgr-2', isEgress: false, protocol: '-1', cidrIpv4: '0.0.0.0/0' };
const group = (name: string, rules: JsonObject[]): JsonObject => ({ name, vpcId: 'vpc-1', description: 'x', rules });

const resources = {
  'ec2/security-group': {
    [`${REGION}/sg-app`]: group('app', [OUT]),
    [`${REGION}/sg-open`]: group('open', [OUT, IN]),
    [`${REGION}/sg-empty`]: group('empty', []),
  },
  'ec2/network-interface': {
    [`${REGION}/eni-1`]: { instanceId: 'i-1', vpcId: 'vpc-1', subnetId: 'subnet-1', groups: ['sg-app'] },
  },
  'ec2/network-acl': { [`${REGION}/acl-1`]: { vpcId: 'vpc-1', subnets: ['subnet-1'], entries: [] } },
  'ec2/connection': {
    [`${REGION}/c-1`]: { interfaceId: 'eni-1', subnetId: 'subnet-1', peer: '198.51.100.7', port: 443, isTracked: true },
  },
};

async function connections(change: (call: (operation: string, parameters: JsonObject) => Promise<unknown>) => Promise<unknown>) {
  const world = await createWorld({ accounts: { [ACCOUNT]: { users: {}, resources } } });
  await change((operation, parameters) => world.aws.call(contain, 'ec2', operation, parameters));
  const items = await world.table.query(`SIM#${ACCOUNT}`, { prefix: 'RES#ec2/connection' });
  return items.map(({ data }) => data['peer']);
}
const move = (...Groups: string[]): JsonObject => ({ NetworkInterfaceId: 'eni-1', Groups });

describe('a connection', () => {
  it('outlives the groups that let it in: a plain swap does not cut it', async () => {
    expect(await connections((call) => call('ModifyNetworkInterfaceAttribute', move('sg-empty')))).toEqual(['198.51.100.7']);
  });

  it('ends where it was no longer tracked before the groups went', async () => {
    const cut = connections(async (call) => {
      await call('ModifyNetworkInterfaceAttribute', move('sg-open'));
      await call('ModifyNetworkInterfaceAttribute', move('sg-empty'));
    });
    expect(await cut).toEqual([]);
  });

  it('ends at once where the network ACL denies it', async () => {
    const deny = {
      NetworkAclId: 'acl-1',
      RuleNumber: 1,
      Protocol: '-1',
      RuleAction: 'deny',
      Egress: true,
      CidrBlock: '0.0.0.0/0',
    };
    expect(await connections((call) => call('CreateNetworkAclEntry', deny))).toEqual([]);
  });

  it('is no configuration, so no part of a snapshot', async () => {
    const world = await createWorld({ accounts: { [ACCOUNT]: { users: {}, resources } } });
    expect(Object.keys((await world.aws.snapshot()).accounts[ACCOUNT]?.resources ?? {})).not.toContain('ec2/connection');
  });
});

describe('a seed', () => {
  it.each([
    ['an unknown type', { 'ec2/instanse': {} }, 'Did you mean "ec2/instance"'],
    ['an id without its region', { 'kms/key': { k: { state: 'Enabled', isRotated: true } } }, 'region/id'],
    ['ill-formed data', { 'kms/key': { 'eu-west-1/k': { state: 'Sleeping', isRotated: true } } }, 'kms/key.eu-west-1/k.state'],
  ])('with %s is refused, and says where', async (_what, bad, text) => {
    const seed = createWorld({ accounts: { [ACCOUNT]: { users: {}, resources: bad } } });
    await expect(seed).rejects.toThrow(text);
  });
});

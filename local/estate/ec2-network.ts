/** Turns calls on network interfaces, security groups and network ACLs into changes of simulated accounts, and cuts the connections they cut. */
import * as z from 'zod';
import { sha256 } from '../../functions/core/digest.ts';
import { type At, resourceType } from './resource.ts';
import { defined, invalid, operation, refused, type SimulatedService, text } from './simulation.ts';

export const INTERFACE = resourceType(
  'ec2/network-interface',
  z.strictObject({ instanceId: text, vpcId: text, subnetId: text, groups: z.array(z.string()).min(1) }),
);
const Rule = z.strictObject({
  id: text,
  isEgress: z.boolean(),
  protocol: text,
  fromPort: z.int().exactOptional(),
  toPort: z.int().exactOptional(),
  cidrIpv4: text.exactOptional(),
  cidrIpv6: text.exactOptional(),
  groupId: text.exactOptional(),
  description: z.string().exactOptional(),
});
type Rule = z.infer<typeof Rule>;
export const GROUP = resourceType(
  'ec2/security-group',
  z.strictObject({ name: text, vpcId: text, description: text, rules: z.array(Rule) }),
  // A rule that is made again gets another id.
  { handedOut: ['id'], unordered: ['rules'] },
);
const Entry = z.strictObject({
  number: z.int(),
  isEgress: z.boolean(),
  protocol: text,
  action: z.enum(['allow', 'deny']),
  cidr: text.exactOptional(),
  ipv6Cidr: text.exactOptional(),
});
export const NETWORK_ACL = resourceType(
  'ec2/network-acl',
  z.strictObject({ vpcId: text, subnets: z.array(z.string()), entries: z.array(Entry) }),
);
/** A flow that exists: it outlives the rule that let it in, as long as the interface tracks it. */
export const CONNECTION = resourceType(
  'ec2/connection',
  z.strictObject({ interfaceId: text, subnetId: text, peer: text, port: z.int(), isTracked: z.boolean() }),
  { live: true },
);

/** A rule as AWS gives it, and as it is compared: without its id. */
const shownRule = (groupId: string, rule: Rule) =>
  defined({
    ...{ SecurityGroupRuleId: rule.id, GroupId: groupId, IsEgress: rule.isEgress, IpProtocol: rule.protocol },
    FromPort: rule.fromPort ?? -1,
    ToPort: rule.toPort ?? -1,
    CidrIpv4: rule.cidrIpv4,
    CidrIpv6: rule.cidrIpv6,
    ReferencedGroupInfo: rule.groupId === undefined ? undefined : { GroupId: rule.groupId },
    Description: rule.description,
  });
const content = ({ id: _, description: __, ...rest }: Rule): string => JSON.stringify(Object.entries(rest).sort());
const isOpen = (rule: Rule): boolean => rule.protocol === '-1' && (rule.cidrIpv4 === '0.0.0.0/0' || rule.cidrIpv6 === '::/0');
/** Listing keeps no order of its own. */
const sortRules = (rules: Rule[]): Rule[] => rules.sort((a, b) => (content(a) < content(b) ? -1 : 1));

const Permission = z.strictObject({
  IpProtocol: text,
  FromPort: z.int().optional(),
  ToPort: z.int().optional(),
  IpRanges: z.array(z.strictObject({ CidrIp: text, Description: z.string().optional() })).optional(),
  Ipv6Ranges: z.array(z.strictObject({ CidrIpv6: text, Description: z.string().optional() })).optional(),
  UserIdGroupPairs: z.array(z.strictObject({ GroupId: text, Description: z.string().optional() })).optional(),
});

/** Ids are handed out anew each time. */
let handedOut = 0;

function rulesOf(at: At, isEgress: boolean, permissions: z.infer<typeof Permission>[]): Rule[] {
  return permissions.flatMap((permission) => {
    const { IpProtocol: protocol, FromPort: fromPort, ToPort: toPort } = permission;
    const ports = { ...(fromPort === undefined ? {} : { fromPort }), ...(toPort === undefined ? {} : { toPort }) };
    const sources = [
      ...(permission.IpRanges ?? []).map(({ CidrIp, Description }) => ({ cidrIpv4: CidrIp, description: Description })),
      ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6, Description }) => ({ cidrIpv6: CidrIpv6, description: Description })),
      ...(permission.UserIdGroupPairs ?? []).map(({ GroupId, Description }) => ({ groupId: GroupId, description: Description })),
    ];
    return sources.map((source) =>
      Rule.parse({
        id: `sgr-${sha256(`${JSON.stringify(source)}${isEgress}${at.nowMs}${handedOut++}`).slice(0, 17)}`,
        isEgress,
        protocol,
        ...ports,
        ...defined(source),
      }),
    );
  });
}

const authorize = (isEgress: boolean) =>
  operation({ GroupId: text, IpPermissions: z.array(Permission).min(1) }, async (at, { GroupId, IpPermissions }) => {
    const added = rulesOf(at, isEgress, IpPermissions);
    const changed = await GROUP.change(at, GroupId, ({ rules }) => {
      const known = new Set(rules.map(content));
      if (added.some((rule) => known.has(content(rule)))) throw refused('InvalidPermission.Duplicate', 'the rule exists already');
      rules.push(...added);
      sortRules(rules);
    });
    return changed && { Return: true, SecurityGroupRules: added.map((rule) => shownRule(GroupId, rule)) };
  });

const revoke = (isEgress: boolean) =>
  operation(
    { GroupId: text, SecurityGroupRuleIds: z.array(text).optional(), IpPermissions: z.array(Permission).optional() },
    async (at, { GroupId, SecurityGroupRuleIds = [], IpPermissions = [] }) => {
      const meant = new Set(rulesOf(at, isEgress, IpPermissions).map(content));
      let removed = 0;
      const changed = await GROUP.change(at, GroupId, (group) => {
        const isMeant = (rule: Rule): boolean =>
          rule.isEgress === isEgress && (SecurityGroupRuleIds.includes(rule.id) || meant.has(content(rule)));
        removed = group.rules.filter(isMeant).length;
        group.rules = group.rules.filter((rule) => !isMeant(rule));
      });
      return changed === undefined || removed === 0 ? undefined : { Return: true };
    },
  );

const filters = z.array(z.strictObject({ Name: text, Values: z.array(z.string()) })).optional();
const NextToken = z.string().optional();
const valuesOf = (Filters: z.infer<typeof filters>, name: string): string[] | undefined =>
  Filters?.find(({ Name }) => Name === name)?.Values;
const admits = (values: string[] | undefined, value: string): boolean => values === undefined || values.includes(value);

const groups: SimulatedService = {
  'ec2:DescribeSecurityGroups': operation(
    { GroupIds: z.array(text).optional(), Filters: filters, NextToken },
    async (at, { GroupIds, Filters }) => {
      const all = (await GROUP.all(at)).filter(
        ([id, { name, vpcId }]) =>
          admits(GroupIds, id) && admits(valuesOf(Filters, 'group-name'), name) && admits(valuesOf(Filters, 'vpc-id'), vpcId),
      );
      if (GroupIds !== undefined && all.length < GroupIds.length) return undefined;
      return { SecurityGroups: all.map(([GroupId, { name, vpcId }]) => ({ GroupId, GroupName: name, VpcId: vpcId })) };
    },
  ),
  'ec2:DescribeSecurityGroupRules': operation(
    { SecurityGroupRuleIds: z.array(text).optional(), Filters: filters, NextToken },
    async (at, { SecurityGroupRuleIds, Filters }) => {
      const all = (await GROUP.all(at)).filter(([id]) => admits(valuesOf(Filters, 'group-id'), id));
      const rules = all.flatMap(([id, group]) => group.rules.map((rule) => [id, rule] as const));
      const shown = rules.filter(([, { id }]) => admits(SecurityGroupRuleIds, id));
      if (SecurityGroupRuleIds !== undefined && shown.length < SecurityGroupRuleIds.length) return undefined;
      return { SecurityGroupRules: shown.map(([id, rule]) => shownRule(id, rule)) };
    },
  ),
  'ec2:CreateSecurityGroup': operation({ GroupName: text, Description: text, VpcId: text }, async (at, named) => {
    const { GroupName: name, Description: description, VpcId: vpcId } = named;
    if ((await GROUP.all(at)).some(([, group]) => group.name === name && group.vpcId === vpcId))
      throw refused('InvalidGroup.Duplicate', `the security group ${name} exists already`);
    const GroupId = `sg-${sha256(`${name} ${vpcId} ${at.nowMs}`).slice(0, 17)}`;
    // A new group lets everything out.
    const rules = rulesOf(at, true, [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }]);
    await GROUP.put(at, GroupId, { name, vpcId, description, rules });
    return { GroupId };
  }),
  'ec2:DeleteSecurityGroup': operation({ GroupId: text }, async (at, { GroupId }) => {
    const users = (await INTERFACE.all(at)).filter(([, one]) => one.groups.includes(GroupId));
    if (users.length > 0) throw refused('DependencyViolation', `${GroupId} has a dependent object`);
    return (await GROUP.remove(at, GroupId)) ? { Return: true } : undefined;
  }),
  'ec2:AuthorizeSecurityGroupIngress': authorize(false),
  'ec2:RevokeSecurityGroupIngress': revoke(false),
  'ec2:RevokeSecurityGroupEgress': revoke(true),
};

/**
 * A tracked flow stays when its rules go; under rules that let everything through in both directions flows are no longer tracked, and an
 * untracked one ends as soon as no rule lets it through. @see EC2 User Guide, "Security group connection tracking"
 */
async function applyGroups(at: At, interfaceId: string, groupIds: readonly string[]): Promise<void> {
  const held = await Promise.all(groupIds.map((id) => GROUP.get(at, id)));
  const rules = held.flatMap((group) => group?.rules ?? []);
  const letsAll = rules.some((rule) => !rule.isEgress && isOpen(rule)) && rules.some((rule) => rule.isEgress && isOpen(rule));
  for (const [id, connection] of await CONNECTION.all(at)) {
    if (connection.interfaceId !== interfaceId) continue;
    if (letsAll)
      await CONNECTION.change(at, id, (data) => {
        data.isTracked = false;
      });
    else if (!connection.isTracked && rules.length === 0) await CONNECTION.remove(at, id);
  }
}

const interfaces: SimulatedService = {
  'ec2:DescribeNetworkInterfaces': operation(
    { Filters: filters, NetworkInterfaceIds: z.array(text).optional(), NextToken },
    async (at, { Filters, NetworkInterfaceIds }) => {
      const all = (await INTERFACE.all(at)).filter(
        ([id, one]) => admits(NetworkInterfaceIds, id) && admits(valuesOf(Filters, 'attachment.instance-id'), one.instanceId),
      );
      return {
        NetworkInterfaces: all.map(([NetworkInterfaceId, { instanceId, vpcId, subnetId, groups: ids }]) => ({
          ...{ NetworkInterfaceId, VpcId: vpcId, SubnetId: subnetId, Attachment: { InstanceId: instanceId } },
          Groups: ids.map((GroupId) => ({ GroupId })),
        })),
      };
    },
  ),
  'ec2:ModifyNetworkInterfaceAttribute': operation(
    { NetworkInterfaceId: text, Groups: z.array(text).min(1) },
    async (at, { NetworkInterfaceId, Groups }) => {
      const known = await Promise.all(Groups.map((id) => GROUP.get(at, id)));
      if (known.includes(undefined)) return undefined;
      const changed = await INTERFACE.change(at, NetworkInterfaceId, (one) => {
        if (known.some((group) => group?.vpcId !== one.vpcId)) throw invalid('InvalidGroup.NotFound', 'a group of another VPC');
        one.groups = Groups;
      });
      if (changed !== undefined) await applyGroups(at, NetworkInterfaceId, Groups);
      return changed && {};
    },
  ),
};

const acls: SimulatedService = {
  'ec2:DescribeNetworkAcls': operation(
    { NetworkAclIds: z.array(text).optional(), Filters: filters, NextToken },
    async (at, { NetworkAclIds, Filters }) => {
      const subnets = valuesOf(Filters, 'association.subnet-id');
      const all = (await NETWORK_ACL.all(at)).filter(
        ([id, one]) =>
          admits(NetworkAclIds, id) && (subnets === undefined || one.subnets.some((subnet) => subnets.includes(subnet))),
      );
      return {
        NetworkAcls: all.map(([NetworkAclId, { subnets: ids, entries, vpcId }]) => ({
          ...{ NetworkAclId, VpcId: vpcId, Associations: ids.map((SubnetId) => ({ SubnetId, NetworkAclId })) },
          Entries: entries.map((entry) =>
            defined({
              ...{ RuleNumber: entry.number, Egress: entry.isEgress, Protocol: entry.protocol, RuleAction: entry.action },
              ...{ CidrBlock: entry.cidr, Ipv6CidrBlock: entry.ipv6Cidr },
            }),
          ),
        })),
      };
    },
  ),
  'ec2:CreateNetworkAclEntry': operation(
    {
      ...{ NetworkAclId: text, RuleNumber: z.int().min(1).max(32_766), Protocol: text, Egress: z.boolean() },
      ...{ RuleAction: z.enum(['allow', 'deny']), CidrBlock: text.optional(), Ipv6CidrBlock: text.optional() },
    },
    async (at, { NetworkAclId, RuleNumber: number, Egress: isEgress, Protocol: protocol, RuleAction: action, ...cidrs }) => {
      const source = defined({ cidr: cidrs.CidrBlock, ipv6Cidr: cidrs.Ipv6CidrBlock });
      const changed = await NETWORK_ACL.change(at, NetworkAclId, ({ entries }) => {
        if (entries.some((entry) => entry.number === number && entry.isEgress === isEgress))
          throw refused('NetworkAclEntryAlreadyExists', `rule ${number} exists`);
        entries.push(Entry.parse({ number, isEgress, protocol, action, ...source }));
        entries.sort((a, b) => Number(a.isEgress) - Number(b.isEgress) || a.number - b.number);
      });
      // Network ACLs keep no state: what they deny ends at once.
      if (changed !== undefined && action === 'deny')
        for (const [id, { subnetId }] of await CONNECTION.all(at))
          if (changed.subnets.includes(subnetId)) await CONNECTION.remove(at, id);
      return changed && {};
    },
  ),
  'ec2:DeleteNetworkAclEntry': operation(
    { NetworkAclId: text, RuleNumber: z.int(), Egress: z.boolean() },
    async (at, { NetworkAclId, RuleNumber, Egress }) => {
      let isThere = false;
      await NETWORK_ACL.change(at, NetworkAclId, (acl) => {
        const kept = acl.entries.filter((entry) => entry.number !== RuleNumber || entry.isEgress !== Egress);
        isThere = kept.length < acl.entries.length;
        acl.entries = kept;
      });
      return isThere ? {} : undefined;
    },
  ),
};

export const EC2_NETWORK: SimulatedService = { ...groups, ...interfaces, ...acls };

/** Denies a subnet all traffic by the first entries of its network ACL; its undo removes those entries. */
import * as z from 'zod';
import type { ActionContext } from './action.ts';
import { awsTarget, contain, readAs, regional } from './aws.ts';
import { inRegion, SubnetId } from './aws-ec2.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

/** Lower numbers are judged first. */
const NUMBERS = { v4: 1, v6: 2 } as const;
const ENTRIES = [
  { key: 'inV4', number: NUMBERS.v4, egress: false, source: { CidrBlock: '0.0.0.0/0' } },
  { key: 'outV4', number: NUMBERS.v4, egress: true, source: { CidrBlock: '0.0.0.0/0' } },
  { key: 'inV6', number: NUMBERS.v6, egress: false, source: { Ipv6CidrBlock: '::/0' } },
  { key: 'outV6', number: NUMBERS.v6, egress: true, source: { Ipv6CidrBlock: '::/0' } },
] as const;

const Entry = z.object({
  RuleNumber: z.int(),
  Egress: z.boolean(),
  Protocol: z.string(),
  RuleAction: z.string(),
  CidrBlock: z.string().optional(),
  Ipv6CidrBlock: z.string().optional(),
});
const Acl = z.object({
  NetworkAclId: z.string(),
  Entries: z.array(Entry),
  Associations: z.array(z.object({ SubnetId: z.string() })),
});

async function aclOf(context: ActionContext, subnetId: string): Promise<z.infer<typeof Acl> | undefined> {
  const parameters = { Filters: [{ Name: 'association.subnet-id', Values: [subnetId] }] };
  const answer = z.object({ NetworkAcls: z.array(Acl) });
  return (await readAs(context, 'ec2:DescribeNetworkAcls', { parameters, answer }))?.NetworkAcls[0];
}

const Presence = z.enum(['absent', 'denies', 'other']);
const State = z.strictObject({
  aclId: z.string(),
  subnets: z.int(),
  inV4: Presence,
  outV4: Presence,
  inV6: Presence,
  outV6: Presence,
});

const ALL_DENY = { inV4: 'denies', outV4: 'denies', inV6: 'denies', outV6: 'denies' } as const;

export const awsEc2NaclDeny = defineChange({
  id: 'aws-ec2-nacl-deny',
  provider: 'aws',
  title: { en: 'Cut a subnet off by its network ACL', ja: 'ネットワーク ACL でサブネットを遮断する' },
  does: {
    en: 'Adds entries that are judged first and deny all traffic into and out of the subnet. Network ACLs keep no state: running connections end.',
    ja: '最初に評価される、送受信すべてを拒否するエントリを追加します。ネットワーク ACL はステートレスなので、既存の接続も切れます。',
  },
  staysOpen: [
    {
      en: 'Every host of every subnet of this ACL is cut off, and none can be examined through the network.',
      ja: 'この ACL を使うすべてのサブネットの全ホストが遮断され、ネットワーク経由の調査もできません。',
    },
    {
      en: 'Traffic within the subnet, to the metadata service and to the DNS of the VPC is not judged by network ACLs.',
      ja: 'サブネット内の通信、メタデータサービス、VPC の DNS への通信は対象外です。',
    },
  ],
  undoes: { en: 'Removes the denying entries.', ja: '拒否エントリを削除します。' },
  uses: ['ec2:DescribeNetworkAcls', 'ec2:CreateNetworkAclEntry', 'ec2:DeleteNetworkAclEntry'],
  resources: ['arn:*:ec2:*:*:network-acl/*'],
  blastRadius: 3,
  approvalTier: 2,
  reversible: 'full',
  d3fend: countermeasure('D3-NI'),
  d3fendUndo: countermeasure('D3-RNA'),
  mitigation: 'M1030',
  parameters: z.strictObject({ ...inRegion, subnetId: SubnetId }),
  state: State,
  target: (parameters) =>
    awsTarget(parameters, regional(parameters, 'ec2', `subnet/${parameters.subnetId}`), parameters.subnetId),
  look: async (context, { subnetId }) => {
    const acl = await aclOf(context, subnetId);
    if (acl === undefined) return undefined;
    const presence = ({ number, egress, source }: (typeof ENTRIES)[number]): z.infer<typeof Presence> => {
      const found = acl.Entries.find((entry) => entry.RuleNumber === number && entry.Egress === egress);
      if (found === undefined) return 'absent';
      const isOurs = found.RuleAction === 'deny' && found.Protocol === '-1';
      const [cidr] = Object.values(source);
      return isOurs && (found.CidrBlock ?? found.Ipv6CidrBlock) === cidr ? 'denies' : 'other';
    };
    const states = ENTRIES.map((entry) => [entry.key, presence(entry)] as const);
    return State.parse({ aclId: acl.NetworkAclId, subnets: acl.Associations.length, ...Object.fromEntries(states) });
  },
  refuses: (state) =>
    ENTRIES.filter(({ key }) => state[key] === 'other').map(
      ({ number, egress }) =>
        `the network ACL has another ${egress ? 'outbound' : 'inbound'} entry ${number}, which would have to go`,
    ),
  wanted: ({ aclId, subnets }) => ({ aclId, subnets, ...ALL_DENY }),
  calls: ({ from, to }) =>
    ENTRIES.filter(({ key }) => from[key] !== to[key] && from[key] !== 'other').map(({ key, number, egress, source }) => {
      const entry = { NetworkAclId: from.aclId, RuleNumber: number, Egress: egress };
      return to[key] === 'denies'
        ? contain('ec2:CreateNetworkAclEntry', { ...entry, Protocol: '-1', RuleAction: 'deny', ...source })
        : contain('ec2:DeleteNetworkAclEntry', entry);
    }),
});

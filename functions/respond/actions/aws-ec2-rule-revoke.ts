/** Takes one inbound rule from a security group; its undo makes the same rule again. */
import * as z from 'zod';
import type { JsonObject } from '../../core/json.ts';
import type { ActionContext } from './action.ts';
import { awsTarget, contain, NEXT_TOKEN, readPages, regional } from './aws.ts';
import { inRegion } from './aws-ec2.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

const GroupId = z.string().regex(/^sg-[0-9a-f]{8,17}$/);
const Cidr = z.string().regex(/^[0-9a-f.:]{2,39}\/\d{1,3}$/);
const Port = z.int().min(-1).max(65_535);
const Parameters = z.strictObject({
  ...inRegion,
  groupId: GroupId,
  protocol: z.string().regex(/^(-1|tcp|udp|icmp|icmpv6|\d{1,3})$/),
  /** -1 where the protocol has none. */
  fromPort: Port,
  toPort: Port,
  cidr: Cidr,
});
type Parameters = z.infer<typeof Parameters>;

const Rule = z.object({
  SecurityGroupRuleId: z.string(),
  IsEgress: z.boolean(),
  IpProtocol: z.string(),
  FromPort: z.int().optional(),
  ToPort: z.int().optional(),
  CidrIpv4: z.string().optional(),
  CidrIpv6: z.string().optional(),
  Description: z.string().optional(),
});

/** The rule by what it says: its id is another one each time it is made. */
async function ruleOf(context: ActionContext, wanted: Parameters): Promise<z.infer<typeof Rule> | 'no group' | undefined> {
  const groups = await context.read('ec2', 'DescribeSecurityGroups', { GroupIds: [wanted.groupId] });
  if (groups === undefined) return 'no group';
  const pages = await readPages(context, 'ec2:DescribeSecurityGroupRules', {
    parameters: { Filters: [{ Name: 'group-id', Values: [wanted.groupId] }] },
    answer: z.object({ SecurityGroupRules: z.array(Rule) }),
    token: NEXT_TOKEN,
  });
  const rules = (pages ?? []).flatMap((page) => page.SecurityGroupRules);
  return rules.find(
    (rule) =>
      !rule.IsEgress &&
      rule.IpProtocol === wanted.protocol &&
      (rule.FromPort ?? -1) === wanted.fromPort &&
      (rule.ToPort ?? -1) === wanted.toPort &&
      (rule.CidrIpv4 ?? rule.CidrIpv6) === wanted.cidr,
  );
}

function permissionOf({ protocol, fromPort, toPort, cidr }: Parameters, description: string | null): JsonObject {
  const text = description === null ? {} : { Description: description };
  const source = cidr.includes(':') ? { Ipv6Ranges: [{ CidrIpv6: cidr, ...text }] } : { IpRanges: [{ CidrIp: cidr, ...text }] };
  return { IpProtocol: protocol, ...(protocol === '-1' ? {} : { FromPort: fromPort, ToPort: toPort }), ...source };
}

export const awsEc2RuleRevoke = defineChange({
  id: 'aws-ec2-rule-revoke',
  provider: 'aws',
  title: { en: 'Take an inbound rule from a security group', ja: 'セキュリティグループのインバウンドルールを削除する' },
  does: {
    en: 'Revokes exactly this inbound rule, by its id, and no other that overlaps it.',
    ja: 'このインバウンドルールだけを ID で取り消します。重なるほかのルールには触れません。',
  },
  staysOpen: [
    {
      en: 'Connections that the rule let in already go on as long as they are tracked (idle TCP up to 5 days).',
      ja: '許可済みの接続は、追跡されている間は続きます（アイドル TCP は最長 5 日）。',
    },
    {
      en: 'Other rules and other groups may let the same traffic in.',
      ja: 'ほかのルールやグループが同じ通信を許可している場合があります。',
    },
  ],
  undoes: { en: 'Makes the same rule again; it gets another id.', ja: '同じルールを作り直します。ID は変わります。' },
  uses: [
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeSecurityGroupRules',
    'ec2:RevokeSecurityGroupIngress',
    'ec2:AuthorizeSecurityGroupIngress',
  ],
  resources: ['arn:*:ec2:*:*:security-group/*', 'arn:*:ec2:*:*:security-group-rule/*'],
  blastRadius: 3,
  approvalTier: 1,
  reversible: 'full',
  d3fend: countermeasure('D3-ITF'),
  d3fendUndo: countermeasure('D3-RNA'),
  mitigation: 'M1037',
  parameters: Parameters,
  state: z.strictObject({ isThere: z.boolean(), description: z.string().nullable() }),
  target: (parameters) =>
    awsTarget(
      parameters,
      `${regional(parameters, 'ec2', `security-group/${parameters.groupId}`)}/${parameters.protocol}/${parameters.fromPort}-${parameters.toPort}/${parameters.cidr}`,
      parameters.groupId,
    ),
  look: async (context, parameters) => {
    const rule = await ruleOf(context, parameters);
    if (rule === 'no group') return undefined;
    return { isThere: rule !== undefined, description: rule?.Description ?? null };
  },
  wanted: () => ({ isThere: false, description: null }),
  calls: ({ from, to }, parameters) => {
    if (from.isThere === to.isThere) return [];
    const { groupId } = parameters;
    return to.isThere
      ? [
          contain('ec2:AuthorizeSecurityGroupIngress', {
            GroupId: groupId,
            IpPermissions: [permissionOf(parameters, to.description)],
          }),
        ]
      : [contain('ec2:RevokeSecurityGroupIngress', { GroupId: groupId }, ['SecurityGroupRuleIds'])];
  },
  late: async (context, _, { parameters }) => {
    const rule = await ruleOf(context, parameters);
    return { SecurityGroupRuleIds: typeof rule === 'object' ? [rule.SecurityGroupRuleId] : [] };
  },
});

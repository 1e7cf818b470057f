/** Isolates an instance by security groups in two steps, so that running connections end too; its undo gives every interface its groups back. */
import * as z from 'zod';
import type { JsonObject } from '../../core/json.ts';
import type { ActionContext } from './action.ts';
import { contain, NEXT_TOKEN, namedFor, readAs, readPages } from './aws.ts';
import { InstanceParameters, instanceOf, instanceTarget, interfacesOf } from './aws-ec2.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

/** Our two groups, by what they are for: their ids are other ones each time. */
const UNTRACKED = '@untracked';
const ISOLATED = '@isolated';
const KINDS = [UNTRACKED, ISOLATED] as const;
type Kind = (typeof KINDS)[number];
/** `open` lets everything through in both directions, `none` nothing, `new` is as AWS makes it: everything out. */
const Rules = z.enum(['new', 'open', 'none']);
const State = z.strictObject({
  vpcId: z.string(),
  interfaces: z.array(z.strictObject({ id: z.string(), groups: z.array(z.string()) })),
  untracked: Rules.nullable(),
  isolated: Rules.nullable(),
});
type State = z.infer<typeof State>;

const nameOf = (kind: Kind, { incidentId }: ActionContext, instanceId: string): string =>
  `${namedFor(incidentId, kind === ISOLATED ? 'YaguraIsolated' : 'YaguraUntracked').slice(0, 200)}-${instanceId}`;

const Rule = z.object({
  SecurityGroupRuleId: z.string(),
  IsEgress: z.boolean(),
  IpProtocol: z.string(),
  CidrIpv4: z.string().optional(),
});

async function ownGroup(context: ActionContext, kind: Kind, at: { instanceId: string; vpcId: string }) {
  const Filters = [
    { Name: 'group-name', Values: [nameOf(kind, context, at.instanceId)] },
    { Name: 'vpc-id', Values: [at.vpcId] },
  ];
  const answer = z.object({ SecurityGroups: z.array(z.object({ GroupId: z.string() })) });
  const found = await readAs(context, 'ec2:DescribeSecurityGroups', { parameters: { Filters }, answer });
  const id = found?.SecurityGroups[0]?.GroupId;
  if (id === undefined) return undefined;
  const pages = await readPages(context, 'ec2:DescribeSecurityGroupRules', {
    parameters: { Filters: [{ Name: 'group-id', Values: [id] }] },
    answer: z.object({ SecurityGroupRules: z.array(Rule) }),
    token: NEXT_TOKEN,
  });
  const rules = (pages ?? []).flatMap((page) => page.SecurityGroupRules);
  const isOpen = (isEgress: boolean): boolean =>
    rules.some((rule) => rule.IsEgress === isEgress && rule.IpProtocol === '-1' && rule.CidrIpv4 === '0.0.0.0/0');
  const state: z.infer<typeof Rules> = rules.length === 0 ? 'none' : isOpen(true) && isOpen(false) ? 'open' : 'new';
  return { id, state, ruleIds: rules.map((rule) => rule.SecurityGroupRuleId) };
}

async function look(context: ActionContext, { instanceId }: InstanceParameters): Promise<State | undefined> {
  const instance = await instanceOf(context, instanceId);
  const interfaces = instance === undefined ? [] : await interfacesOf(context, instanceId);
  const vpcId = interfaces[0]?.vpcId;
  if (vpcId === undefined) return undefined;
  const [untracked, isolated] = await Promise.all(KINDS.map((kind) => ownGroup(context, kind, { instanceId, vpcId })));
  const named = (id: string): string => (id === isolated?.id ? ISOLATED : id === untracked?.id ? UNTRACKED : id);
  return {
    vpcId,
    interfaces: interfaces.map(({ id, groups }) => ({ id, groups: groups.map(named).sort() })),
    untracked: untracked?.state ?? null,
    isolated: isolated?.state ?? null,
  };
}

/** An interface takes the untracked group first: only flows that are no longer tracked end when the isolated group follows. */
function isolate(from: State, { instanceId }: InstanceParameters, context: ActionContext) {
  const create = (kind: Kind) =>
    contain('ec2:CreateSecurityGroup', {
      GroupName: nameOf(kind, context, instanceId),
      Description: `Yagura: ${kind === ISOLATED ? 'isolated' : 'untracked, for a moment'}`,
      VpcId: from.vpcId,
    });
  const everything: JsonObject = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
  const moved = from.interfaces.filter(({ groups }) => groups.join() !== ISOLATED);
  return [
    ...(from.isolated === null ? [create(ISOLATED)] : []),
    ...(from.isolated === 'none' ? [] : [contain('ec2:RevokeSecurityGroupEgress', {}, ['GroupId', 'SecurityGroupRuleIds'])]),
    ...(from.untracked === null ? [create(UNTRACKED)] : []),
    ...(from.untracked === 'open'
      ? []
      : [contain('ec2:AuthorizeSecurityGroupIngress', { IpPermissions: [everything] }, ['GroupId'])]),
    ...moved.flatMap(({ id, groups }) => {
      const move = contain('ec2:ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: id }, ['Groups']);
      return groups.join() === UNTRACKED ? [move] : [move, move];
    }),
  ];
}

function release(from: State, to: State) {
  const back = to.interfaces.filter(
    ({ id, groups }) => from.interfaces.find((one) => one.id === id)?.groups.join() !== groups.join(),
  );
  const gone = (['untracked', 'isolated'] as const).filter((kind) => from[kind] !== null && to[kind] === null);
  return [
    ...back.map(({ id, groups }) => contain('ec2:ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: id, Groups: groups })),
    ...gone.map(() => contain('ec2:DeleteSecurityGroup', {}, ['GroupId'])),
  ];
}

export const awsEc2Isolate = defineChange({
  id: 'aws-ec2-isolate',
  provider: 'aws',
  title: { en: 'Isolate an instance', ja: 'インスタンスを隔離する' },
  does: {
    en: 'Gives every network interface first a security group that lets everything through, so that connections are no longer tracked, and then one that lets nothing through.',
    ja: '各ネットワークインターフェースに、まず全通信を許すセキュリティグループを付けて接続の追跡を外し、次に何も許さないものに替えます。',
  },
  staysOpen: [
    {
      en: 'Connections that carried no packet between the two steps may still be tracked, for up to 5 days: cut them by the network ACL where they matter.',
      ja: '2 つの手順の間にパケットが流れなかった接続は、最長 5 日追跡されたままのことがあります。必要ならネットワーク ACL で遮断してください。',
    },
    {
      en: 'For a moment between the steps the interface lets all inbound traffic through.',
      ja: '手順の間の一瞬、すべてのインバウンド通信が許可されます。',
    },
    {
      en: 'The metadata service, the DNS of the VPC and stolen credentials are not reached.',
      ja: 'メタデータサービス、VPC の DNS、盗まれた認証情報には効きません。',
    },
  ],
  undoes: {
    en: 'Gives every interface the groups that it had, and deletes the two groups.',
    ja: '各インターフェースを元のグループに戻し、2 つのグループを削除します。',
  },
  uses: [
    'ec2:DescribeInstances',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeSecurityGroupRules',
    'ec2:CreateSecurityGroup',
    'ec2:DeleteSecurityGroup',
    'ec2:AuthorizeSecurityGroupIngress',
    'ec2:RevokeSecurityGroupEgress',
    'ec2:ModifyNetworkInterfaceAttribute',
  ],
  resources: [
    'arn:*:ec2:*:*:security-group/*',
    'arn:*:ec2:*:*:security-group-rule/*',
    'arn:*:ec2:*:*:network-interface/*',
    'arn:*:ec2:*:*:instance/*',
    'arn:*:ec2:*:*:vpc/*',
  ],
  blastRadius: 2,
  approvalTier: 1,
  reversible: 'full',
  d3fend: countermeasure('D3-NI'),
  d3fendUndo: countermeasure('D3-RNA'),
  mitigation: 'M1030',
  parameters: InstanceParameters,
  state: State,
  target: instanceTarget,
  look,
  wanted: (state) => ({
    ...state,
    interfaces: state.interfaces.map(({ id }) => ({ id, groups: [ISOLATED] })),
    untracked: 'open' as const,
    isolated: 'none' as const,
  }),
  calls: ({ from, to }, parameters, context) =>
    to.interfaces.every(({ groups }) => groups.join() === ISOLATED) && to.isolated === 'none'
      ? isolate(from, parameters, context)
      : release(from, to),
  late: async (context, call, { parameters, to }) => {
    const { instanceId } = parameters;
    const vpcId = (await look(context, parameters))?.vpcId ?? '';
    const [untracked, isolated] = await Promise.all(KINDS.map((kind) => ownGroup(context, kind, { instanceId, vpcId })));
    switch (call.operation) {
      case 'RevokeSecurityGroupEgress':
        return { GroupId: isolated?.id ?? '', SecurityGroupRuleIds: isolated?.ruleIds ?? [] };
      case 'AuthorizeSecurityGroupIngress':
        return { GroupId: untracked?.id ?? '' };
      case 'DeleteSecurityGroup':
        return { GroupId: (to?.untracked === null ? untracked?.id : undefined) ?? isolated?.id ?? '' };
      default: {
        const own = (await interfacesOf(context, instanceId)).find(({ id }) => id === call.parameters['NetworkInterfaceId']);
        return { Groups: [(own?.groups.join() === untracked?.id ? isolated?.id : untracked?.id) ?? ''] };
      }
    }
  },
});

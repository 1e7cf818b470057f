/** Puts an address range on a WAF IP set that a rule blocks; its undo takes it off where it was not on it before. */
import * as z from 'zod';
import type { ActionContext } from './action.ts';
import { Cidr, refusesRange } from './address.ts';
import { awsTarget, contain, readAs, regional } from './aws.ts';
import { inRegion } from './aws-ec2.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';

const Parameters = z.strictObject({
  ...inRegion,
  setName: z.string().regex(/^[\w-]{1,128}$/),
  setId: z.string().regex(/^[\w-]{1,36}$/),
  scope: z.enum(['REGIONAL', 'CLOUDFRONT']),
  cidr: Cidr,
});
type Parameters = z.infer<typeof Parameters>;

async function setOf(context: ActionContext, { setName, setId, scope }: Parameters) {
  const answer = z.object({
    IPSet: z.object({ Addresses: z.array(z.string()), Description: z.string().optional() }),
    LockToken: z.string(),
  });
  return await readAs(context, 'wafv2:GetIPSet', { parameters: { Name: setName, Id: setId, Scope: scope }, answer });
}

export const awsWafIpBlock = defineChange({
  id: 'aws-waf-ip-block',
  provider: 'aws',
  title: { en: 'Block an address at the web application firewall', ja: 'WAF でアドレスをブロックする' },
  does: {
    en: 'Adds the range to the IP set that the web ACL blocks, under the lock of the set.',
    ja: 'ウェブ ACL がブロックする IP セットに、ロックを取って範囲を追加します。',
  },
  staysOpen: [
    {
      en: 'Only what is behind this web ACL is protected; the attacker may come from another address.',
      ja: '守られるのはこのウェブ ACL の背後だけです。攻撃者は別のアドレスから来ることがあります。',
    },
    {
      en: 'Everybody who shares the address (NAT, VPN) is blocked too: take it off when it is no longer needed.',
      ja: '同じアドレスを使う人（NAT、VPN）もブロックされます。不要になったら外してください。',
    },
  ],
  undoes: { en: 'Takes the range off the set where it was not on it before.', ja: '元々なければ IP セットから外します。' },
  uses: ['wafv2:GetIPSet', 'wafv2:UpdateIPSet'],
  resources: ['arn:*:wafv2:*:*:*/ipset/*'],
  blastRadius: 3,
  approvalTier: 1,
  reversible: 'full',
  d3fend: countermeasure('D3-ITF'),
  d3fendUndo: countermeasure('D3-RNA'),
  mitigation: 'M1037',
  parameters: Parameters,
  // The other addresses are not ours: they may change while people think, and stay as they are.
  state: z.strictObject({ isBlocked: z.boolean() }),
  target: (parameters) =>
    awsTarget(
      parameters,
      `${regional(parameters, 'wafv2', `ipset/${parameters.setName}/${parameters.setId}`)}#${parameters.cidr}`,
      parameters.cidr,
    ),
  look: async (context, parameters) => {
    const found = await setOf(context, parameters);
    return found && { isBlocked: found.IPSet.Addresses.includes(parameters.cidr) };
  },
  refuses: (_, { cidr }) => refusesRange(cidr),
  wanted: () => ({ isBlocked: true }),
  calls: ({ from, to }, { setName, setId, scope }) =>
    from.isBlocked === to.isBlocked
      ? []
      : [contain('wafv2:UpdateIPSet', { Name: setName, Id: setId, Scope: scope }, ['Addresses', 'LockToken', 'Description'])],
  late: async (context, _, { parameters, to = { isBlocked: true } }) => {
    const found = await setOf(context, parameters);
    const others = (found?.IPSet.Addresses ?? []).filter((address) => address !== parameters.cidr);
    const description = found?.IPSet.Description;
    return {
      Addresses: to.isBlocked ? [...others, parameters.cidr].sort() : others,
      LockToken: found?.LockToken ?? '',
      ...(description === undefined || description === '' ? {} : { Description: description }),
    };
  },
});

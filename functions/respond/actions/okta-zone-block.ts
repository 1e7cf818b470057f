/** Puts an address range on an Okta zone that is blocked; its undo takes it off where it was not on it before. */
import * as z from 'zod';
import type { Json } from '../../core/json.ts';
import type { ActionContext } from './action.ts';
import { Cidr, refusesRange } from './address.ts';
import { readAs } from './aws.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { OktaTenant, ZoneId } from './okta.ts';
import { change, tenantTarget } from './tenant.ts';

const Parameters = z.strictObject({ tenant: OktaTenant, zoneId: ZoneId, cidr: Cidr });
const Gateway = z.object({ type: z.string(), value: z.string() });
const Zone = z.looseObject({
  type: z.string(),
  name: z.string(),
  status: z.string(),
  usage: z.string(),
  gateways: z.array(Gateway).nullish(),
  proxies: z.array(Gateway).nullish(),
});
/** @see Okta Help, "Create zones for IP addresses": entries of a blocked zone */
const MOST_ENTRIES = 1000;

const zoneOf = (context: ActionContext, { zoneId }: { zoneId: string }): Promise<z.infer<typeof Zone> | undefined> =>
  readAs(context, 'okta:GetZone', { parameters: { zoneId }, answer: Zone });

/** One address is a range of one too: `198.51.100.7-198.51.100.7`. */
const spellings = (cidr: string): string[] => {
  const [address = ''] = cidr.split('/');
  return cidr.endsWith('/32') ? [cidr, address, `${address}-${address}`] : [cidr];
};
const others = (gateways: z.infer<typeof Zone>['gateways'], cidr: string): z.infer<typeof Gateway>[] =>
  (gateways ?? []).filter(({ value }) => !spellings(cidr).includes(value));

export const oktaZoneBlock = defineChange({
  id: 'okta-zone-block',
  provider: 'okta',
  title: { en: 'Block an address at Okta', ja: 'Okta でアドレスをブロックする' },
  does: {
    en: 'Adds the range to an IP zone that Okta blocks, for every URL of the organization.',
    ja: 'Okta がブロックする IP ゾーンに範囲を追加します。組織の全 URL が対象です。',
  },
  staysOpen: [
    {
      en: 'It takes about a minute to reach all servers. Sessions that are open already, and other addresses, go on.',
      ja: '全サーバーへの反映に約 1 分かかります。開いているセッションと、ほかのアドレスには効きません。',
    },
    {
      en: 'Everybody who shares the address (NAT, VPN, an office) is locked out of Okta: take it off when it is no longer needed.',
      ja: '同じアドレスを使う全員（NAT、VPN、オフィス）が Okta を使えなくなります。不要になったら外してください。',
    },
  ],
  undoes: { en: 'Takes the range off the zone where it was not on it before.', ja: '元々なければゾーンから外します。' },
  uses: ['okta:GetZone', 'okta:ReplaceZone'],
  blastRadius: 5,
  approvalTier: 2,
  reversible: 'full',
  d3fend: countermeasure('D3-ITF'),
  d3fendUndo: countermeasure('D3-RNA'),
  mitigation: 'M1036',
  parameters: Parameters,
  // The other entries are not ours: they may change while people think, and stay as they are.
  state: z.strictObject({ isBlocked: z.boolean(), kind: z.string(), isFull: z.boolean() }),
  compared: ({ isBlocked }) => ({ isBlocked }),
  target: ({ tenant, zoneId, cidr }) => tenantTarget('okta', { tenant, path: `zones/${zoneId}/${cidr}`, name: cidr }),
  look: async (context, parameters) => {
    const zone = await zoneOf(context, parameters);
    const gateways = zone?.gateways ?? [];
    return (
      zone && {
        isBlocked: others(gateways, parameters.cidr).length < gateways.length,
        kind: `${zone.status} ${zone.type} ${zone.usage}`,
        isFull: gateways.length >= MOST_ENTRIES,
      }
    );
  },
  refuses: ({ kind, isFull }, { cidr }) => [
    ...refusesRange(cidr),
    ...(kind === 'ACTIVE IP BLOCKLIST'
      ? []
      : [`the zone is ${kind}: an entry blocks only in an ACTIVE IP zone of usage BLOCKLIST`]),
    ...(isFull ? [`the zone has ${MOST_ENTRIES} entries, the most that Okta takes`] : []),
  ],
  wanted: (state) => ({ ...state, isBlocked: true }),
  calls: ({ from, to }, { zoneId }) =>
    from.isBlocked === to.isBlocked ? [] : [change('okta:ReplaceZone', { zoneId }, ['zone'])],
  late: async (context, _, { parameters, to = { isBlocked: true } }) => {
    const zone = await zoneOf(context, parameters);
    const kept = others(zone?.gateways, parameters.cidr);
    const gateways = to.isBlocked ? [...kept, { type: 'CIDR', value: parameters.cidr }] : kept;
    const written: Json = {
      ...{ type: zone?.type ?? '', name: zone?.name ?? '', status: zone?.status ?? '', usage: zone?.usage ?? '' },
      ...{ gateways, proxies: zone?.proxies ?? null },
    };
    return { zone: written };
  },
});

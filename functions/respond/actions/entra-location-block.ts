/** Puts an address range on a named location of Entra ID that a policy blocks; its undo takes it off where it was not on it before. */
import * as z from 'zod';
import type { ActionContext } from './action.ts';
import { Cidr, refusesRange } from './address.ts';
import { readAs } from './aws.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { EntraTenant, entraTarget, ObjectId } from './entra.ts';
import { change, readAll } from './tenant.ts';

const Parameters = z.strictObject({ tenant: EntraTenant, locationId: ObjectId, cidr: Cidr });
const IP_LOCATION = '#microsoft.graph.ipNamedLocation';
const IPV4 = '#microsoft.graph.iPv4CidrRange';
const Location = z.object({
  '@odata.type': z.string(),
  displayName: z.string(),
  isTrusted: z.boolean().nullish(),
  ipRanges: z.array(z.object({ '@odata.type': z.string(), cidrAddress: z.string() })).nullish(),
});
const Policy = z.object({
  state: z.string(),
  conditions: z.object({ locations: z.object({ includeLocations: z.array(z.string()).nullish() }).nullish() }),
  grantControls: z.object({ builtInControls: z.array(z.string()) }).nullish(),
});
/** @see Microsoft Entra, "Conditional Access: network assignment": IP ranges of a named location */
const MOST_RANGES = 2000;

const locationOf = (
  context: ActionContext,
  { locationId }: { locationId: string },
): Promise<z.infer<typeof Location> | undefined> =>
  readAs(context, 'entra:GetNamedLocation', { parameters: { locationId }, answer: Location });

async function isBlocking(context: ActionContext, locationId: string): Promise<boolean> {
  const policies = (await readAll(context, 'entra:ListConditionalAccessPolicies', { parameters: {}, item: Policy })) ?? [];
  return policies.some(
    ({ state, conditions, grantControls }) =>
      state === 'enabled' &&
      conditions.locations?.includeLocations?.includes(locationId) === true &&
      grantControls?.builtInControls.includes('block') === true,
  );
}

export const entraLocationBlock = defineChange({
  id: 'entra-location-block',
  provider: 'entra',
  title: { en: 'Block an address at Entra ID', ja: 'Entra ID でアドレスをブロックする' },
  does: {
    en: 'Adds the range to a named location that an enabled conditional access policy blocks.',
    ja: '有効な条件付きアクセスポリシーがブロックするネームドロケーションに範囲を追加します。',
  },
  staysOpen: [
    {
      en: 'It counts at the next sign-in or refresh of a token: access tokens go on for about an hour. Other addresses go on.',
      ja: '次のサインインかトークン更新から有効です。アクセストークンは約 1 時間残ります。ほかのアドレスには効きません。',
    },
    {
      en: 'Everybody who shares the address (NAT, VPN, an office) and is under the policy is locked out: take it off when it is no longer needed.',
      ja: '同じアドレスを使う、ポリシー対象の全員（NAT、VPN、オフィス）が締め出されます。不要になったら外してください。',
    },
  ],
  undoes: { en: 'Takes the range off the location where it was not on it before.', ja: '元々なければロケーションから外します。' },
  uses: ['entra:GetNamedLocation', 'entra:ListConditionalAccessPolicies', 'entra:UpdateNamedLocation'],
  blastRadius: 5,
  approvalTier: 2,
  reversible: 'full',
  d3fend: countermeasure('D3-ITF'),
  d3fendUndo: countermeasure('D3-RNA'),
  mitigation: 'M1036',
  parameters: Parameters,
  // The other ranges are not ours: they may change while people think, and stay as they are.
  state: z.strictObject({ isListed: z.boolean(), kind: z.string(), isBlocking: z.boolean(), isFull: z.boolean() }),
  compared: ({ isListed }) => ({ isListed }),
  target: ({ tenant, locationId, cidr }) => entraTarget(tenant, `namedLocations/${locationId}/${cidr}`, cidr),
  look: async (context, parameters) => {
    const location = await locationOf(context, parameters);
    if (location === undefined) return undefined;
    const ranges = location.ipRanges ?? [];
    return {
      isListed: ranges.some(({ cidrAddress }) => cidrAddress === parameters.cidr),
      kind: location.isTrusted === true ? 'trusted' : location['@odata.type'] === IP_LOCATION ? 'addresses' : 'countries',
      isBlocking: await isBlocking(context, parameters.locationId),
      isFull: ranges.length >= MOST_RANGES,
    };
  },
  // Listed where no policy blocks is not blocked: that is refused below, not called done.
  holds: ({ isListed, isBlocking: blocks }) => isListed && blocks,
  refuses: ({ kind, isBlocking: blocks, isFull }, { cidr }) => [
    ...refusesRange(cidr),
    ...(kind === 'addresses' ? [] : [`the location is of ${kind}: an entry there blocks nobody`]),
    ...(blocks ? [] : ['no enabled conditional access policy blocks this location']),
    ...(isFull ? [`the location has ${MOST_RANGES} ranges, the most that Entra ID takes`] : []),
  ],
  wanted: (state) => ({ ...state, isListed: true }),
  calls: ({ from, to }, { locationId }) =>
    from.isListed === to.isListed ? [] : [change('entra:UpdateNamedLocation', { locationId }, ['location'])],
  late: async (context, _, { parameters, to = { isListed: true } }) => {
    const found = await locationOf(context, parameters);
    const kept = (found?.ipRanges ?? []).filter(({ cidrAddress }) => cidrAddress !== parameters.cidr);
    const ipRanges = to.isListed ? [...kept, { '@odata.type': IPV4, cidrAddress: parameters.cidr }] : kept;
    return { location: { '@odata.type': IP_LOCATION, ipRanges } };
  },
});

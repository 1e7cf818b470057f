/** Removes what users and administrators consented to for an application of Entra ID; its undo grants it again. */
import * as z from 'zod';
import { canonicalJson } from '../../core/digest.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { ofPrincipal, principalOf, principalTarget } from './entra.ts';
import { change, readAll } from './tenant.ts';

const Grant = z.object({
  id: z.string(),
  consentType: z.string(),
  principalId: z
    .string()
    .nullish()
    .transform((id) => id ?? null),
  resourceId: z.string(),
  scope: z
    .string()
    .nullish()
    .transform((scope) => (scope ?? '').trim().split(/\s+/).sort().join(' ')),
});
type Grant = z.infer<typeof Grant>;
/** Graph gives each grant an id of its own. */
const content = ({ id: _, ...rest }: Grant): string => canonicalJson(rest);
const without = (all: readonly Grant[], others: readonly Grant[]): Grant[] =>
  all.filter((one) => !others.some((other) => content(other) === content(one)));

export const entraGrantRemove = defineChange({
  id: 'entra-grant-remove',
  provider: 'entra',
  title: { en: 'Remove the OAuth grants of an application', ja: 'アプリケーションの OAuth 許可を削除する' },
  does: {
    en: 'Deletes every delegated permission that users or administrators granted to the application.',
    ja: 'ユーザーと管理者がアプリケーションに与えた委任されたアクセス許可をすべて削除します。',
  },
  staysOpen: [
    {
      en: 'Access tokens that it holds stay valid for about an hour; what it read already is read.',
      ja: '保持済みのアクセストークンは約 1 時間有効です。すでに読み取られたものは戻りません。',
    },
    {
      en: 'Users can consent again where the tenant lets them: disable the application, and look at the consent settings.',
      ja: 'テナントの設定によってはユーザーが再び同意できます。アプリケーションを無効にし、同意設定を確認してください。',
    },
  ],
  undoes: { en: 'Grants the same permissions again, under new ids.', ja: '同じアクセス許可を、新しい ID で再び与えます。' },
  uses: ['entra:GetServicePrincipal', 'entra:ListGrants', 'entra:DeleteGrant', 'entra:CreateGrant'],
  blastRadius: 3,
  approvalTier: 2,
  reversible: 'full',
  d3fend: countermeasure('D3-UAP'),
  d3fendUndo: countermeasure('D3-RUAA'),
  mitigation: 'M1042',
  parameters: z.strictObject(ofPrincipal),
  state: z.strictObject({ grants: z.array(Grant) }),
  compared: ({ grants }) => grants.map(content).sort(),
  target: (parameters) => principalTarget(parameters, '/grants'),
  look: async (context, parameters) => {
    if ((await principalOf(context, parameters)) === undefined) return undefined;
    const { servicePrincipalId } = parameters;
    const grants = await readAll(context, 'entra:ListGrants', { parameters: { servicePrincipalId }, item: Grant });
    return grants && { grants: grants.sort((a, b) => (content(a) < content(b) ? -1 : 1)) };
  },
  wanted: () => ({ grants: [] }),
  calls: ({ from, to }, { servicePrincipalId }) => [
    ...without(from.grants, to.grants).map(({ id }) => change('entra:DeleteGrant', { grantId: id })),
    ...without(to.grants, from.grants).map(({ id: _, principalId, ...grant }) =>
      change('entra:CreateGrant', { clientId: servicePrincipalId, ...grant, ...(principalId === null ? {} : { principalId }) }),
    ),
  ],
});

/** Disables a service principal of Entra ID; its undo enables it. */
import * as z from 'zod';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { ofPrincipal, principalOf, principalTarget, roleHolderCautions } from './entra.ts';
import { change } from './tenant.ts';

/** Microsoft's own applications are owned by these organizations: without Graph or the portal nobody can undo by hand. */
const MICROSOFT = ['f8cdef31-a31e-4b4a-93e4-5f571e91255a', '72f988bf-86f1-41af-91ab-2d7cd011db47'];

export const entraAppDisable = defineChange({
  id: 'entra-app-disable',
  provider: 'entra',
  title: { en: 'Disable an enterprise application of Entra ID', ja: 'Entra ID のエンタープライズアプリケーションを無効にする' },
  does: {
    en: 'Sets accountEnabled of the service principal to false: it gets no more tokens, neither for itself nor for users.',
    ja: 'サービスプリンシパルの accountEnabled を false にし、自身用・ユーザー用のトークンを発行しません。',
  },
  staysOpen: [
    {
      en: 'Access tokens that it holds stay valid for about an hour. Grants and credentials stay: remove them before it is enabled again.',
      ja: '保持済みのアクセストークンは約 1 時間有効です。許可と資格情報は残るため、再び有効にする前に削除してください。',
    },
    { en: 'Everybody who works with it is locked out.', ja: '利用者全員が使えなくなります。' },
  ],
  undoes: { en: 'Enables it where it was enabled before.', ja: '元々有効だった場合は有効に戻します。' },
  uses: ['entra:GetServicePrincipal', 'entra:ListRoleAssignments', 'entra:EnableDisableServicePrincipal'],
  blastRadius: 3,
  approvalTier: 2,
  reversible: 'full',
  d3fend: countermeasure('D3-AL'),
  d3fendUndo: countermeasure('D3-RA'),
  mitigation: 'M1042',
  parameters: z.strictObject(ofPrincipal),
  state: z.strictObject({ isEnabled: z.boolean(), owner: z.string() }),
  target: (parameters) => principalTarget(parameters),
  look: async (context, parameters) => {
    const found = await principalOf(context, parameters);
    return found && { isEnabled: found.accountEnabled, owner: found.appOwnerOrganizationId ?? '' };
  },
  refuses: ({ owner }) => (MICROSOFT.includes(owner) ? ["the application is Microsoft's own: others stand on it"] : []),
  wanted: (state) => ({ ...state, isEnabled: false }),
  calls: ({ from, to }, { servicePrincipalId }) => {
    if (from.isEnabled === to.isEnabled) return [];
    return [change('entra:EnableDisableServicePrincipal', { servicePrincipalId, accountEnabled: to.isEnabled })];
  },
  cautions: (context, _, { servicePrincipalId }) => roleHolderCautions(context, servicePrincipalId),
});

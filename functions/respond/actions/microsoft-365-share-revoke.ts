/** Revokes one sharing of a file of OneDrive or SharePoint; it cannot be taken back. */
import * as z from 'zod';
import type { ActionContext } from './action.ts';
import { readAs } from './aws.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { EntraTenant } from './entra.ts';
import { OpaqueId } from './microsoft-365.ts';
import { change, tenantTarget } from './tenant.ts';

const Parameters = z.strictObject({ tenant: EntraTenant, driveId: OpaqueId, itemId: OpaqueId, permissionId: OpaqueId });
type Parameters = z.infer<typeof Parameters>;
const Item = z.object({ name: z.string().nullish() });
const Permission = z.object({
  roles: z.array(z.string()).nullish(),
  link: z.object({ scope: z.string().nullish(), type: z.string().nullish() }).nullish(),
  inheritedFrom: z.json().nullish(),
});

const permissionOf = (
  context: ActionContext,
  { driveId, itemId, permissionId }: Parameters,
): Promise<z.infer<typeof Permission> | undefined> =>
  readAs(context, 'microsoft-365:GetPermission', { parameters: { driveId, itemId, permissionId }, answer: Permission });

export const microsoft365ShareRevoke = defineChange({
  id: 'microsoft-365-share-revoke',
  provider: 'microsoft-365',
  title: { en: 'Revoke a sharing of a file', ja: 'ファイルの共有を取り消す' },
  does: {
    en: 'Deletes this one permission or sharing link of the file or folder.',
    ja: 'ファイルまたはフォルダーの、このアクセス許可または共有リンクだけを削除します。',
  },
  staysOpen: [
    {
      en: 'What was downloaded or copied through it is gone. Other links and inherited permissions stay.',
      ja: 'ダウンロード・複製されたものは戻りません。ほかのリンクと継承された許可は残ります。',
    },
  ],
  undoes: {
    en: 'Nothing: it is shared anew, and a link is another link.',
    ja: '元に戻せません。共有し直すと別のリンクになります。',
  },
  uses: ['microsoft-365:GetItem', 'microsoft-365:GetPermission', 'microsoft-365:DeletePermission'],
  blastRadius: 1,
  approvalTier: 1,
  reversible: 'none',
  d3fend: countermeasure('D3-RFAM'),
  mitigation: 'M1022',
  parameters: Parameters,
  state: z.strictObject({ isThere: z.boolean(), isInherited: z.boolean() }),
  target: ({ tenant, driveId, itemId, permissionId }) =>
    tenantTarget('microsoft-365', {
      tenant,
      path: `drives/${driveId}/items/${itemId}/permissions/${permissionId}`,
      name: itemId,
    }),
  look: async (context, parameters) => {
    const { driveId, itemId } = parameters;
    const item = await readAs(context, 'microsoft-365:GetItem', { parameters: { driveId, itemId }, answer: Item });
    if (item === undefined) return undefined;
    const found = await permissionOf(context, parameters);
    return { isThere: found !== undefined, isInherited: (found?.inheritedFrom ?? null) !== null };
  },
  refuses: ({ isInherited }) => (isInherited ? ['the permission is inherited from a folder above: revoke it there'] : []),
  wanted: () => ({ isThere: false, isInherited: false }),
  calls: ({ from, to }, { driveId, itemId, permissionId }) =>
    from.isThere && !to.isThere ? [change('microsoft-365:DeletePermission', { driveId, itemId, permissionId })] : [],
  facts: async (context, _, parameters) => {
    const found = await permissionOf(context, parameters);
    return { roles: found?.roles ?? [], linkScope: found?.link?.scope ?? '', linkType: found?.link?.type ?? '' };
  },
});

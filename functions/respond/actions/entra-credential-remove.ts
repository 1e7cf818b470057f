/** Removes one client secret of an application or service principal of Entra ID, the one that an attacker added; it cannot be taken back. */
import * as z from 'zod';
import type { ActionContext } from './action.ts';
import { readAs } from './aws.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { EntraTenant, entraTarget, ObjectId } from './entra.ts';
import { change } from './tenant.ts';

const Parameters = z.strictObject({
  tenant: EntraTenant,
  /** Where the secret is: the registration, or the service principal, where attackers hide it because the portal does not show it. */
  on: z.enum(['application', 'servicePrincipal']),
  objectId: ObjectId,
  keyId: ObjectId,
});
type Parameters = z.infer<typeof Parameters>;

const State = z.strictObject({ kind: z.enum(['secret', 'certificate', 'gone']) });
const GONE: z.infer<typeof State> = { kind: 'gone' };
const Credential = z.object({
  keyId: z.string(),
  displayName: z.string().nullish(),
  startDateTime: z.string().nullish(),
  endDateTime: z.string().nullish(),
});
const Holder = z.object({
  displayName: z.string(),
  passwordCredentials: z.array(Credential),
  keyCredentials: z.array(Credential),
});

const holderOf = (context: ActionContext, { on, objectId }: Parameters): Promise<z.infer<typeof Holder> | undefined> =>
  on === 'application'
    ? readAs(context, 'entra:GetApplicationCredentials', { parameters: { applicationId: objectId }, answer: Holder })
    : readAs(context, 'entra:GetServicePrincipalCredentials', { parameters: { servicePrincipalId: objectId }, answer: Holder });

export const entraCredentialRemove = defineChange({
  id: 'entra-credential-remove',
  provider: 'entra',
  title: { en: 'Remove a client secret of an application', ja: 'アプリケーションのクライアントシークレットを削除する' },
  does: {
    en: 'Removes this one client secret from the registration or from the service principal.',
    ja: 'アプリの登録またはサービスプリンシパルから、このクライアントシークレットだけを削除します。',
  },
  staysOpen: [
    {
      en: 'Certificates, federated credentials and other secrets stay: the plan lists those that are there.',
      ja: '証明書、フェデレーション資格情報、ほかのシークレットは残ります（計画に一覧があります）。',
    },
    {
      en: 'Access tokens that were got with it stay valid for about an hour. What uses the secret rightly stops at once.',
      ja: 'これで取得されたアクセストークンは約 1 時間有効です。正規の利用も直ちに止まります。',
    },
  ],
  undoes: { en: 'Nothing: a new secret must be made.', ja: '元に戻せません。新しいシークレットの作成が必要です。' },
  uses: [
    ...['entra:GetApplicationCredentials', 'entra:GetServicePrincipalCredentials'],
    ...['entra:RemoveApplicationPassword', 'entra:RemoveServicePrincipalPassword'],
  ],
  blastRadius: 1,
  approvalTier: 2,
  reversible: 'none',
  d3fend: countermeasure('D3-CR'),
  mitigation: 'M1018',
  parameters: Parameters,
  state: State,
  target: ({ tenant, on, objectId, keyId }) => entraTarget(tenant, `${on}s/${objectId}/credentials/${keyId}`, keyId),
  look: async (context, parameters): Promise<z.infer<typeof State> | undefined> => {
    const holder = await holderOf(context, parameters);
    if (holder === undefined) return undefined;
    const isIn = (all: { keyId: string }[]): boolean => all.some(({ keyId }) => keyId === parameters.keyId);
    if (isIn(holder.passwordCredentials)) return { kind: 'secret' };
    return { kind: isIn(holder.keyCredentials) ? 'certificate' : 'gone' };
  },
  refuses: ({ kind }) =>
    kind === 'certificate' ? ['it is a certificate: remove it in the portal, or disable the application'] : [],
  wanted: () => GONE,
  calls: ({ from, to }, { on, objectId, keyId }) => {
    if (from.kind !== 'secret' || to.kind !== 'gone') return [];
    return on === 'application'
      ? [change('entra:RemoveApplicationPassword', { applicationId: objectId, keyId })]
      : [change('entra:RemoveServicePrincipalPassword', { servicePrincipalId: objectId, keyId })];
  },
  facts: async (context, _, parameters) => {
    const holder = await holderOf(context, parameters);
    const told = (kind: string, all: z.infer<typeof Credential>[] = []) =>
      all.map(({ keyId, displayName, startDateTime, endDateTime }) => ({
        ...{ kind, keyId, name: displayName ?? '', from: startDateTime ?? '', until: endDateTime ?? '' },
      }));
    return { credentials: [...told('secret', holder?.passwordCredentials), ...told('certificate', holder?.keyCredentials)] };
  },
});

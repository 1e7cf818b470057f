/** Revokes what a Google Workspace user allowed an application; it cannot be taken back. */
import * as z from 'zod';
import type { ActionContext } from './action.ts';
import { readAs } from './aws.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { googleCautions, googleUserOf, googleUserTarget, type OfGoogleUser, ofGoogleUser } from './google.ts';
import { change } from './tenant.ts';

const Token = z.object({ clientId: z.string(), displayText: z.string().nullish(), scopes: z.array(z.string()).nullish() });
const Tokens = z.object({ items: z.array(Token).nullish() });

async function tokensOf(context: ActionContext, parameters: OfGoogleUser): Promise<z.infer<typeof Token>[] | undefined> {
  if ((await googleUserOf(context, parameters)) === undefined) return undefined;
  const { userKey } = parameters;
  return (await readAs(context, 'google-workspace:ListTokens', { parameters: { userKey }, answer: Tokens }))?.items ?? [];
}

export const googleWorkspaceTokenRevoke = defineChange({
  id: 'google-workspace-token-revoke',
  provider: 'google-workspace',
  title: {
    en: "Revoke an application's access to a Google Workspace user",
    ja: 'アプリケーションの Google ユーザーへのアクセスを取り消す',
  },
  does: {
    en: 'Deletes every token that the user issued to this application: its access to mail and files ends.',
    ja: 'ユーザーがこのアプリケーションに発行したトークンをすべて削除し、メールやファイルへのアクセスを終わらせます。',
  },
  staysOpen: [
    {
      en: 'What the application read already is read. The user can allow it again: block it in the API controls.',
      ja: 'すでに読み取られたものは戻りません。ユーザーは再び許可できるため、API の制御でブロックしてください。',
    },
    {
      en: 'Other applications keep their access: the plan lists them. One with domain-wide delegation needs no token of the user.',
      ja: 'ほかのアプリケーションのアクセスは残ります（計画に一覧があります）。ドメイン全体の委任を持つものはユーザーのトークンを必要としません。',
    },
  ],
  undoes: { en: 'Nothing: the user allows the application again.', ja: '元に戻せません。ユーザーが再び許可します。' },
  uses: ['google-workspace:GetUser', 'google-workspace:ListTokens', 'google-workspace:RevokeToken'],
  blastRadius: 1,
  approvalTier: 2,
  reversible: 'none',
  d3fend: countermeasure('D3-CR'),
  mitigation: 'M1018',
  parameters: z.strictObject({
    ...ofGoogleUser,
    clientId: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'an OAuth client id'),
  }),
  state: z.strictObject({ isThere: z.boolean() }),
  target: (parameters) => googleUserTarget(parameters, `/tokens/${parameters.clientId}`),
  look: async (context, parameters) => {
    const tokens = await tokensOf(context, parameters);
    return tokens && { isThere: tokens.some(({ clientId }) => clientId === parameters.clientId) };
  },
  wanted: () => ({ isThere: false }),
  calls: ({ from, to }, { userKey, clientId }) =>
    from.isThere && !to.isThere ? [change('google-workspace:RevokeToken', { userKey, clientId })] : [],
  cautions: (context, _, parameters) => googleCautions(context, parameters),
  facts: async (context, _, parameters) => ({
    applications: ((await tokensOf(context, parameters)) ?? []).map(({ clientId, displayText, scopes }) => ({
      ...{ clientId, name: displayText ?? '', scopes: scopes ?? [] },
    })),
  }),
});

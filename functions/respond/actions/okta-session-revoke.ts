/** Ends a user's Okta sessions and revokes the OAuth tokens; the System Log and the list of refresh tokens prove it. */
import * as z from 'zod';
import type { ActionContext } from './action.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { APP_SESSIONS_LIVE_ON, administratorCautions, appsOf, ofUser, TOKENS_LIVE_ON, userOf, userTarget } from './okta.ts';
import { change, Instant, readAll } from './tenant.ts';

const Parameters = z.strictObject({
  ...ofUser,
  /** Sessions and tokens from before this time must be gone. Constant from the plan to the proof. */
  since: Instant,
});
type Parameters = z.infer<typeof Parameters>;

const Client = z.object({ client_id: z.string(), client_name: z.string().optional() });
const RefreshToken = z.object({ id: z.string(), created: z.string() });
const LogEvent = z.object({ published: z.string() });

/** The clients that hold refresh tokens from before. */
async function clientsWithTokens(context: ActionContext, { userId, since }: Parameters): Promise<string[]> {
  const clients = (await readAll(context, 'okta:ListUserClients', { parameters: { userId }, item: Client })) ?? [];
  const holding: string[] = [];
  for (const { client_id: clientId, client_name: name } of clients) {
    const parameters = { userId, clientId };
    const tokens = (await readAll(context, 'okta:ListRefreshTokens', { parameters, item: RefreshToken })) ?? [];
    if (tokens.some(({ created }) => Date.parse(created) < Date.parse(since))) holding.push(name ?? clientId);
  }
  return holding.sort();
}

/** Okta lists no sessions: that they were cleared is told by its log alone. */
async function wasCleared(context: ActionContext, { userId, since }: Parameters): Promise<boolean> {
  const filter = `eventType eq "user.session.clear" and target.id eq "${userId}"`;
  const until = new Date(context.nowMs).toISOString();
  if (until < new Date(since).toISOString()) return false;
  const events = await readAll(context, 'okta:ListLogEvents', { parameters: { since, until, filter }, item: LogEvent });
  return (events ?? []).some(({ published }) => Date.parse(published) >= Date.parse(since));
}

export const oktaSessionRevoke = defineChange({
  id: 'okta-session-revoke',
  provider: 'okta',
  title: { en: "Revoke an Okta user's sessions and tokens", ja: 'Okta ユーザーのセッションとトークンを失効させる' },
  does: {
    en: 'Ends every session of the user at Okta and revokes the OAuth refresh and access tokens (oauthTokens=true).',
    ja: 'Okta でのユーザーの全セッションを終了し、OAuth のリフレッシュトークンとアクセストークンを失効させます（oauthTokens=true）。',
  },
  staysOpen: [
    TOKENS_LIVE_ON,
    APP_SESSIONS_LIVE_ON,
    {
      en: 'Whoever has the password and a factor signs in again: suspend the user too.',
      ja: 'パスワードと認証要素を持つ者は再びサインインできます。ユーザーの停止も検討してください。',
    },
  ],
  undoes: {
    en: 'Nothing: the user signs in again.',
    ja: '元に戻すものはありません。ユーザーは再度サインインします。',
  },
  uses: [
    ...['okta:GetUser', 'okta:ListUserRoles', 'okta:ListUserClients', 'okta:ListRefreshTokens', 'okta:ListLogEvents'],
    ...['okta:ListAppLinks', 'okta:RevokeUserSessions'],
  ],
  blastRadius: 2,
  approvalTier: 1,
  reversible: 'none',
  d3fend: countermeasure('D3-ST'),
  mitigation: 'M1018',
  parameters: Parameters,
  // Coarse, because whoever is at it mints tokens while people think.
  state: z.strictObject({ isOver: z.boolean() }),
  target: (parameters) => userTarget(parameters, '/sessions'),
  look: async (context, parameters) => {
    if ((await userOf(context, parameters)) === undefined) return undefined;
    const isCleared = await wasCleared(context, parameters);
    return { isOver: isCleared && (await clientsWithTokens(context, parameters)).length === 0 };
  },
  wanted: () => ({ isOver: true }),
  calls: ({ from, to }, { userId }) => (to.isOver && !from.isOver ? [change('okta:RevokeUserSessions', { userId })] : []),
  cautions: (context, _, parameters) => administratorCautions(context, parameters),
  facts: async (context, _, parameters) => ({
    refreshTokensOf: await clientsWithTokens(context, parameters),
    appsThatStaySignedIn: await appsOf(context, parameters),
  }),
});

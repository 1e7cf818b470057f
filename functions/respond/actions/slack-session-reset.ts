/** Ends every Slack session of a user on an Enterprise organization; the list of sessions proves it. */
import * as z from 'zod';
import { readAs } from './aws.ts';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { ofSlackUser, SlackTeamId, slackUserTarget } from './slack.ts';
import { change } from './tenant.ts';

const Sessions = z.object({ active_sessions: z.array(z.object({ session_id: z.number() })).nullish() });

export const slackSessionReset = defineChange({
  id: 'slack-session-reset',
  provider: 'slack',
  title: { en: "Reset a Slack user's sessions", ja: 'Slack ユーザーのセッションをリセットする' },
  does: {
    en: 'Signs the user out on every device and in every browser.',
    ja: 'すべての端末とブラウザーからサインアウトさせます。',
  },
  staysOpen: [
    {
      en: 'Tokens of apps and of legacy integrations stay. Whoever can sign in by the identity provider signs in again: contain the account there.',
      ja: 'アプリや旧式の連携のトークンは残ります。ID プロバイダーでサインインできる者は再び入れるため、そちらでアカウントを封じ込めてください。',
    },
  ],
  undoes: { en: 'Nothing: the user signs in again.', ja: '元に戻すものはありません。ユーザーは再度サインインします。' },
  uses: ['slack:ListSessions', 'slack:ResetSessions'],
  blastRadius: 2,
  approvalTier: 1,
  reversible: 'none',
  d3fend: countermeasure('D3-ST'),
  mitigation: 'M1018',
  parameters: z.strictObject({ ...ofSlackUser, teamId: SlackTeamId }),
  state: z.strictObject({ isOver: z.boolean() }),
  target: (parameters) => slackUserTarget(parameters, '/sessions'),
  look: async (context, { userId, teamId }) => {
    const parameters = { user_id: userId, team_id: teamId };
    const found = await readAs(context, 'slack:ListSessions', { parameters, answer: Sessions });
    return found && { isOver: (found.active_sessions ?? []).length === 0 };
  },
  wanted: () => ({ isOver: true }),
  calls: ({ from, to }, { userId }) => (to.isOver && !from.isOver ? [change('slack:ResetSessions', { user_id: userId })] : []),
});

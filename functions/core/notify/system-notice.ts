/** Turns questions to people and findings about the SOC itself into notices. */
import type { Approval } from '../approval.ts';
import type { Tlp } from '../case/marking.ts';
import { type Finding, RULE_ERROR } from '../finding.ts';
import type { LocalText } from '../text.ts';
import type { Notice } from './notice.ts';

const both = (text: string): LocalText => ({ en: text, ja: text });
/** What is known of the incident that a notice is about. */
type Matter = Pick<Notice, 'severity' | 'tlp' | 'title'>;

/** What a case of unknown marking is taken for. */
export const DEFAULT_TLP: Tlp = 'AMBER';

/** A plan waits for people: which, what it may do at most, who asked, until when. Undefined where nobody is asked any more. */
export function approvalNotice(approval: Approval, matter: Matter | undefined): Notice | undefined {
  const { approvalId, incidentId, playbook, tier, needed, requester, createdAtMs, expiresAtMs, status } = approval;
  if (status !== 'pending') return undefined;
  const until = new Date(expiresAtMs).toISOString().slice(0, 16).replace('T', ' ');
  return {
    kind: 'approval_asked',
    subject: incidentId,
    changeId: approvalId,
    severity: matter?.severity ?? 'high',
    tlp: matter?.tlp ?? DEFAULT_TLP,
    atMs: createdAtMs,
    title: matter?.title ?? both(incidentId),
    change: {
      en: `${playbook} waits for ${needed} ${needed === 1 ? 'person' : 'persons'} until ${until} UTC`,
      ja: `${playbook} は ${until} UTC まで ${needed} 名の承認待ち`,
    },
    facts: [
      { name: { en: 'Asked by', ja: '依頼者' }, value: both(requester) },
      { name: { en: 'Tier', ja: '承認段階' }, value: both(String(tier)) },
      { name: { en: 'Approval', ja: '承認 ID' }, value: both(approvalId) },
    ],
    people: [],
    approvalId,
  };
}

/** A finding that is about the SOC itself. Undefined for all others: those reach people as incidents. */
export function findingNotice({ ruleId, uid, level, timeMs, title, summary, dedupKey }: Finding): Notice | undefined {
  if (ruleId !== RULE_ERROR) return undefined;
  const failing = dedupKey.slice(dedupKey.indexOf('|') + 1);
  return {
    kind: 'rule_error',
    subject: `rule ${failing}`.slice(0, 200),
    changeId: uid,
    severity: level,
    tlp: DEFAULT_TLP,
    atMs: timeMs,
    title: both(title),
    change: both(summary),
    facts: [],
    people: [],
  };
}

/** A source that used to send and does not. */
export function silentNotice({ source, lastMs, atMs }: { source: string; lastMs: number; atMs: number }): Notice {
  const last = new Date(lastMs).toISOString().slice(0, 16).replace('T', ' ');
  return {
    kind: 'source_silent',
    subject: `source ${source}`,
    changeId: String(lastMs),
    severity: 'high',
    tlp: DEFAULT_TLP,
    atMs,
    title: both(source),
    change: {
      en: `Nothing came in since ${last} UTC. What it would have shown is not seen.`,
      ja: `${last} UTC 以降ログが届いていません。この間の事象は検知できません。`,
    },
    facts: [],
    people: [],
  };
}

/** What `yagura notify test` sends. */
export const testNotice = (atMs: number): Notice => ({
  kind: 'test',
  subject: 'test',
  changeId: String(atMs),
  severity: 'low',
  tlp: 'CLEAR',
  atMs,
  title: { en: 'This channel works', ja: 'このチャネルは動作しています' },
  change: { en: 'Somebody tried it with yagura notify test.', ja: 'yagura notify test による送信です。' },
  facts: [],
  people: [],
});

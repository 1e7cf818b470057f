/** Turns an event of a case into one line for people: the responders' timeline, hand-overs, and what a conflict was about. */
import type { LocalText } from '../text.ts';
import { VERDICT_WORDS } from '../verdict.ts';
import type { CaseEvent, CaseEventData, CaseEventKind } from './event.ts';
import { IMPACT_WORDS, ROOT_CAUSE_WORDS } from './judgement.ts';
import { STATUS_WORDS } from './lifecycle.ts';

type Words<Kind extends CaseEventKind> = (data: CaseEventData<Kind>) => LocalText;

const same = (en: string, ja: string): LocalText => ({ en, ja });
const because = ({ en, ja }: LocalText, reason: string): LocalText =>
  reason === '' ? { en, ja } : { en: `${en}: ${reason}`, ja: `${ja}: ${reason}` };
const nobody = (who: string | null): LocalText => ({ en: who ?? 'nobody', ja: who ?? '担当なし' });
const clock = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const grown =
  (en: string, ja: string) =>
  ({ alertsAdded, alertsRemoved, severity, severityBefore }: CaseEventData<'updated'>): LocalText => {
    const isChanged = severityBefore !== null && severityBefore !== severity;
    const gone = alertsRemoved.length;
    return {
      en: `${en}: ${alertsAdded.length} ${alertsAdded.length === 1 ? 'alert' : 'alerts'} more${gone === 0 ? '' : `, ${gone} gone`}, severity ${isChanged ? `${severityBefore} → ` : ''}${severity}`,
      ja: `${ja}: アラート ${alertsAdded.length} 件追加${gone === 0 ? '' : `、${gone} 件除外`}、深刻度 ${isChanged ? `${severityBefore} → ` : ''}${severity}`,
    };
  };

const WORDS: { [Kind in CaseEventKind]: Words<Kind> } = {
  opened: grown('opened', '起票'),
  updated: grown('the incident changed', 'インシデント更新'),
  merged: ({ mergedInto }) => same(`correlation merged it into ${mergedInto}`, `相関により ${mergedInto} に統合`),
  dissolved: () => same('the incident does not stand any more', 'インシデントは成立しなくなりました'),
  response: ({ runId, outcome }) => same(`response ${runId} ended: ${outcome}`, `対応 ${runId} 終了: ${outcome}`),
  acknowledged: () => same('acknowledged', '確認'),
  assigned: ({ to, reason }) => because(same(`assigned to ${nobody(to).en}`, `担当: ${nobody(to).ja}`), reason),
  watched: ({ who }) => same(`${who} watches`, `${who} がウォッチ`),
  unwatched: ({ who }) => same(`${who} watches no more`, `${who} がウォッチ解除`),
  commented: ({ text }) => same(`comment: ${text}`, `コメント: ${text}`),
  task_added: ({ taskId, title }) => ({ en: `task ${taskId} added: ${title.en}`, ja: `タスク ${taskId} 追加: ${title.ja}` }),
  task_completed: ({ taskId, result, note }) =>
    because(same(`task ${taskId} ${result}`, `タスク ${taskId} ${result === 'done' ? '完了' : 'スキップ'}`), note),
  status_changed: ({ from, to, reason }) =>
    because(
      {
        en: `status ${STATUS_WORDS[from].en} → ${STATUS_WORDS[to].en}`,
        ja: `状態 ${STATUS_WORDS[from].ja} → ${STATUS_WORDS[to].ja}`,
      },
      reason,
    ),
  verdict_set: ({ verdict, impact, rootCause, reason }) =>
    because(
      {
        en: `verdict ${VERDICT_WORDS[verdict].en}, ${IMPACT_WORDS[impact].en}, root cause ${ROOT_CAUSE_WORDS[rootCause].en}`,
        ja: `判定 ${VERDICT_WORDS[verdict].ja}、${IMPACT_WORDS[impact].ja}、根本原因 ${ROOT_CAUSE_WORDS[rootCause].ja}`,
      },
      reason,
    ),
  severity_set: ({ from, to, reason }) => because(same(`severity ${from} → ${to}`, `深刻度 ${from} → ${to}`), reason),
  asset_tier_set: ({ from, to, reason }) =>
    because(same(`asset tier ${from ?? 'unknown'} → ${to}`, `資産ティア ${from ?? '不明'} → ${to}`), reason),
  marking_set: ({ tlp, pap, reason }) => because(same(`TLP:${tlp} PAP:${pap}`, `TLP:${tlp} PAP:${pap}`), reason),
  linked: ({ to, relation, reason }) => because(same(`linked to ${to} (${relation})`, `${to} とリンク (${relation})`), reason),
  unlinked: ({ to, relation, reason }) =>
    because(same(`link to ${to} (${relation}) removed`, `${to} とのリンク (${relation}) を解除`), reason),
  joined: ({ into, reason }) => because(same(`merged into ${into}`, `${into} に統合`), reason),
  separated: ({ from, reason }) => because(same(`taken out of ${from} again`, `${from} から分離`), reason),
  absorbed: ({ caseId, reason }) => because(same(`${caseId} was merged into this case`, `${caseId} をこのケースに統合`), reason),
  released: ({ caseId, reason }) => because(same(`${caseId} stands alone again`, `${caseId} を分離`), reason),
  member_grew: ({ caseId, alertCount, severity }) =>
    same(
      `${caseId} has ${alertCount} alerts now, severity ${severity}`,
      `${caseId} のアラートは ${alertCount} 件、深刻度 ${severity}`,
    ),
  escalated: ({ from, to, reason }) =>
    because(same(`escalated from ${from} to ${to}`, `${from} から ${to} へエスカレーション`), reason),
  paused: ({ reason, waitingFor }) => because(same(`paused, waiting for ${waitingFor}`, `一時停止 (${waitingFor} 待ち)`), reason),
  resumed: ({ reason }) => because(same('resumed', '再開'), reason),
  evidence_added: ({ evidenceId, name, sha256 }) =>
    same(
      `evidence ${evidenceId}: ${name} (SHA-256 ${sha256.slice(0, 12)}…)`,
      `証拠 ${evidenceId}: ${name} (SHA-256 ${sha256.slice(0, 12)}…)`,
    ),
  custody_recorded: ({ evidenceId, action, to, note }) =>
    because(
      same(
        `evidence ${evidenceId} ${action}${to === null ? '' : ` to ${to}`}`,
        `証拠 ${evidenceId} ${action}${to === null ? '' : ` → ${to}`}`,
      ),
      note,
    ),
  observable_added: ({ observableId, type, value }) =>
    same(`observable ${observableId}: ${type} ${value}`, `観測値 ${observableId}: ${type} ${value}`),
  sighting_added: ({ observableId, seenAtMs, source }) =>
    because(same(`${observableId} seen at ${clock(seenAtMs)}`, `${observableId} を ${clock(seenAtMs)} に観測`), source),
  timeline_entry_added: ({ occurredAtMs, text }) => same(`${clock(occurredAtMs)}: ${text}`, `${clock(occurredAtMs)}: ${text}`),
  close_proposed: ({ reason }) => because(same('closing proposed', 'クローズ提案'), reason),
  close_rejected: ({ reason }) => because(same('closing rejected', 'クローズ却下'), reason),
  closed: ({ reason, proposedBy }) =>
    because(
      proposedBy === null
        ? same('closed', 'クローズ')
        : same(`closed, as ${proposedBy} proposed`, `クローズ (提案者 ${proposedBy})`),
      reason,
    ),
  reopened: ({ reason }) => because(same('reopened', '再オープン'), reason),
  work_started: () => same('began work', '作業開始'),
  work_stopped: () => same('stopped work', '作業終了'),
  work_logged: ({ startMs, stopMs, note }) =>
    because(
      same(`${Math.round((stopMs - startMs) / 60_000)} min of work`, `作業 ${Math.round((stopMs - startMs) / 60_000)} 分`),
      note,
    ),
  timestamp_recorded: ({ name, occurredAtMs, before, reason }) =>
    because(
      same(
        `${name}: ${clock(occurredAtMs)}${before === null ? '' : ` (was ${clock(before)})`}`,
        `${name}: ${clock(occurredAtMs)}${before === null ? '' : ` (以前は ${clock(before)})`}`,
      ),
      reason,
    ),
  sla_alarmed: ({ clock: name, percent, dueMs }) =>
    percent >= 100
      ? same(`SLA breached: ${name} was due ${clock(dueMs)}`, `SLA 超過: ${name} 期限 ${clock(dueMs)}`)
      : same(`SLA ${percent} %: ${name} is due ${clock(dueMs)}`, `SLA ${percent} %: ${name} 期限 ${clock(dueMs)}`),
  exported: ({ recipient, clearance, redactedCount }) =>
    same(
      `exported for ${recipient} (TLP:${clearance}), ${redactedCount} redacted`,
      `${recipient} 向けに出力 (TLP:${clearance})、${redactedCount} 件を伏せ字`,
    ),
};

/** What happened, without who and when. Holds what people and logs wrote: escape it where it is shown. */
export function eventText(event: CaseEvent): LocalText {
  const words = WORDS[event.kind] as Words<CaseEventKind>;
  return words(event.data);
}

/** Turns an event of a case into what people are told of it, or into nothing. */
import type { CaseEvent, CaseEventData } from '../case/event.ts';
import { isEnded } from '../case/lifecycle.ts';
import { stricterTlp, type Tlp } from '../case/marking.ts';
import type { CaseState } from '../case/state.ts';
import { levelRank } from '../finding.ts';
import type { LocalText } from '../text.ts';
import type { Notice, NoticeKind } from './notice.ts';
import { LEVEL_WORDS } from './words.ts';

interface Told {
  kind: NoticeKind;
  change: LocalText;
  people?: string[];
  /** Stricter than the case. */
  tlp?: Tlp;
  facts?: Notice['facts'];
  /** Where the same thing may be said by several events. Default: the event's number. */
  changeId?: string;
}

/** From this part of a clock's time on people are told that it runs out. */
const DUE_PERCENT = 75;

/**
 * What the event is to people. `state`: the case as it is after it, which is what they will find when they look.
 */
export function caseNotices(event: CaseEvent, state: CaseState): Notice[] {
  const told = toldOf(event, state);
  if (told === undefined) return [];
  const people = (told.people ?? []).filter((who) => who !== event.actor);
  return [
    {
      kind: told.kind,
      subject: event.incidentId,
      changeId: told.changeId ?? `${event.seq}`,
      severity: state.severity,
      tlp: told.tlp === undefined ? state.tlp : stricterTlp(state.tlp, told.tlp),
      atMs: event.atMs,
      title: state.title,
      change: told.change,
      facts: [...(told.facts ?? []), ...factsOf(state)],
      people,
    },
  ];
}

const both = (text: string): LocalText => ({ en: text, ja: text });

function factsOf({ owner, alertIds, tactics }: CaseState): Notice['facts'] {
  return [
    { name: { en: 'Alerts', ja: 'アラート数' }, value: both(String(alertIds.length)) },
    ...(tactics.length === 0 ? [] : [{ name: { en: 'ATT&CK', ja: 'ATT&CK' }, value: both(tactics.join(' → ')) }]),
    { name: { en: 'Owner', ja: '担当者' }, value: owner === null ? { en: 'nobody yet', ja: '未割り当て' } : both(owner) },
  ];
}

const because = (reason: string): string => (reason === '' ? '' : `: ${reason}`);

function toldOf(event: CaseEvent, state: CaseState): Told | undefined {
  const { actor } = event;
  switch (event.kind) {
    case 'opened':
      return { kind: 'incident_opened', change: counted(event.data) };
    case 'updated':
      return isEnded(state.status) ? undefined : grown(event.data);
    case 'member_grew':
      return {
        kind: 'incident_grew',
        change: {
          en: `${event.data.caseId}, merged into it, has ${event.data.alertCount} alerts now`,
          ja: `統合済みの ${event.data.caseId} のアラートは現在 ${event.data.alertCount} 件`,
        },
      };
    case 'severity_set':
      return levelRank(event.data.to) > levelRank(event.data.from) ? raised(event.data, actor) : undefined;
    case 'merged':
    case 'joined':
      return { kind: 'incident_merged', change: mergedInto(event.kind === 'joined' ? event.data.into : state.mergedInto) };
    case 'dissolved':
      return {
        kind: 'incident_closed',
        change: { en: 'Its alerts belong to other incidents now', ja: 'アラートは別のインシデントに移動しました' },
      };
    case 'closed':
      return {
        kind: 'incident_closed',
        change: { en: `${actor} closed it${because(event.data.reason)}`, ja: `${actor} が完了${because(event.data.reason)}` },
      };
    case 'reopened':
      return {
        kind: 'incident_opened',
        change: { en: `Reopened by ${actor}: ${event.data.reason}`, ja: `${actor} が再開: ${event.data.reason}` },
      };
    default:
      return work(event, state);
  }
}

/** What people do, and what runs while they do not. */
function work(event: CaseEvent, state: CaseState): Told | undefined {
  const { actor } = event;
  switch (event.kind) {
    case 'acknowledged':
      return { kind: 'assigned', change: { en: `${actor} looks at it`, ja: `${actor} が確認中` } };
    case 'assigned': {
      const { to, reason } = event.data;
      if (to === null) return undefined;
      const change = { en: `${actor} gave it to ${to}${because(reason)}`, ja: `${actor} が ${to} に割り当て${because(reason)}` };
      return { kind: 'assigned', change, people: [to] };
    }
    case 'commented': {
      const { mentions, text, tlp } = event.data;
      if (mentions.length === 0) return undefined;
      const change = { en: `${actor} wrote: ${text}`, ja: `${actor} のコメント: ${text}` };
      return { kind: 'mentioned', change, people: mentions, ...(tlp === null ? {} : { tlp }) };
    }
    case 'escalated': {
      const { to, reason } = event.data;
      return { kind: 'escalated', change: { en: `To ${to}${because(reason)}`, ja: `${to} へ${because(reason)}` } };
    }
    case 'sla_alarmed':
      return clock(event.data, state);
    case 'close_proposed': {
      const { reason } = event.data;
      const change = { en: `${actor} proposes to close it: ${reason}`, ja: `${actor} が完了を提案: ${reason}` };
      return { kind: 'approval_asked', change };
    }
    case 'response':
      return response(event.data);
    default:
      return undefined;
  }
}

type IncidentData = CaseEventData<'opened'>;

const counted = ({ alertsAdded, eventCount }: IncidentData): LocalText => ({
  en: `${alertsAdded.length} alerts of ${eventCount} events`,
  ja: `アラート ${alertsAdded.length} 件、イベント ${eventCount} 件`,
});

function grown(data: IncidentData): Told | undefined {
  const { severity, severityBefore, alertsAdded } = data;
  if (severityBefore !== null && levelRank(severity) > levelRank(severityBefore))
    return raised({ from: severityBefore, to: severity }, undefined);
  if (alertsAdded.length === 0) return undefined;
  const count = alertsAdded.length;
  return { kind: 'incident_grew', change: { en: `${count} alerts more`, ja: `アラート ${count} 件追加` } };
}

function raised({ from, to }: { from: IncidentData['severity']; to: IncidentData['severity'] }, by: string | undefined): Told {
  const en = `From ${LEVEL_WORDS[from].en} to ${LEVEL_WORDS[to].en}`;
  const ja = `${LEVEL_WORDS[from].ja} → ${LEVEL_WORDS[to].ja}`;
  const change = by === undefined ? { en, ja } : { en: `${en}, by ${by}`, ja: `${ja}（${by}）` };
  return { kind: 'severity_raised', change };
}

const mergedInto = (id: string | null): LocalText =>
  id === null
    ? { en: 'It is part of another incident now', ja: '別のインシデントに統合されました' }
    : { en: `It is part of ${id} now`, ja: `${id} に統合されました` };

const CLOCK_WORDS: Readonly<Record<CaseEventData<'sla_alarmed'>['clock'], LocalText>> = {
  acknowledge: { en: 'first look', ja: '初動確認' },
  escalate: { en: 'escalation', ja: 'エスカレーション' },
  contain: { en: 'containment', ja: '封じ込め' },
  resolve: { en: 'resolution', ja: '解決' },
};

function clock({ clock: name, percent, dueMs, priority }: CaseEventData<'sla_alarmed'>, { owner }: CaseState): Told | undefined {
  if (percent < DUE_PERCENT) return undefined;
  const due = new Date(dueMs).toISOString().slice(0, 16).replace('T', ' ');
  const words = CLOCK_WORDS[name];
  return {
    kind: percent >= 100 ? 'sla_breached' : 'sla_due',
    changeId: `${name} ${percent} ${dueMs}`,
    change: {
      en: `${priority} ${words.en}: ${percent} % of its time is gone, due ${due} UTC`,
      ja: `${priority} ${words.ja}: 期限まで ${percent} % 経過、期限 ${due} UTC`,
    },
    people: owner === null ? [] : [owner],
  };
}

const OUTCOME_WORDS: Readonly<Record<string, LocalText>> = {
  done: { en: 'done', ja: '完了' },
  rejected: { en: 'rejected', ja: '却下' },
  expired: { en: 'nobody approved it in time', ja: '承認期限切れ' },
  failed: { en: 'FAILED', ja: '失敗' },
  undone: { en: 'undone', ja: '取り消し済み' },
};

function response({ runId, outcome, playbook }: CaseEventData<'response'>): Told {
  const words = OUTCOME_WORDS[outcome] ?? both(outcome);
  const name = playbook ?? runId;
  return {
    kind: 'response_ended',
    changeId: `${runId} ${outcome}`,
    change: { en: `${name}: ${words.en}`, ja: `${name}: ${words.ja}` },
  };
}

/** A case → the page that an analyst works from: clocks, what next, the incident, tasks, notes, and what was done. */

import type { CaseEvent } from '../functions/core/case/event.ts';
import { eventText } from '../functions/core/case/event-text.ts';
import { IMPACT_WORDS, ROOT_CAUSE_WORDS } from '../functions/core/case/judgement.ts';
import { PHASE_OF, PHASE_WORDS, STATUS_WORDS, TRANSITIONS } from '../functions/core/case/lifecycle.ts';
import { nextAction } from '../functions/core/case/next-action.ts';
import type { CasePolicy } from '../functions/core/case/policy.ts';
import { priorityUnder, type SlaClock, slaClocks } from '../functions/core/case/sla.ts';
import { spanText, utcMinute } from '../functions/core/case/span.ts';
import type { CaseState } from '../functions/core/case/state.ts';
import { attackerTimeline, responderTimeline } from '../functions/core/case/timelines.ts';
import { safeText } from '../functions/core/terminal-text.ts';
import type { Locale, LocalText } from '../functions/core/text.ts';
import { VERDICT_WORDS } from '../functions/core/verdict.ts';

export interface PageOptions {
  policy: CasePolicy;
  locale: Locale;
  nowMs: number;
  /** Lines of the responders' timeline before `… earlier`. */
  maxEvents: number;
}

const WORDS = {
  case: { en: 'Case', ja: 'ケース' },
  owner: { en: 'owner', ja: '担当' },
  nobody: { en: 'nobody', ja: 'なし' },
  watched: { en: 'watched by', ja: 'ウォッチ' },
  verdict: { en: 'Verdict', ja: '判定' },
  clocks: { en: 'Clocks', ja: 'SLA' },
  next: { en: 'Next', ja: '次' },
  may: { en: 'may become', ja: '移行先' },
  tasks: { en: 'Tasks', ja: 'タスク' },
  observables: { en: 'Observables', ja: '観測値' },
  evidence: { en: 'Evidence kept', ja: '保全した証拠' },
  attacker: { en: 'What the attacker did, as people added it (UTC)', ja: '攻撃者の行動(手動追加、UTC)' },
  links: { en: 'Links', ja: 'リンク' },
  done: { en: 'What was done (UTC)', ja: '対応の経過 (UTC)' },
  earlier: { en: 'earlier: yagura case history', ja: '件は yagura case history で' },
  paused: { en: 'paused, waiting for', ja: '一時停止中、待ち先:' },
  gone: {
    en: 'correlation knows this incident no more; its alerts are elsewhere',
    ja: 'このインシデントは相関上は存在せず、アラートは別にあります',
  },
  repeats: { en: 'alerts since it was closed, of what was judged already', ja: '件のアラートがクローズ後に再発(判定済みの内容)' },
} as const satisfies Record<string, LocalText>;

const CLOCK_WORDS: Readonly<Record<SlaClock['clock'], LocalText>> = {
  acknowledge: { en: 'acknowledge', ja: '確認' },
  escalate: { en: 'escalate', ja: 'エスカレーション' },
  contain: { en: 'contain', ja: '封じ込め' },
  resolve: { en: 'resolve', ja: '解決' },
};

/** Above the incident: what the case is and what is to be done. */
export function casePage(state: CaseState, { policy, locale, nowMs }: PageOptions): string {
  const say = (words: LocalText): string => words[locale];
  const { status, owner, tier, tlp, pap, verdict, watchers } = state;
  const lines = [
    `${say(WORDS.case)} ${state.incidentId}  ${priorityUnder(state, policy)}  ${state.severity}  ${say(STATUS_WORDS[status])} (${say(PHASE_WORDS[PHASE_OF[status]])})  TLP:${tlp} PAP:${pap}  #${state.seq}`,
    `${say(WORDS.owner)}: ${owner ?? say(WORDS.nobody)}, ${tier}${watchers.length === 0 ? '' : `; ${say(WORDS.watched)} ${watchers.join(', ')}`}`,
  ];
  if (verdict !== null)
    lines.push(
      `${say(WORDS.verdict)}: ${say(VERDICT_WORDS[verdict.verdict])}, ${say(IMPACT_WORDS[verdict.impact])}, ${say(ROOT_CAUSE_WORDS[verdict.rootCause])} — ${safeText(verdict.by, 64)}: ${safeText(verdict.reason, 300)}`,
    );
  const clocks = slaClocks(state, policy, nowMs).map((clock) => clockText(clock, locale));
  if (clocks.length > 0) lines.push(`${say(WORDS.clocks)}: ${clocks.join('  ')}`);
  const pause = state.pauses.find(({ toMs }) => toMs === null);
  if (pause !== undefined) lines.push(`${say(WORDS.paused)} ${safeText(pause.waitingFor, 100)}: ${safeText(pause.reason, 200)}`);
  if (state.isIncidentGone) lines.push(say(WORDS.gone));
  if (state.repeatCount > 0) lines.push(`${state.repeatCount} ${say(WORDS.repeats)}`);
  lines.push(`${say(WORDS.next)}: ${safeText(say(nextAction(state)), 300)}`);
  const may = TRANSITIONS[status];
  if (may.length > 0) lines.push(`${say(WORDS.may)}: ${may.join(', ')}`);
  return lines.join('\n');
}

export function clockText({ clock, metMs, dueMs, leftMs, isBreached, isCancelled, isPaused }: SlaClock, locale: Locale): string {
  const name = CLOCK_WORDS[clock][locale];
  if (isCancelled) return `${name} –`;
  if (metMs !== null) return `${name} ${isBreached ? `✗ ${spanText(metMs - dueMs)}` : '✓'}`;
  return `${name} ${spanText(leftMs)}${isBreached ? '!' : ''}${isPaused ? ' ⏸' : ''}`;
}

/** Below the incident: what people wrote and did. */
export function caseNotes(state: CaseState, events: readonly CaseEvent[], { locale, nowMs, maxEvents }: PageOptions): string {
  const say = (words: LocalText): string => words[locale];
  const section = (title: LocalText, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', say(title), ...lines.map((line) => `  ${line}`)];
  const moments = responderTimeline(events);
  const shown = moments.slice(-maxEvents);
  const hidden = moments.length - shown.length;
  return [
    ...section(WORDS.tasks, taskLines(state, locale, nowMs)),
    ...section(
      WORDS.observables,
      state.observables.map(
        ({ observableId, type, value, note, sightings, tlp }) =>
          `${observableId}  ${type} ${safeText(value, 200)}${sightings.length === 0 ? '' : `  ×${sightings.length + 1}`}${tlp === null ? '' : `  TLP:${tlp}`}  ${safeText(note, 200)}`,
      ),
    ),
    ...section(
      WORDS.evidence,
      state.evidence.map(
        ({ evidenceId, name, sha256, sizeBytes, custody }) =>
          `${evidenceId}  ${safeText(name, 100)}  ${sizeBytes} B  SHA-256 ${sha256}  ${custody.length > 0 ? (custody.at(-1)?.action ?? '') : ''}`,
      ),
    ),
    ...section(
      WORDS.attacker,
      attackerTimeline(state, []).map(
        ({ timeMs, by, text }) => `${utcMinute(timeMs)}  ${safeText(by ?? '', 64)}: ${safeText(text, 600)}`,
      ),
    ),
    ...section(WORDS.links, linkLines(state)),
    ...section(WORDS.done, [
      ...(hidden > 0 ? [`… ${hidden} ${say(WORDS.earlier)}`] : []),
      ...shown.map(({ timeMs, who, text }) => `${utcMinute(timeMs)}  ${safeText(who, 64)}: ${safeText(text[locale], 600)}`),
    ]),
  ].join('\n');
}

export function taskLines({ tasks }: CaseState, locale: Locale, nowMs: number): string[] {
  const open = new Set(tasks.filter(({ result }) => result === null).map(({ taskId }) => taskId));
  return tasks.map(({ taskId, title, result, dependsOn, dueMs, assignee, required, doneBy, phase }) => {
    const mark = result === 'done' ? '✓' : result === 'skipped' ? '–' : '○';
    const waits = dependsOn.filter((id) => open.has(id));
    const due = result === null && dueMs !== null ? `  ${spanText(dueMs - nowMs)}${dueMs < nowMs ? '!' : ''}` : '';
    const notes = [
      result === null && waits.length > 0 ? `← ${waits.join(', ')}` : '',
      assignee === null ? '' : `@${assignee}`,
      result === null && required !== 'never' ? (required === 'always' ? '*' : '* TP') : '',
      doneBy ?? '',
    ].filter((text) => text !== '');
    return `${mark} ${taskId}  [${PHASE_WORDS[phase][locale]}] ${safeText(title[locale], 300)}${due}${notes.length === 0 ? '' : `  ${safeText(notes.join('  '), 120)}`}`;
  });
}

const linkLines = ({ links, absorbed, mergedInto }: CaseState): string[] => [
  ...(mergedInto === null ? [] : [`→ ${mergedInto}`]),
  ...absorbed.map(({ caseId, by }) => `← ${caseId} (${by})`),
  ...links.map(({ to, relation }) => `${relation} ${to}`),
];

/** One line an event, with its number. */
export const historyLines = (events: readonly CaseEvent[], locale: Locale): string[] =>
  events.map(
    (event) =>
      `${String(event.seq).padStart(4)}  ${utcMinute(event.atMs)}  ${safeText(event.actor, 64)}: ${safeText(eventText(event)[locale], 600)}`,
  );

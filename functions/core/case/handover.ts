/** The open cases of a SOC and what happened in a shift → the note that the next shift reads, English or Japanese, in Markdown. */
import type { Locale, LocalText } from '../text.ts';
import { VERDICT_SHORT } from '../verdict.ts';
import { markdownText } from './export-text.ts';
import { STATUS_WORDS } from './lifecycle.ts';
import { nextAction, nextTask } from './next-action.ts';
import type { CasePolicy } from './policy.ts';
import { burning, priorityUnder, slaClocks } from './sla.ts';
import { spanText, utcMinute } from './span.ts';
import type { CaseState } from './state.ts';

export interface HandoverInput {
  policy: CasePolicy;
  locale: Locale;
  fromMs: number;
  /** Now, or when the shift ends. */
  toMs: number;
  outgoing: readonly string[];
  incoming: readonly string[];
  open: readonly CaseState[];
  /** Cases that ended in the shift. */
  ended: readonly CaseState[];
  /** Responses that wait for a person. */
  approvals: readonly { id: string; incidentId: string; what: string }[];
  /** What the outgoing lead wants to say. */
  note: string;
}

const WORDS = {
  title: { en: 'Shift hand-over', ja: 'シフト引き継ぎ' },
  outgoing: { en: 'Outgoing', ja: '引き継ぎ元' },
  incoming: { en: 'Incoming', ja: '引き継ぎ先' },
  nobody: { en: 'not on the roster', ja: 'ロスター未登録' },
  numbers: { en: 'In this shift', ja: 'このシフト' },
  active: { en: 'Active cases, what burns first', ja: '対応中のケース(期限順)' },
  waiting: { en: 'Waiting for others', ja: '外部待ち' },
  approvals: { en: 'Approvals that wait for a person', ja: '承認待ち' },
  tasks: { en: 'Tasks due in the next 12 hours, or overdue', ja: '12 時間以内に期限を迎える、または超過したタスク' },
  ended: { en: 'Closed in this shift', ja: 'このシフトでクローズ' },
  none: { en: 'none', ja: 'なし' },
  note: { en: 'From the outgoing lead', ja: '引き継ぎ元からの連絡' },
  sign: { en: 'Read and taken over by', ja: '確認・引き継ぎ者' },
} as const satisfies Record<string, LocalText>;

const SOON_MS = 12 * 3_600_000;

export function handoverNote(input: HandoverInput): string {
  const { locale, fromMs, toMs, outgoing, incoming, note } = input;
  const say = (words: LocalText): string => words[locale];
  const people = (names: readonly string[]): string => (names.length === 0 ? say(WORDS.nobody) : names.join(', '));
  const section = (title: LocalText, lines: readonly string[]): string[] => [
    '',
    `## ${say(title)}`,
    '',
    ...(lines.length === 0 ? [say(WORDS.none)] : lines),
  ];
  return [
    `# ${say(WORDS.title)} ${utcMinute(fromMs)} – ${utcMinute(toMs)} UTC`,
    '',
    `- ${say(WORDS.outgoing)}: ${people(outgoing)}`,
    `- ${say(WORDS.incoming)}: ${people(incoming)}`,
    ...(note === '' ? [] : section(WORDS.note, [markdownText(note, 4000)])),
    ...section(WORDS.numbers, [numbers(input)]),
    ...section(
      WORDS.active,
      byBurning(
        input,
        input.open.filter((state) => !isPaused(state)),
      ).map((state) => caseLine(state, input)),
    ),
    ...section(
      WORDS.waiting,
      input.open.filter(isPaused).map((state) => caseLine(state, input)),
    ),
    ...section(
      WORDS.approvals,
      input.approvals.map(({ id, incidentId, what }) => `- ${id} (${incidentId}): ${markdownText(what, 200)}`),
    ),
    ...section(WORDS.tasks, taskLines(input)),
    ...section(
      WORDS.ended,
      input.ended.map((state) => `- ${state.incidentId} ${verdictOf(state)} ${markdownText(state.title[locale], 120)}`),
    ),
    '',
    `${say(WORDS.sign)}: ____________________`,
    '',
  ].join('\n');
}

const isPaused = ({ pauses }: CaseState): boolean => pauses.some(({ toMs }) => toMs === null);
const verdictOf = ({ verdict, status }: CaseState): string => (verdict === null ? status : VERDICT_SHORT[verdict.verdict]);

function byBurning({ policy, toMs }: HandoverInput, states: readonly CaseState[]): CaseState[] {
  const left = (state: CaseState): number => burning(slaClocks(state, policy, toMs))?.leftMs ?? Number.MAX_SAFE_INTEGER;
  return [...states].sort((a, b) => left(a) - left(b) || (a.incidentId < b.incidentId ? -1 : 1));
}

function caseLine(state: CaseState, { policy, locale, toMs }: HandoverInput): string {
  const clock = burning(slaClocks(state, policy, toMs));
  const due = clock === undefined ? '' : `, ${clock.clock} ${spanText(clock.leftMs)}${clock.isBreached ? ' !' : ''}`;
  const owner = state.owner ?? (locale === 'en' ? 'nobody' : '担当なし');
  const head = `${state.incidentId} ${priorityUnder(state, policy)} ${STATUS_WORDS[state.status][locale]}, ${owner}${due}`;
  return `- **${markdownText(head)}** ${markdownText(state.title[locale], 120)} → ${markdownText(nextAction(state)[locale], 200)}`;
}

function numbers({ policy, open, ended, fromMs, toMs, locale }: HandoverInput): string {
  const within = (ms: number | null): boolean => ms !== null && ms >= fromMs && ms <= toMs;
  const all = [...open, ...ended];
  const opened = all.filter(({ times }) => within(times.surfaceMs)).length;
  const escalated = all.flatMap(({ escalations }) => escalations).filter(({ atMs }) => within(atMs)).length;
  const reopened = all.flatMap(({ reopens }) => reopens).filter(({ atMs }) => within(atMs)).length;
  const breached = open.filter((state) => slaClocks(state, policy, toMs).some(({ isBreached }) => isBreached)).length;
  return locale === 'en'
    ? `${opened} opened, ${ended.length} closed, ${escalated} escalated, ${reopened} reopened; ${open.length} open now, ${breached} of them with a breached clock.`
    : `新規 ${opened} 件、クローズ ${ended.length} 件、エスカレーション ${escalated} 件、再オープン ${reopened} 件。現在 ${open.length} 件が対応中、うち SLA 超過 ${breached} 件。`;
}

function taskLines({ open, toMs, locale }: HandoverInput): string[] {
  return open
    .flatMap((state) => {
      const task = nextTask(state);
      return task?.dueMs == null || task.dueMs > toMs + SOON_MS ? [] : [{ state, task, dueMs: task.dueMs }];
    })
    .sort((a, b) => a.dueMs - b.dueMs)
    .map(
      ({ state, task, dueMs }) =>
        `- ${utcMinute(dueMs)} ${state.incidentId} ${markdownText(task.taskId)} ${markdownText(task.title[locale], 160)}${task.assignee === null ? '' : ` (${task.assignee})`}`,
    );
}

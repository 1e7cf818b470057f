/** Turns an incident into the page that an analyst reads at three in the morning: what, who, when, how bad and why, what next. */
import { TACTICS, tacticOf, techniqueById } from './attack/attack.ts';
import { contextLines } from './enrichment/context.ts';
import type { Level, ProductState } from './finding.ts';
import { type Incident, type InvolvedEntity, incidentTimes, type TimelineEntry } from './incident.ts';
import { safeText } from './terminal-text.ts';
import type { Locale, LocalText } from './text.ts';

export interface IncidentTextOptions {
  /** Epoch ms, for "… ago". */
  nowMs: number;
  /** ANSI colours; off unless the reader is a terminal. */
  colour?: boolean;
  /** Lines of the timeline and of each list before "… more". Default: 60 of the timeline, 15 of a list. */
  maxLines?: number;
  /** Playbooks that fit, and the techniques that they answer. */
  playbooks?: readonly { id: string; title: LocalText; techniques: readonly string[] }[];
}

const WORDS = {
  who: { en: 'Who', ja: '誰が' },
  what: { en: 'What', ja: '何が' },
  when: { en: 'When', ja: 'いつ' },
  bad: { en: 'How bad', ja: '深刻度' },
  why: { en: 'Why together', ja: '関連の根拠' },
  lower: { en: 'What would lower it', ja: '下がる条件' },
  queue: { en: 'In the queue', ja: 'キューの状態' },
  path: { en: 'way forward', ja: '進行経路' },
  chain: { en: 'ATT&CK chain', ja: 'ATT&CK の流れ' },
  timeline: { en: 'Timeline (UTC)', ja: 'タイムライン (UTC)' },
  known: { en: 'What is known', ja: '判明していること' },
  involved: { en: 'Involved', ja: '関係する対象' },
  evidence: { en: 'Evidence', ja: '証拠' },
  next: { en: 'What next', ja: '次にすること' },
  playbooks: { en: 'Playbooks that fit', ja: '適合するプレイブック' },
  alerts: { en: 'alerts', ja: '件のアラート' },
  events: { en: 'events', ja: '件のイベント' },
  more: { en: 'more', ja: '件省略' },
  detected: { en: 'detected after', ja: '検知まで' },
  support: { en: 'signal', ja: 'シグナル' },
  risk: { en: 'risk', ja: 'リスク' },
  mergedInto: { en: 'merged into', ja: '統合先' },
  ago: { en: 'ago', ja: '前' },
  suppressedBy: { en: 'suppressed by', ja: '抑止:' },
} as const satisfies Record<string, LocalText>;

const LEVEL_WORDS: Readonly<Record<Level, LocalText>> = {
  informational: { en: 'INFORMATIONAL', ja: '情報' },
  low: { en: 'LOW', ja: '低' },
  medium: { en: 'MEDIUM', ja: '中' },
  high: { en: 'HIGH', ja: '高' },
  critical: { en: 'CRITICAL', ja: '重大' },
};
const STATE_WORDS: Readonly<Record<Exclude<ProductState['state'], 'open'>, LocalText>> = {
  in_progress: { en: 'in progress at the product', ja: '製品側で対応中' },
  suppressed: { en: 'suppressed at the product', ja: '製品側で抑止済み' },
  resolved: { en: 'resolved at the product', ja: '製品側で解決済み' },
  archived: { en: 'archived at the product', ja: '製品側でアーカイブ済み' },
};
const PART_WORDS: Readonly<Record<InvolvedEntity['part'], LocalText>> = {
  actor: { en: 'actor', ja: '実行者' },
  target: { en: 'target', ja: '対象' },
  context: { en: 'where', ja: '場所' },
};
const COLOURS: Readonly<Record<Level, string>> = { informational: '2', low: '36', medium: '33', high: '31', critical: '1;31' };

/** The general advice where no rule brought its own. */
const GENERAL_STEPS: readonly LocalText[] = [
  { en: 'Ask the owner of the acting identity whether this was meant.', ja: '実行した ID の所有者に、意図した操作か確認する。' },
  {
    en: 'If not: disable the key or session, then look for what it created.',
    ja: '意図しない場合: キーやセッションを無効化し、作成されたものを調べる。',
  },
];

/** The page, without a trailing newline. Everything that comes from logs is neutralized. */
export function incidentText(incident: Incident, locale: Locale, options: IncidentTextOptions): string {
  return new Page(incident, locale, options).text();
}

class Page {
  readonly #incident: Incident;
  readonly #locale: Locale;
  readonly #options: IncidentTextOptions;
  readonly #lines: string[] = [];

  constructor(incident: Incident, locale: Locale, options: IncidentTextOptions) {
    this.#incident = incident;
    this.#locale = locale;
    this.#options = options;
  }

  text(): string {
    this.#head();
    this.#reasons();
    this.#chain();
    this.#timeline();
    this.#involved();
    this.#known();
    this.#evidence();
    // Last, where the eye rests when the page has scrolled by.
    this.#next();
    return this.#lines.join('\n');
  }

  #say(text: LocalText): string {
    return safeText(text[this.#locale], 600);
  }

  #paint(text: string, code: string): string {
    return this.#options.colour === true ? `\u001b[${code}m${text}\u001b[0m` : text;
  }

  #section(title: LocalText, lines: readonly string[], lineCount = 15): void {
    if (lines.length === 0) return;
    const max = this.#options.maxLines ?? lineCount;
    const shown = lines.slice(0, max);
    if (lines.length > max) shown.push(`… ${lines.length - max} ${this.#say(WORDS.more)}`);
    this.#lines.push('', this.#paint(this.#say(title), '1'), ...shown.map((line) => `  ${line}`));
  }

  #head(): void {
    const { id, title, severity, alertCount, eventCount, risk, firstMs, lastMs, mergedInto } = this.#incident;
    const level = this.#paint(`[${this.#say(LEVEL_WORDS[severity])}]`, COLOURS[severity]);
    this.#lines.push(`${level} ${this.#paint(this.#say(title), '1')}`, safeText(id));
    if (mergedInto !== null) this.#lines.push(`${this.#say(WORDS.mergedInto)} ${safeText(mergedInto)}`);
    const counts = [
      `${alertCount} ${this.#say(WORDS.alerts)}`,
      `${eventCount} ${this.#say(WORDS.events)}`,
      `${this.#say(WORDS.risk)} ${risk}`,
    ];
    const { timeToDetectMs } = incidentTimes(this.#incident);
    const span = firstMs === lastMs ? stamp(firstMs) : `${stamp(firstMs)} → ${stamp(lastMs)} (${this.#span(lastMs - firstMs)})`;
    const ago = `${this.#span(Math.max(0, this.#options.nowMs - lastMs))}${this.#locale === 'en' ? ' ' : ''}${this.#say(WORDS.ago)}`;
    const actors = this.#incident.entities.filter(({ part }) => part === 'actor').slice(0, 4);
    this.#lines.push(
      '',
      `${this.#say(WORDS.who)}: ${actors.map((entity) => this.#entity(entity)).join(', ') || '—'}`,
      `${this.#say(WORDS.what)}: ${counts.join(', ')}`,
      `${this.#say(WORDS.when)}: ${span}, ${ago}; ${this.#say(WORDS.detected)} ${this.#span(timeToDetectMs)}`,
    );
  }

  #entity({ type, id, name }: InvolvedEntity): string {
    return name === undefined || name === id
      ? `${safeText(id, 120)} (${type})`
      : `${safeText(name, 80)} (${type} ${safeText(id, 120)})`;
  }

  #reasons(): void {
    const { severity, severityReasons, explanation } = this.#incident;
    this.#section(WORDS.bad, [this.#say(LEVEL_WORDS[severity]), ...severityReasons.map((reason) => `- ${this.#say(reason)}`)]);
    this.#section(
      WORDS.why,
      explanation.map((reason) => `- ${this.#say(reason)}`),
    );
    this.#section(
      WORDS.queue,
      this.#incident.surfacing.reasons.map((reason) => `- ${this.#say(reason)}`),
    );
    this.#section(
      WORDS.lower,
      this.#incident.lowers.map((reason) => `- ${this.#say(reason)}`),
    );
  }

  #chain(): void {
    const names = this.#incident.tactics.map(tacticName);
    if (names.length === 0) return;
    const techniques = this.#incident.techniques.map((id) => `${safeText(id, 12)} ${techniqueById(id)?.name ?? ''}`.trim());
    const { tactics, score } = this.#incident.path;
    const path = tactics.length < 2 ? [] : [`${this.#say(WORDS.path)}: ${tactics.map(tacticName).join(' → ')} (${score})`];
    this.#section(WORDS.chain, [names.join(' → '), ...path, ...(techniques.length === 0 ? [] : [techniques.join(', ')])]);
  }

  #timeline(): void {
    this.#section(
      WORDS.timeline,
      foldSignals(this.#incident.timeline).map((line) => this.#entry(line)),
      60,
    );
  }

  #entry({ entry, count, untilMs }: Line): string {
    const { timeMs, level, tactics, techniques, title, summary, isSupport } = entry;
    const tactic = TACTICS.find(({ slug }) => slug === tactics[0])?.name ?? '';
    const mark = this.#paint(this.#say(isSupport ? WORDS.support : LEVEL_WORDS[level]), COLOURS[level]);
    const attack = [
      tactic,
      techniques
        .slice(0, 2)
        .map((id) => safeText(id, 12))
        .join(' '),
    ]
      .filter((text) => text !== '')
      .join(' ');
    const times = count === 1 ? '' : ` ×${count} (→ ${stamp(untilMs).slice(11)})`;
    return `${stamp(timeMs)}  ${mark}${times}  ${attack === '' ? '' : `[${attack}] `}${safeText(title, 120)}: ${safeText(summary, 300)}${this.#remarks(entry)}`;
  }

  /** That nobody needed to look at it, or that the product is done with it. */
  #remarks({ suppressedBy, productState }: TimelineEntry): string {
    const remarks = [
      suppressedBy === undefined ? '' : `${this.#say(WORDS.suppressedBy)} ${safeText(suppressedBy, 80)}`,
      productState === undefined || productState === 'open' ? '' : this.#say(STATE_WORDS[productState]),
    ].filter((text) => text !== '');
    return remarks.length === 0 ? '' : ` (${remarks.join('; ')})`;
  }

  #known(): void {
    const { context } = this.#incident;
    if (context !== undefined)
      this.#section(
        WORDS.known,
        contextLines(context).map((line) => this.#say(line)),
        30,
      );
  }

  #involved(): void {
    this.#section(
      WORDS.involved,
      this.#incident.entities.map((entity) => `${this.#say(PART_WORDS[entity.part])}  ${this.#entity(entity)}  ×${entity.count}`),
    );
  }

  #next(): void {
    const { nextSteps } = this.#incident;
    this.#section(
      WORDS.next,
      (nextSteps.length === 0 ? GENERAL_STEPS : nextSteps).map((step, i) => `${i + 1}. ${this.#say(step)}`),
    );
    const playbooks = this.#options.playbooks ?? [];
    if (playbooks.length === 0) return;
    this.#section(
      WORDS.playbooks,
      playbooks.map(({ id, title, techniques }) => `${safeText(id, 80)}  ${this.#say(title)}  (${techniques.join(' ')})`),
    );
  }

  #evidence(): void {
    this.#section(
      WORDS.evidence,
      this.#incident.eventIds.map((id) => safeText(id, 120)),
    );
  }

  #span(ms: number): string {
    const units = this.#locale === 'en' ? ([' d', ' h', ' min', ' s'] as const) : (['日', '時間', '分', '秒'] as const);
    const parts = [
      Math.floor(ms / 86_400_000),
      Math.floor(ms / 3_600_000) % 24,
      Math.floor(ms / 60_000) % 60,
      Math.floor(ms / 1000) % 60,
    ];
    const first = parts.findIndex((part) => part > 0);
    if (first < 0) return `0${units[3]}`;
    return parts
      .map((part, i) => (i >= first && i <= first + 1 && part > 0 ? `${part}${units[i]}` : ''))
      .filter((text) => text !== '')
      .join(' ');
  }
}

const tacticName = (slug: string): string => tacticOf(slug)?.name ?? safeText(slug, 60);

interface Line {
  entry: TimelineEntry;
  count: number;
  untilMs: number;
}

/** Between two alerts, the signals of one rule are one line: every stage of the attack stays in sight, and a loop does not hide it. */
function foldSignals(timeline: readonly TimelineEntry[]): Line[] {
  const lines: Line[] = [];
  let open = new Map<string, Line>();
  for (const entry of timeline) {
    const known = entry.isSupport ? open.get(entry.ruleId) : undefined;
    if (known !== undefined) {
      known.count++;
      known.untilMs = entry.timeMs;
      continue;
    }
    const line = { entry, count: 1, untilMs: entry.timeMs };
    lines.push(line);
    if (entry.isSupport) open.set(entry.ruleId, line);
    else open = new Map();
  }
  return lines;
}

const stamp = (ms: number): string =>
  Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString().slice(0, 19).replace('T', ' ') : '—';

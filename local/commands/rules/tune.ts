/** `yagura rules tune [RULE]`: which value only the harmless alerts of a rule have, by verdicts, as a suppression that is ready to review. */
import { userInfo } from 'node:os';
import { YaguraError } from '../../../functions/core/error.ts';
import type { Locale } from '../../../functions/core/text.ts';
import { type Tuning, tuningOf } from '../../../functions/core/triage/tuning.ts';
import { readTriage, type Triage } from '../../../functions/ports/learned.ts';
import { openState } from '../../ports.ts';
import { plain, plainLines } from '../../table-text.ts';
import { EXIT, note, out } from '../io.ts';
import { existingState } from '../query.ts';

const WORDS = {
  en: {
    none: 'no value tells harmless from malicious: too few verdicts, or malicious alerts share every value',
    unjudged: 'alerts with it that nobody has judged: look at them first',
    save: 'save it as suppressions/<name>.yml, then: yagura suppressions test suppressions/<name>.yml',
  },
  ja: {
    none: '無害と悪性を分ける値はありません(判定が少ないか、悪性のアラートがすべての値を共有しています)',
    unjudged: '件の未判定アラートが該当します。先に確認してください',
    save: 'suppressions/<name>.yml に保存し、yagura suppressions test suppressions/<name>.yml を実行してください',
  },
} as const;

export interface TuneOptions {
  state: string;
  locale: Locale;
  owner?: string;
  json?: boolean;
}

export async function tuneCommand(rule: string | undefined, { state: dir, locale, owner, json }: TuneOptions): Promise<number> {
  existingState(dir);
  const state = await openState(dir);
  try {
    const triage = await readTriage(state);
    const rules = rulesOf(triage, rule);
    const about = { owner: owner ?? userInfo().username, nowMs: state.clock.nowMs() };
    const tunings = rules.flatMap((ruleId) => tuningFor(triage, ruleId, about) ?? []);
    if (json === true) for (const tuning of tunings) out(JSON.stringify(tuning));
    else for (const tuning of tunings) print(tuning, locale);
    if (tunings.length === 0) note(WORDS[locale].none);
    return EXIT.ok;
  } finally {
    await state.close();
  }
}

/** All rules with verdicts, those with most harmless alerts first; or the one that is meant. */
function rulesOf({ alerts, judged }: Triage, wanted: string | undefined): string[] {
  if (wanted !== undefined) {
    const lower = wanted.toLowerCase();
    const found = alerts.find(({ ruleId, title }) =>
      [ruleId, title, ruleId.split('/').at(-1)].some((name) => name?.toLowerCase() === lower),
    );
    if (found !== undefined) return [found.ruleId];
    throw new YaguraError('NotFound', `no alert of this state is of a rule ${wanted}`, {
      problems: [{ at: 'RULE', what: `unknown ${wanted}`, allowed: 'the id or the title of a rule with alerts' }],
    });
  }
  const counts = new Map<string, number>();
  for (const { alert } of judged) counts.set(alert.ruleId, (counts.get(alert.ruleId) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([ruleId]) => ruleId);
}

function tuningFor({ alerts, judged }: Triage, ruleId: string, about: { owner: string; nowMs: number }): Tuning | undefined {
  const own = judged.filter(({ alert }) => alert.ruleId === ruleId);
  const known = new Set(own.map(({ alert }) => alert.id));
  const open = alerts.filter((alert) => alert.ruleId === ruleId && !known.has(alert.id) && alert.suppressedBy === undefined);
  return tuningOf(own, open, about);
}

function print({ title, evidence, unjudged, yaml }: Tuning, locale: Locale): void {
  const words = WORDS[locale];
  out(`# ${plain(title)}`);
  out(`# ${plain(evidence[locale])}`);
  if (unjudged > 0) out(`# ${unjudged} ${words.unjudged}`);
  out(plainLines(yaml));
  note(words.save);
}

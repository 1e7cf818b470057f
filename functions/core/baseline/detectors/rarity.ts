/** Rarity: how surprising somebody's deeds of a day are, given what they, their peers and everybody did on the days before. */
import * as z from 'zod';
import { type Anomaly, figure, scoreOf, word, words } from '../anomaly.ts';
import { defineDetector } from '../detector.ts';
import { Habits, HabitsBy, MATRIX_ROW, type MatrixRow, matrixOf, type Subject } from '../matrix.ts';
import { sum } from '../statistics.ts';
import { subjectEntities } from '../subject.ts';

const SETTINGS = z.strictObject({
  /** Weight of the peers' habits against one's own, in days. */
  alpha: z.number().positive().default(10),
  /** Weight of the organization's habits against the peers', in days. */
  beta: z.number().positive().default(50),
  /** Deeds of a day that are added up, the rarest first. */
  top: z.number().int().min(1).default(3),
  /** Bits from which a day is rare. */
  bits: z.number().positive().default(48),
  /** Days with deeds without which there is no verdict. */
  minDays: z.number().int().min(1).default(10),
  /** Deeds that only workloads do are told as signals: each deployment brings new ones. */
  workloadSignal: z.boolean().default(true),
});
type Settings = z.output<typeof SETTINGS>;

interface Scopes {
  own: Habits;
  group: Habits;
  org: Habits;
}

/** `s = −log2((c_ua + α·p_g(a)) / (C_u + α))`, `p_g(a) = (c_ga + β·p_org(a)) / (C_g + β)`; what nobody ever did has half a day's share. */
export function surprisalBits(
  value: string,
  { own, group, org }: Scopes,
  { alpha, beta }: { alpha: number; beta: number },
): number {
  const ofOrg = Math.max(org.days(value), 0.5) / Math.max(org.total, 1);
  const ofGroup = (group.days(value) + beta * ofOrg) / (group.total + beta);
  return -Math.log2((own.days(value) + alpha * ofGroup) / (own.total + alpha));
}

function anomalyOf(
  { subject, kind, rows, historyDays }: Subject,
  scopes: Scopes,
  peers: number,
  settings: Settings,
): Anomaly | undefined {
  const today = rows.filter((row) => row.today > 0);
  const rated = today.map((row) => ({ row, bits: surprisalBits(row.value, scopes, settings) }));
  const top = rated.sort((a, b) => b.bits - a.bits || (a.row.value < b.row.value ? -1 : 1)).slice(0, settings.top);
  const bits = sum(top.map((one) => one.bits));
  const row = top[0]?.row;
  if (row === undefined || top.length < settings.top || bits < settings.bits) return undefined;
  const deeds = words(top.map((one) => `${one.row.value} (${figure(Math.round(one.bits * 10) / 10)} bit)`));
  const evidence = {
    observed: `${figure(Math.round(bits * 10) / 10)} bit`,
    expected: `< ${settings.bits} bit`,
    spread: `α = ${settings.alpha}, β = ${settings.beta}`,
    historyDays,
    peers,
  };
  return {
    entities: subjectEntities(row),
    key: subject,
    timeMs: Math.max(...today.map(({ at_ms }) => at_ms)),
    source: row.source,
    score: scoreOf(bits, settings.bits),
    ...(settings.workloadSignal && kind !== 'human' ? { isSignal: true } : {}),
    says: {
      en: `${word(subject)} did things that are rare for it and its ${peers} peers: ${deeds}; together ${evidence.observed} where ${evidence.expected} is usual (${historyDays} days of history)`,
      ja: `${word(subject)} が本人と同僚 ${peers} 者にとってまれな操作を行いました: ${deeds}。合計 ${evidence.observed}、通常は ${evidence.expected}(履歴 ${historyDays} 日)`,
    },
    evidence,
    eventUids: [...new Set(top.flatMap((one) => one.row.event_uids))],
  };
}

export const rarity = defineDetector({
  id: 'rarity',
  title: { en: 'Rare deeds', ja: 'まれな操作' },
  formula: {
    en: 's(u,a) = −log2((c_ua + α·p_g(a)) / (C_u + α)), p_g(a) = (c_ga + β·p_org(a)) / (C_g + β); counts are days, not events; the three rarest deeds of a day add up to ≥ 48 bits. α = 10, β = 50.',
    ja: 's(u,a) = −log2((c_ua + α·p_g(a)) / (C_u + α))、p_g(a) = (c_ga + β·p_org(a)) / (C_g + β)。件数ではなく日数を数え、その日の最も珍しい 3 つの操作の合計が 48 ビット以上であること。α = 10、β = 50。',
  },
  weaknesses: {
    en: 'Rare is not malicious: a migration or an on-call night is rare too. Fewer than three rare deeds a day stay silent. What workloads do is only ever a signal.',
    ja: 'まれであることは悪意を意味しません(移行作業や当番夜も該当します)。1 日に 3 つ未満のまれな操作は報告しません。ワークロードの操作は常にシグナルです。',
  },
  row: MATRIX_ROW,
  settings: SETTINGS,
  judge: (rows: readonly MatrixRow[], settings: Settings) => {
    const { subjects, groupSize } = matrixOf(rows);
    const [org, groups, owns] = [new Habits(), new HabitsBy(), new HabitsBy()];
    for (const { subject, group, rows: own } of subjects)
      for (const { value, before_days } of own)
        for (const habits of [org, groups.of(group), owns.of(subject)]) habits.add(value, before_days);
    const active = subjects.filter(({ rows: own }) => own.some(({ today }) => today > 0));
    const warm = active.filter(({ historyDays }) => historyDays >= settings.minDays);
    const anomalies = warm.flatMap((one) => {
      const scopes = { own: owns.of(one.subject), group: groups.of(one.group), org };
      return anomalyOf(one, scopes, Math.max(0, (groupSize.get(one.group) ?? 1) - 1), settings) ?? [];
    });
    return { anomalies, judged: warm.length, cold: active.length - warm.length };
  },
});

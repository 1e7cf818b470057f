/** Turns the scores of a simulated day into rows for people, beside the raw alert list and the goals. */
import type { Locale, LocalText } from '../../functions/core/text.ts';
import type { SimulatedDay } from './day.ts';
import type { DayScore } from './score.ts';

/** Three analysts × 8 h × 70 % at 12 minutes a case. */
export const MOST_CASES = 84;
const MIN_RECALL = 0.95;
const MAX_FP = 0.1;
const MAX_PARTS = 2;

export interface Judged {
  /** Days without an attack that were played before. */
  quietDays: number;
  score: DayScore;
}

export const WORDS = {
  measure: { en: 'measure', ja: '指標' },
  raw: { en: 'raw list', ja: '元の一覧' },
  goal: { en: 'goal', ja: '目標' },
  after: { en: 'after {days} quiet days', ja: '平常日 {days} 日後' },
  warming: { en: 'playing {days} quiet days first …', ja: '平常日 {days} 日分を再生中 …' },
  chainHead: [
    { en: 'attack', ja: '攻撃' },
    { en: 'hidden', ja: '件数' },
    { en: 'found, cold', ja: '検出(初日)' },
    { en: 'found, after', ja: '検出(平常日後)' },
    { en: 'in one / two / more incidents', ja: 'インシデント 1 / 2 / それ以上' },
    { en: 'alerts in their cases', ja: 'ケース内のアラート' },
  ],
  notes: [
    {
      en: 'False cases are judged by the generator: a case that holds less than a third of every attack is false. A case counts if it was before a person at any moment of the day. Announced exercises are benign true positives; the strict bound counts them as false.',
      ja: '誤検知は生成器の正解で判定: どの攻撃のアラートも 1/3 未満のケースは誤検知。その日に一度でも表示されたものをケースと数える。予告された訓練は良性の真陽性で、厳格な上限では誤検知に含める。',
    },
    {
      en: 'What quiet days teach is habit alone (which rule names whom, how often): no verdict of a person is used.',
      ja: '平常日から学ぶのは習慣のみ(どのルールが誰に何回発生するか)。人の判定は使っていない。',
    },
  ],
} as const satisfies Record<string, LocalText | readonly LocalText[]>;

const percent = (ratio: number): string => `${(100 * ratio).toFixed(1)} %`;

export interface Goal {
  name: string;
  isMet: boolean;
}

export const goalsOf = (score: DayScore): Goal[] => [
  { name: 'cases', isMet: score.cases <= MOST_CASES },
  { name: 'recall', isMet: score.recall >= MIN_RECALL },
  { name: 'falseCases', isMet: score.fpUpper < MAX_FP },
  { name: 'split', isMet: mostParts(score) <= MAX_PARTS },
  { name: 'glued', isMet: score.glued.length === 0 },
  { name: 'disposition', isMet: score.disposition.none === 0 },
];

const mostParts = ({ chains }: DayScore): number => Math.max(0, ...chains.map(({ incidents }) => incidents));

interface Row {
  label: LocalText;
  raw: (day: SimulatedDay) => string;
  of: (score: DayScore) => string;
  goal: string;
  isMet?: (score: DayScore) => boolean;
}

const none = (): string => '';
const goal =
  (name: string) =>
  (score: DayScore): boolean =>
    goalsOf(score).find((one) => one.name === name)?.isMet === true;

const ROWS: readonly Row[] = [
  {
    label: { en: 'alerts', ja: 'アラート' },
    raw: ({ findings }) => String(findings.length),
    of: ({ alerts }) => String(alerts),
    goal: '',
  },
  { label: { en: 'after dedup', ja: '重複排除後' }, raw: none, of: ({ deduplicated }) => String(deduplicated), goal: '' },
  { label: { en: 'incidents', ja: 'インシデント' }, raw: none, of: ({ incidents }) => String(incidents), goal: '' },
  {
    label: { en: 'cases before a person', ja: '人が見るケース' },
    raw: ({ findings }) => String(findings.length),
    of: ({ cases }) => String(cases),
    goal: `≤ ${MOST_CASES}`,
    isMet: goal('cases'),
  },
  {
    label: { en: 'alerts for each case', ja: 'ケースあたりのアラート' },
    raw: () => '1',
    of: ({ ratio }) => ratio.toFixed(0),
    goal: '',
  },
  {
    label: { en: 'attacks found (recall)', ja: '検出した攻撃(再現率)' },
    raw: none,
    of: ({ found, chains, recall }) => `${found} / ${chains.length} = ${percent(recall)}`,
    goal: '≥ 95 %',
    isMet: goal('recall'),
  },
  {
    label: { en: 'false cases', ja: '誤検知のケース' },
    raw: ({ findings }) => percent(findings.filter(({ truth }) => truth === 'noise').length / Math.max(1, findings.length)),
    of: ({ falseCases, fpShare }) => `${falseCases.length} = ${percent(fpShare)}`,
    goal: '',
  },
  {
    label: { en: 'false share, Wilson upper bound 95 %', ja: '誤検知率、ウィルソン上限 95 %' },
    raw: none,
    of: ({ fpUpper }) => percent(fpUpper),
    goal: '< 10 %',
    isMet: goal('falseCases'),
  },
  {
    label: { en: 'exercises shown; the bound with them', ja: '訓練の表示、それを含む上限' },
    raw: none,
    of: ({ drillCases, strictUpper }) => `${drillCases.length}; ${percent(strictUpper)}`,
    goal: '',
  },
  {
    label: { en: 'most incidents that one attack lies in', ja: '1 攻撃の最大分割数' },
    raw: none,
    of: (score) => String(mostParts(score)),
    goal: `≤ ${MAX_PARTS}`,
    isMet: goal('split'),
  },
  {
    label: { en: 'cases of several attacks', ja: '複数攻撃が混在するケース' },
    raw: none,
    of: ({ glued }) => String(glued.length),
    goal: '0',
    isMet: goal('glued'),
  },
  {
    label: { en: 'alerts of others in true cases', ja: '真のケース内の無関係なアラート' },
    raw: none,
    of: ({ foreignShare }) => percent(foreignShare),
    goal: '',
  },
  {
    label: { en: 'alerts in cases / kept with reason / signals', ja: 'ケース内 / 理由付き保留 / シグナル' },
    raw: none,
    of: ({ disposition: { surfaced, kept, signals } }) => `${surfaced} / ${kept} / ${signals}`,
    goal: '',
  },
  {
    label: { en: 'alerts without a disposition', ja: '処置のないアラート' },
    raw: ({ findings }) => String(findings.length),
    of: ({ disposition }) => String(disposition.none),
    goal: '0',
    isMet: goal('disposition'),
  },
];

/** One row a measure: the raw list, each judged run, the goal. */
export function rowsOf(day: SimulatedDay, judged: readonly Judged[], locale: Locale): string[][] {
  return ROWS.map(({ label, raw, of, goal: target, isMet }) => [
    label[locale],
    raw(day),
    ...judged.map(({ score }) => `${of(score)}${isMet === undefined ? '' : isMet(score) ? ' ✓' : ' ✗'}`),
    target,
  ]);
}

/** One row a kind of attack. */
export function chainRows(judged: readonly Judged[]): (string | number)[][] {
  const cold = judged[0]?.score.chains ?? [];
  const last = judged.at(-1)?.score.chains ?? [];
  return [...Map.groupBy(last, ({ kind }) => kind)].map(([kind, chains]) => [
    kind,
    chains.length,
    cold.filter((chain) => chain.kind === kind && chain.isFound).length,
    judged.length > 1 ? chains.filter(({ isFound }) => isFound).length : '–',
    [1, 2].map((parts) => chains.filter(({ incidents }) => Math.max(1, incidents) === parts).length).join(' / ') +
      ` / ${chains.filter(({ incidents }) => incidents > 2).length}`,
    `${chains.reduce((sum, { inCases }) => sum + inCases, 0)} / ${chains.reduce((sum, { alerts }) => sum + alerts, 0)}`,
  ]);
}

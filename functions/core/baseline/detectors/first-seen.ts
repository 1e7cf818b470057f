/** First seen: values that a principal, its peers, its account or the whole organization never had before, weighed by how far the novelty goes. */
import * as z from 'zod';
import { type Anomaly, figure, scoreOf, word, words } from '../anomaly.ts';
import { defineDetector } from '../detector.ts';
import { Habits, HabitsBy, MATRIX_ROW, type MatrixRow, matrixOf, type Subject } from '../matrix.ts';
import { sum } from '../statistics.ts';
import { subjectEntities } from '../subject.ts';

const SETTINGS = z.strictObject({
  weightOrg: z.number().min(0).default(1),
  weightAccount: z.number().min(0).default(0.7),
  weightGroup: z.number().min(0).default(0.5),
  weightSelf: z.number().min(0).default(0.1),
  /** Sum of weights from which it is an anomaly; less is everybody's day. */
  weight: z.number().positive().default(3),
  /** Days of the principal's history without which its own novelty says nothing: a new joiner is new in everything. */
  minDays: z.number().int().min(0).default(10),
  /** Days of the organization's history without which there is no verdict at all. */
  minOrgDays: z.number().int().min(1).default(14),
  /** What workloads do for the first time is a signal: each deployment brings some. */
  workloadSignal: z.boolean().default(true),
});
type Settings = z.output<typeof SETTINGS>;

type Scope = 'org' | 'account' | 'group' | 'self';
const SCOPE_NAMES: Readonly<Record<Scope, { en: string; ja: string }>> = {
  org: { en: 'organization', ja: '組織' },
  account: { en: 'account', ja: 'アカウント' },
  group: { en: 'peers', ja: '同僚' },
  self: { en: 'principal', ja: '本人' },
};

interface Usual {
  org: Habits;
  accounts: HabitsBy;
  groups: HabitsBy;
  /** Members of a group with history. */
  groupSize: ReadonlyMap<string, number>;
  orgDays: number;
}

/** The widest scope to which the value is new. Peers are only a scope where there are some. */
function scopeOf(row: MatrixRow, { group }: Subject, usual: Usual): Scope {
  if (usual.org.days(row.value) === 0) return 'org';
  if (row.account !== '' && usual.accounts.of(row.account).days(row.value) === 0) return 'account';
  if ((usual.groupSize.get(group) ?? 0) > 1 && usual.groups.of(group).days(row.value) === 0) return 'group';
  return 'self';
}

function anomalyOf(one: Subject, usual: Usual, settings: Settings): Anomaly | undefined {
  const weights = {
    org: settings.weightOrg,
    account: settings.weightAccount,
    group: settings.weightGroup,
    self: one.historyDays >= settings.minDays ? settings.weightSelf : 0,
  };
  const fresh = one.rows.filter(({ today, before_days }) => today > 0 && before_days === 0);
  const rated = fresh
    .map((row) => ({ row, scope: scopeOf(row, one, usual) }))
    .map(({ row, scope }) => ({ row, scope, weight: weights[scope] }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || (a.row.value < b.row.value ? -1 : 1));
  const weight = sum(rated.map((item) => item.weight));
  const row = rated[0]?.row;
  if (row === undefined || weight < settings.weight) return undefined;
  const told = (locale: 'en' | 'ja') =>
    words(rated.map(({ row: { value }, scope }) => `${word(value)} (${SCOPE_NAMES[scope][locale]})`));
  const evidence = {
    observed: `${rated.length} new, weight ${figure(Math.round(weight * 100) / 100)}`,
    expected: `< ${figure(settings.weight)}`,
    spread: `weights ${settings.weightOrg}/${settings.weightAccount}/${settings.weightGroup}/${settings.weightSelf}`,
    historyDays: one.historyDays,
    peers: Math.max(0, (usual.groupSize.get(one.group) ?? 1) - 1),
  };
  return {
    entities: subjectEntities(row),
    key: one.subject,
    timeMs: Math.max(...rated.map((item) => item.row.at_ms)),
    source: row.source,
    score: scoreOf(weight, settings.weight),
    ...(settings.workloadSignal && one.kind !== 'human' ? { isSignal: true } : {}),
    says: {
      en: `${word(one.subject)} for the first time: ${told('en')}; in brackets the widest scope to which it is new (${one.historyDays} days of its own history, ${usual.orgDays} of the organization's)`,
      ja: `${word(one.subject)} が初めて行ったもの: ${told('ja')}。括弧内は初出となる最も広い範囲(本人の履歴 ${one.historyDays} 日、組織の履歴 ${usual.orgDays} 日)`,
    },
    evidence,
    eventUids: [...new Set(rated.flatMap((item) => item.row.event_uids))],
  };
}

export const firstSeen = defineDetector({
  id: 'first-seen',
  title: { en: 'First seen', ja: '初出' },
  formula: {
    en: 'Each value of a day that is not in the look-back weighs 1 where new to the organization, 0.7 to the account, 0.5 to the peers, 0.1 to the principal alone; the day adds up to ≥ 3.',
    ja: '参照期間にない値は、組織にとって初めてなら 1、アカウントなら 0.7、同僚なら 0.5、本人だけなら 0.1 の重みを持ち、1 日の合計が 3 以上であること。',
  },
  weaknesses: {
    en: 'A single new value never alerts. What an attacker did during the look-back is not new any more. A new joiner counts only by what is new to others.',
    ja: '1 つの新しい値だけでは警報になりません。参照期間中に攻撃者が行ったことは初出になりません。新規参加者は他者にとって新しいものだけを数えます。',
  },
  row: MATRIX_ROW,
  settings: SETTINGS,
  judge: (rows: readonly MatrixRow[], settings: Settings) => {
    const { subjects, groupSize, orgDays } = matrixOf(rows);
    const usual: Usual = { org: new Habits(), accounts: new HabitsBy(), groups: new HabitsBy(), groupSize, orgDays };
    for (const { group, rows: own } of subjects)
      for (const { value, account, before_days } of own)
        for (const habits of [usual.org, usual.accounts.of(account), usual.groups.of(group)]) habits.add(value, before_days);
    const active = subjects.filter(({ rows: own }) => own.some(({ today }) => today > 0));
    if (orgDays < settings.minOrgDays) return { anomalies: [], judged: 0, cold: active.length };
    return { anomalies: active.flatMap((one) => anomalyOf(one, usual, settings) ?? []), judged: active.length, cold: 0 };
  },
});

/** Peer group: deeds that are new to a principal and that hardly any of those who work like it ever did. */
import * as z from 'zod';
import { type Anomaly, figure, scoreOf, word, words } from '../anomaly.ts';
import { defineDetector } from '../detector.ts';
import { MATRIX_ROW, type MatrixRow, matrixOf, type Subject } from '../matrix.ts';
import { sum } from '../statistics.ts';
import { subjectEntities } from '../subject.ts';

const SETTINGS = z.strictObject({
  /** The most alike that are compared with. */
  peers: z.number().int().min(1).default(20),
  /** Fewer peers than this give no verdict. */
  minPeers: z.number().int().min(1).default(3),
  /** Cosine below which somebody is no peer, but for members of the same group. */
  minSimilarity: z.number().min(0).max(1).default(0.2),
  minDays: z.number().int().min(1).default(10),
  /** Sum of `1 − share of peers` over the new deeds. */
  foreign: z.number().positive().default(3),
  /** A deed counts where at most this share of peers does it. */
  share: z.number().min(0).max(1).default(0.1),
  workloadSignal: z.boolean().default(true),
});
type Settings = z.output<typeof SETTINGS>;

interface Vector {
  one: Subject;
  /** Of what it did before today. */
  weights: ReadonlyMap<string, number>;
  norm: number;
  /** What it does today and never did before. */
  fresh: MatrixRow[];
}

/** TF-IDF over principals: what few do weighs more. Each deed counts once, so that loops of a call do not. */
function vectorsOf(subjects: readonly Subject[]): Vector[] {
  const frequency = new Map<string, number>();
  for (const { rows } of subjects)
    for (const { value, before_days } of rows) if (before_days > 0) frequency.set(value, (frequency.get(value) ?? 0) + 1);
  return subjects.map((one) => {
    const before = one.rows.filter(({ before_days }) => before_days > 0);
    const weights = new Map(before.map(({ value }) => [value, Math.log(1 + subjects.length / (frequency.get(value) ?? 1))]));
    const norm = Math.sqrt(sum([...weights.values()].map((weight) => weight * weight)));
    return { one, weights, norm, fresh: one.rows.filter(({ today, before_days }) => today > 0 && before_days === 0) };
  });
}

function cosine(a: Vector, b: Vector): number {
  if (a.norm === 0 || b.norm === 0) return 0;
  const [small, large] = a.weights.size <= b.weights.size ? [a, b] : [b, a];
  let dot = 0;
  for (const [action, weight] of small.weights) dot += weight * (large.weights.get(action) ?? 0);
  return dot / (a.norm * b.norm);
}

/** Members of the same group first among equals; a group of its own (account and role path) where few work alike. */
function peersOf(vector: Vector, all: readonly Vector[], settings: Settings): Vector[] {
  const rated = all
    .filter((other) => other !== vector && other.one.kind === vector.one.kind && other.weights.size > 0)
    .map((other) => ({ other, similarity: cosine(vector, other), isMember: other.one.group === vector.one.group }))
    .filter(({ similarity, isMember }) => isMember || similarity >= settings.minSimilarity)
    .map(({ other, similarity, isMember }) => ({ other, rank: similarity + (isMember ? 0.1 : 0) }));
  rated.sort((a, b) => b.rank - a.rank || (a.other.one.subject < b.other.one.subject ? -1 : 1));
  return rated.slice(0, settings.peers).map(({ other }) => other);
}

function anomalyOf({ one, fresh }: Vector, peers: readonly Vector[], settings: Settings): Anomaly | undefined {
  const doesIt = (peer: Vector, value: string): boolean =>
    peer.weights.has(value) || peer.fresh.some((row) => row.value === value);
  const foreign = fresh
    .map((row) => ({ row, share: peers.filter((peer) => doesIt(peer, row.value)).length / peers.length }))
    .filter(({ share }) => share <= settings.share)
    .sort((a, b) => a.share - b.share || (a.row.value < b.row.value ? -1 : 1));
  const measure = sum(foreign.map(({ share }) => 1 - share));
  const row = foreign[0]?.row;
  if (row === undefined || measure < settings.foreign) return undefined;
  const evidence = {
    observed: `${foreign.length} deeds that no more than ${settings.share * 100} % of peers do, weight ${figure(Math.round(measure * 100) / 100)}`,
    expected: `< ${figure(settings.foreign)}`,
    spread: `${peers.length} peers by TF-IDF and group`,
    historyDays: one.historyDays,
    peers: peers.length,
  };
  const deeds = words(foreign.map(({ row: { value } }) => value));
  return {
    entities: subjectEntities(row),
    key: one.subject,
    timeMs: Math.max(...foreign.map((item) => item.row.at_ms)),
    source: row.source,
    score: scoreOf(measure, settings.foreign),
    ...(settings.workloadSignal && one.kind !== 'human' ? { isSignal: true } : {}),
    says: {
      en: `${word(one.subject)} does what its ${peers.length} peers do not: ${deeds} (${one.historyDays} days of history)`,
      ja: `${word(one.subject)} が同僚 ${peers.length} 者の行わない操作を行っています: ${deeds}(履歴 ${one.historyDays} 日)`,
    },
    evidence,
    eventUids: [...new Set(foreign.flatMap((item) => item.row.event_uids))],
  };
}

export const peers = defineDetector({
  id: 'peers',
  title: { en: 'Unlike its peers', ja: '同僚との違い' },
  formula: {
    en: 'Principals are TF-IDF vectors of service:action; the 20 most alike by cosine are peers (members of the same permission set, account or domain first); Σ (1 − share of peers that do a) over new deeds that ≤ 10 % of peers do is ≥ 3.',
    ja: '主体を「サービス:操作」の TF-IDF ベクトルで表し、コサイン類似度の上位 20 を同僚とします(同じ許可セット・アカウント・ドメインを優先)。同僚の 10 % 以下しか行わない新しい操作 a について Σ (1 − a を行う同僚の割合) が 3 以上であること。',
  },
  weaknesses: {
    en: 'Somebody who works like nobody else has no peers and gets no verdict. A group that is attacked together looks normal to each of its members.',
    ja: '誰とも似ていない者は同僚がいないため判定しません。集団全体が侵害されると、互いに通常に見えます。',
  },
  row: MATRIX_ROW,
  settings: SETTINGS,
  judge: (rows: readonly MatrixRow[], settings: Settings) => {
    const vectors = vectorsOf(matrixOf(rows).subjects);
    const asked = vectors.filter(({ fresh }) => fresh.length > 0);
    const anomalies: Anomaly[] = [];
    let cold = 0;
    for (const vector of asked) {
      const found = vector.one.historyDays < settings.minDays ? [] : peersOf(vector, vectors, settings);
      if (found.length < settings.minPeers) cold += 1;
      else {
        const anomaly = anomalyOf(vector, found, settings);
        if (anomaly !== undefined) anomalies.push(anomaly);
      }
    }
    return { anomalies, judged: asked.length - cold, cold };
  },
});

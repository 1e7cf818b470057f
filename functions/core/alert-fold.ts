/** Turns the stored parts of alerts into the alerts that people see: a sliding window with a cap, and a product's finding with its updates. */
import { type Alert, mergeAlerts, spanOf } from './alert.ts';

const DAY_MS = 24 * 3_600_000;

/** An alert and the ids of its parts, the earliest first; its own id is the earliest part's. */
export type FoldedAlert = Alert & { partIds: string[] };

/**
 * Parts of one dedup key are one alert as long as each begins within the window after the one before ended, and no longer than a day
 * (or the window, where that is longer): what goes on then is a new alert. Parts that tell of one finding of a product are one too,
 * whatever it says of it later. A function of the set: order and repetition change nothing.
 */
export function foldAlerts(parts: readonly Alert[]): FoldedAlert[] {
  const unique = [...new Map(parts.map((part) => [part.id, part])).values()].sort(byStart);
  const groups = joinProducts(sessionsOf(unique));
  return groups.map(whole).sort(byStart);
}

const byStart = (a: Alert, b: Alert): number => a.firstMs - b.firstMs || (a.id < b.id ? -1 : 1);

function sessionsOf(parts: readonly Alert[]): Alert[][] {
  const byKey = new Map<string, Alert[]>();
  for (const part of parts) {
    const key = `${part.ruleId}\u0000${part.dedupKey}`;
    const list = byKey.get(key);
    if (list === undefined) byKey.set(key, [part]);
    else list.push(part);
  }
  return [...byKey.values()].flatMap((list) => (list.length === 1 ? [list] : cut(list)));
}

function cut(list: readonly Alert[]): Alert[][] {
  const sessions: Alert[][] = [];
  let startMs = 0;
  let endMs = Number.NEGATIVE_INFINITY;
  const sorted = [...list].sort((a, b) => spanOf(a).firstMs - spanOf(b).firstMs || (a.id < b.id ? -1 : 1));
  for (const part of sorted) {
    const { firstMs, lastMs } = spanOf(part);
    const isOver = firstMs - endMs > part.windowMs || lastMs - startMs > Math.max(DAY_MS, part.windowMs);
    if (isOver) {
      sessions.push([]);
      startMs = firstMs;
    }
    sessions.at(-1)?.push(part);
    endMs = isOver ? lastMs : Math.max(endMs, lastMs);
  }
  return sessions;
}

/** Sessions that tell of one finding of a product, joined. */
function joinProducts(sessions: readonly Alert[][]): Alert[][] {
  const home = new Map<string, number>();
  const parent = sessions.map((_, i) => i);
  const root = (of: number): number => {
    let at = of;
    for (let up = parent[at]; up !== undefined && up !== at; up = parent[at]) at = up;
    return at;
  };
  for (const [i, session] of sessions.entries()) {
    for (const { uid } of session.flatMap(({ products }) => products)) {
      const known = home.get(uid);
      if (known === undefined) home.set(uid, i);
      else {
        const [a, b] = [root(known), root(i)];
        parent[Math.max(a, b)] = Math.min(a, b);
      }
    }
  }
  const joined = new Map<number, Alert[]>();
  for (const [i, session] of sessions.entries()) joined.set(root(i), [...(joined.get(root(i)) ?? []), ...session]);
  return [...joined.values()];
}

function whole(parts: readonly Alert[]): FoldedAlert {
  const sorted = [...parts].sort(byStart);
  const [first, ...rest] = sorted;
  if (first === undefined) throw new RangeError('an alert without parts');
  const partIds = sorted.map(({ id }) => id);
  if (rest.length === 0) return { ...first, partIds };
  // Each part has overflow items of its own: their counts add up.
  const merged = rest.map(ownOverflow).reduce(mergeAlerts, ownOverflow(first));
  return { ...merged, id: first.id, partIds };
}

const ownOverflow = (part: Alert): Alert => ({
  ...part,
  overflow: Object.fromEntries(Object.entries(part.overflow).map(([bucket, count]) => [`${part.id}/${bucket}`, count])),
});

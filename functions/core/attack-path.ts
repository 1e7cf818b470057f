/** Turns deeds in the order of time into the longest way forward through ATT&CK's tactics, and its score. */
import { TACTICS, tacticRank } from './attack/attack.ts';

export interface Deed {
  timeMs: number;
  /** Breaks ties of time. */
  id: string;
  tactics: readonly string[];
  techniques: readonly string[];
}

export interface AttackPath {
  /** Tactic slugs, each once, never going back in the kill chain while time goes on. */
  tactics: string[];
  /** Length of the path × distinct techniques. */
  score: number;
}

/** The longest non-decreasing path: a tactic that repeats does not lengthen it, a step back does not break it. */
export function attackPath(deeds: readonly Deed[]): AttackPath {
  // The best path that ends at each rank of the kill chain, as deeds go by.
  const best: (readonly number[])[] = TACTICS.map(() => []);
  for (const { tactics } of [...deeds].sort((a, b) => a.timeMs - b.timeMs || (a.id < b.id ? -1 : 1))) {
    const ranks = [...new Set(tactics.map(tacticRank))].filter((rank) => rank >= 0).sort((a, b) => b - a);
    // From the last to the first, so that one deed is never two steps.
    for (const rank of ranks) {
      const before = best.slice(0, rank).reduce((longest, path) => (path.length > longest.length ? path : longest), []);
      if (before.length + 1 > (best[rank]?.length ?? 0)) best[rank] = [...before, rank];
    }
  }
  const longest = best.reduce((known, path) => (path.length > known.length ? path : known), []);
  const techniques = new Set(deeds.flatMap((deed) => deed.techniques));
  return {
    tactics: longest.flatMap((rank) => TACTICS[rank]?.slug ?? []),
    score: longest.length * Math.max(1, techniques.size),
  };
}

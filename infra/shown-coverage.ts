/** Rules and sources → what the coverage dashboard shows of them. */
import { coverageOf } from '../functions/core/attack/coverage.ts';
import type { SigmaRule } from '../functions/core/sigma/ast.ts';
import { readsSource, type SourceHealth } from '../functions/core/sigma/readiness.ts';

type ReadSource = Pick<SourceHealth, 'id' | 'logsources'>;

export interface ShownCoverage {
  attackVersion: string;
  /** Cloud techniques of each tactic, and those with a rule; a rule may be of several. */
  tactics: readonly { name: string; techniques: number; covered: number }[];
  /** Rules that read each source, most first. */
  sources: readonly { id: string; rules: number }[];
  rules: number;
}

export function shownCoverage(rules: readonly SigmaRule[], sources: readonly ReadSource[]): ShownCoverage {
  const asked = rules.map(({ info: { id, title, attack } }) => ({
    id,
    title,
    attack,
    canFire: false,
    proven: false,
    answered: [],
  }));
  const { attackVersion, tactics } = coverageOf(asked);
  const counted = sources.map((source) => ({ id: source.id, rules: rules.filter((rule) => readsSource(rule, source)).length }));
  return {
    attackVersion,
    tactics: tactics.map(({ name, atLeast: [techniques, covered] }) => ({ name, techniques, covered })),
    sources: counted.filter(({ rules: count }) => count > 0).sort((a, b) => b.rules - a.rules || (a.id < b.id ? -1 : 1)),
    rules: rules.length,
  };
}

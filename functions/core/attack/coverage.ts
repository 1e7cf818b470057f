/** Rules with their readiness → ATT&CK coverage at five levels, for each cloud technique, tactic and platform; nothing counts twice. */
import { ATTACK_VERSION, TACTICS, type TacticSlug, TECHNIQUES } from './attack.ts';
import { CLOUD_PLATFORMS, PLATFORM_ROWS } from './platforms.generated.ts';

/**
 * What each level needs, on top of the one before: a rule; its source alive and its fields there; shown to match in the last 30 days;
 * a response playbook.
 */
export const COVERAGE_LEVELS = ['none', 'rule exists', 'rule can fire', 'rule proven', 'response ready'] as const;
export type CoverageLevel = 0 | 1 | 2 | 3 | 4;

/** What coverage asks of a rule. */
export interface CoverageRule {
  id: string;
  title: string;
  /** ATT&CK technique ids. */
  attack: readonly string[];
  /** Connected, its source alive, its fields seen, no errors, and not staged. */
  canFire: boolean;
  /** A test case matched in this run, or logs did in the last 30 days. */
  proven: boolean;
  /** Those of its techniques that a playbook answers: all where the rule names one, else those that a playbook names. */
  answered: readonly string[];
}

export interface TechniqueCoverage {
  id: string;
  name: string;
  tactics: readonly TacticSlug[];
  platforms: readonly string[];
  level: CoverageLevel;
  /** Titles of the rules that name exactly this technique. */
  rules: readonly string[];
  /** True where only rules of its sub-techniques exist: that is not counted, for they watch a part of it. */
  onlyThroughParts: boolean;
}

/** How many techniques of a row reach at least each level; `atLeast[0]` is their number. */
export interface CoverageRow {
  key: string;
  name: string;
  atLeast: readonly [number, number, number, number, number];
}

export interface Coverage {
  attackVersion: string;
  techniques: readonly TechniqueCoverage[];
  total: CoverageRow;
  tactics: readonly CoverageRow[];
  platforms: readonly CoverageRow[];
}

const platformsOf = new Map(PLATFORM_ROWS.map(([id, numbers]) => [id, numbers.map((number) => CLOUD_PLATFORMS[number] ?? '')]));
const CLOUD = TECHNIQUES.filter(({ cloud }) => cloud);

/** The level of one technique by one rule. Levels build on each other: a playbook without a living rule answers nothing. */
function levelOf({ canFire, proven, answered }: CoverageRule, id: string): CoverageLevel {
  if (!canFire) return 1;
  if (!proven) return 2;
  return answered.includes(id) ? 4 : 3;
}

/**
 * A technique has the level of its best rule. A rule counts for the techniques that it names, not for their parents or parts.
 * @see MITRE ATT&CK v19.1, techniques with an IaaS, SaaS, Identity Provider or Office Suite platform
 */
export function coverageOf(rules: readonly CoverageRule[]): Coverage {
  const byTechnique = new Map<string, CoverageRule[]>();
  for (const rule of rules)
    for (const id of new Set(rule.attack)) {
      const list = byTechnique.get(id);
      if (list) list.push(rule);
      else byTechnique.set(id, [rule]);
    }
  const parents = new Set([...byTechnique.keys()].filter((id) => id.includes('.')).map((id) => id.slice(0, id.indexOf('.'))));
  const techniques = CLOUD.map(({ id, name, tactics }): TechniqueCoverage => {
    const own = byTechnique.get(id) ?? [];
    const level = own.map((rule) => levelOf(rule, id)).reduce<CoverageLevel>((best, one) => (one > best ? one : best), 0);
    const titles = own.map(({ title }) => title).sort();
    return {
      id,
      name,
      tactics,
      platforms: platformsOf.get(id) ?? [],
      level,
      rules: titles,
      onlyThroughParts: own.length === 0 && parents.has(id),
    };
  });
  return {
    attackVersion: ATTACK_VERSION,
    techniques,
    total: rowOf({ key: 'all', name: 'all cloud techniques' }, techniques),
    tactics: TACTICS.map(({ slug, name }) =>
      rowOf(
        { key: slug, name },
        techniques.filter((one) => one.tactics.includes(slug)),
      ),
    ),
    platforms: CLOUD_PLATFORMS.map((platform) =>
      rowOf(
        { key: platform, name: platform },
        techniques.filter((one) => one.platforms.includes(platform)),
      ),
    ),
  };
}

function rowOf(of: { key: string; name: string }, techniques: readonly TechniqueCoverage[]): CoverageRow {
  const count = (level: number): number => techniques.filter((one) => one.level >= level).length;
  return { ...of, atLeast: [techniques.length, count(1), count(2), count(3), count(4)] };
}

/** Answers what MITRE ATT&CK says of a technique or tactic, in the words of any version that rules were tagged with. */
import { ATTACK_VERSION, REVOKED_ROWS, TECHNIQUE_ROWS } from './facts.generated.ts';
import { ICS_ROWS } from './ics.generated.ts';

export { ATTACK_VERSION };

/** Enterprise tactics in kill-chain order. @see MITRE ATT&CK v19.1, Enterprise tactics (v19 split Defense Evasion in two) */
export const TACTICS = [
  { id: 'TA0043', slug: 'reconnaissance', name: 'Reconnaissance' },
  { id: 'TA0042', slug: 'resource-development', name: 'Resource Development' },
  { id: 'TA0001', slug: 'initial-access', name: 'Initial Access' },
  { id: 'TA0002', slug: 'execution', name: 'Execution' },
  { id: 'TA0003', slug: 'persistence', name: 'Persistence' },
  { id: 'TA0004', slug: 'privilege-escalation', name: 'Privilege Escalation' },
  { id: 'TA0005', slug: 'stealth', name: 'Stealth' },
  { id: 'TA0112', slug: 'defense-impairment', name: 'Defense Impairment' },
  { id: 'TA0006', slug: 'credential-access', name: 'Credential Access' },
  { id: 'TA0007', slug: 'discovery', name: 'Discovery' },
  { id: 'TA0008', slug: 'lateral-movement', name: 'Lateral Movement' },
  { id: 'TA0009', slug: 'collection', name: 'Collection' },
  { id: 'TA0011', slug: 'command-and-control', name: 'Command and Control' },
  { id: 'TA0010', slug: 'exfiltration', name: 'Exfiltration' },
  { id: 'TA0040', slug: 'impact', name: 'Impact' },
] as const;
export type Tactic = (typeof TACTICS)[number];
export type TacticSlug = Tactic['slug'];

export interface Technique {
  /** `T1098.001` */
  id: string;
  name: string;
  tactics: readonly TacticSlug[];
  /** True where one of its platforms is a cloud one (IaaS, SaaS, identity provider, office suite). */
  cloud: boolean;
}

const tacticByWord = new Map<string, Tactic>(
  TACTICS.flatMap((tactic) => [
    [tactic.slug, tactic],
    [tactic.id.toLowerCase(), tactic],
  ]),
);
// Until v18 one tactic, TA0005, held what v19 divides; most of its techniques became Stealth, which kept the id.
const OLDER_SLUGS = new Map([
  ['defense-evasion', 'stealth'],
  ['defence-evasion', 'stealth'],
  ['defence-impairment', 'defense-impairment'],
  ['c2', 'command-and-control'],
]);

/**
 * The tactic that a word means: a slug with hyphens or underscores, an id (`ta0005`), an older slug, any of them after `attack.`.
 * `defense-evasion` gives stealth; `tacticsOf` decides better where techniques are known.
 */
export function tacticOf(word: string): Tactic | undefined {
  const slug = word
    .trim()
    .toLowerCase()
    .replace(/^attack\./, '')
    .replaceAll(/[_ ]/g, '-');
  return tacticByWord.get(OLDER_SLUGS.get(slug) ?? slug);
}

/** True for the names of the tactic that v19 split. */
export const isSplitTactic = (word: string): boolean => /^(attack\.)?(defen[sc]e[-_ ]evasion)$/i.test(word.trim());

/** Position in the kill chain, 0 for reconnaissance; -1 for a word that is no tactic. */
export const tacticRank = (word: string): number => TACTICS.findIndex(({ slug }) => slug === tacticOf(word)?.slug);

/** Every enterprise technique, by id. */
export const TECHNIQUES: readonly Technique[] = TECHNIQUE_ROWS.map(([id, name, tactics, cloud]) => ({
  id,
  name,
  tactics: tactics.split(' ').flatMap((slug) => tacticOf(slug)?.slug ?? []),
  cloud: cloud === 1,
}));

/** Tactics that ATT&CK for ICS alone has, at their place in the one chain that incidents are told in. */
const ICS_TACTICS: Readonly<Record<string, TacticSlug>> = {
  evasion: 'stealth',
  'inhibit-response-function': 'defense-impairment',
  'impair-process-control': 'impact',
};

/** Every technique of ATT&CK for ICS (`T0855`), by id. They count in no coverage of enterprise techniques. */
export const ICS_TECHNIQUES: readonly Technique[] = ICS_ROWS.map(([id, name, tactics]) => ({
  id,
  name,
  tactics: [...new Set(tactics.split(' ').flatMap((slug) => ICS_TACTICS[slug] ?? tacticOf(slug)?.slug ?? []))],
  cloud: false,
}));
const techniques = new Map([...TECHNIQUES, ...ICS_TECHNIQUES].map((technique) => [technique.id, technique]));
const revoked = new Map<string, string>(REVOKED_ROWS);

/** The active technique with this id (`T1098.001`, any case), or undefined: revoked and unknown ids alike. */
export const techniqueById = (id: string): Technique | undefined => techniques.get(id.trim().toUpperCase());

/** The active technique that an id means today, following revoked-by; undefined for an id that no version had. */
export function currentTechnique(id: string): Technique | undefined {
  let at = id.trim().toUpperCase();
  // The map is at most a few steps deep; the bound only guards against a loop in a future release of it.
  for (let step = 0; step < 8; step++) {
    const technique = techniques.get(at);
    if (technique) return technique;
    const next = revoked.get(at);
    if (next === undefined) return undefined;
    at = next;
  }
  return undefined;
}

/** What replaced a revoked id, one step; undefined for ids that are active or unknown. */
export const revokedBy = (id: string): string | undefined => revoked.get(id.trim().toUpperCase());

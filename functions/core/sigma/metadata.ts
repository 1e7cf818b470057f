/** Turns the descriptive part of a Sigma document (title, tags, level, our own block, …) into the metadata that a finding carries. */
import * as z from 'zod';
import { currentTechnique, isSplitTactic, revokedBy, TACTICS, tacticOf, techniqueById } from '../attack/attack.ts';
import { COUNTERMEASURES } from '../attack/d3fend.ts';
import { digestOf, shortId } from '../digest.ts';
import { nearest, type Problem } from '../error.ts';
import { LEVELS, type Level } from '../finding.ts';
import type { Metadata } from './ast.ts';
import type { RuleInfo } from './rule.ts';
import { entryOf, type MapTree, placeAt, plainOf, type Tree } from './yaml-tree.ts';

export const STATUSES = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'] as const;
const RELATED = ['derived', 'obsolete', 'merged', 'renamed', 'similar', 'correlation'];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const YaguraBlock = z.strictObject({
  dedup: z.array(z.string().min(1)).min(1).optional(),
  dedupWindowMin: z
    .int()
    .positive()
    .max(14 * 24 * 60)
    .optional(),
  playbooks: z.array(z.string().min(1)).optional(),
  d3fend: z
    .array(z.enum(Object.keys(COUNTERMEASURES), { error: 'no D3FEND technique that we know' }))
    .min(1)
    .optional(),
  hunts: z
    .array(z.string().regex(/^[a-z0-9_]+$/, 'the name of a file in queries/hunts, without its ending'))
    .min(1)
    .optional(),
  nextSteps: z.strictObject({ en: z.string().min(1), ja: z.string().min(1) }).optional(),
});

export interface MetadataContext {
  file: string;
  /** `strict`: unknown and revoked ATT&CK ids are problems (own rules); `follow`: they follow the revoked-by map (imported rules). */
  attack: 'strict' | 'follow';
  problems: Problem[];
  notes: Problem[];
}

/** `queries/detections/x/y.yml` → `detections/x/y`: the thing's id for people. */
export const pathOf = (file: string): string => {
  const slashed = file.replaceAll('\\', '/');
  const below = slashed.lastIndexOf('queries/');
  const start = below < 0 || (below > 0 && slashed[below - 1] !== '/') ? 0 : below + 'queries/'.length;
  return slashed.slice(start).replace(/\.ya?ml$/i, '');
};

/** A text entry; a problem where it is something else. */
export function textOf(map: MapTree, key: string, problems: Problem[]): string | undefined {
  const entry = entryOf(map, key);
  if (!entry || (entry.value.kind === 'scalar' && entry.value.value === null)) return undefined;
  if (entry.value.kind === 'scalar') return typeof entry.value.value === 'string' ? entry.value.value : entry.value.source;
  problems.push({ at: entry.at, what: `"${key}" is a ${entry.value.kind}`, allowed: 'text' });
  return undefined;
}

/** A list of texts; one text counts as a list of one. */
export function textsOf(map: MapTree, key: string, problems: Problem[]): string[] {
  const entry = entryOf(map, key);
  if (!entry || (entry.value.kind === 'scalar' && entry.value.value === null)) return [];
  const items: Tree[] = entry.value.kind === 'list' ? entry.value.items : [entry.value];
  return items.flatMap((item) => {
    if (item.kind === 'scalar') return item.value === null ? [] : [typeof item.value === 'string' ? item.value : item.source];
    problems.push({ at: item.at, what: `"${key}" holds a ${item.kind}`, allowed: 'a list of texts' });
    return [];
  });
}

/** One word of a closed list. */
export function wordOf<Word extends string>(
  map: MapTree,
  key: string,
  words: readonly Word[],
  problems: Problem[],
): Word | undefined {
  const text = textOf(map, key, problems);
  if (text === undefined) return undefined;
  const word = words.find((candidate) => candidate === text.trim().toLowerCase());
  if (word !== undefined) return word;
  const near = nearest(text, words);
  const entry = entryOf(map, key);
  const fix = near ? { fix: `write "${near}".` } : {};
  problems.push({
    at: entry?.value.at ?? map.at,
    what: `Unknown ${key} ${JSON.stringify(text)}`,
    allowed: words.join(', '),
    ...fix,
  });
  return undefined;
}

/** What every kind of document may say of itself. */
export function readMetadata(map: MapTree, { problems, notes }: MetadataContext): Metadata {
  const text = (key: 'name' | 'description' | 'author' | 'license' | 'date' | 'modified') => {
    // Descriptive keys never refuse a rule; people write several authors as a list.
    const list = entryOf(map, key)?.value.kind === 'list';
    const value = list ? textsOf(map, key, notes).join(', ') : textOf(map, key, notes);
    return value === undefined ? {} : { [key]: value };
  };
  for (const key of ['date', 'modified']) {
    const date = textOf(map, key, []);
    if (date === undefined || /^\d{4}-\d{2}-\d{2}$/.test(date)) continue;
    notes.push({ at: entryOf(map, key)?.value.at ?? map.at, what: `"${key}" is ${JSON.stringify(date)}`, allowed: 'YYYY-MM-DD' });
  }
  return {
    ...text('name'),
    ...text('description'),
    ...text('author'),
    ...text('license'),
    ...text('date'),
    ...text('modified'),
    references: textsOf(map, 'references', notes),
    related: readRelated(map, problems),
    tags: textsOf(map, 'tags', problems),
  };
}

function readRelated(map: MapTree, problems: Problem[]): { id: string; type: string }[] {
  const entry = entryOf(map, 'related');
  if (!entry || (entry.value.kind === 'scalar' && entry.value.value === null)) return [];
  const items = entry.value.kind === 'list' ? entry.value.items : [entry.value];
  return items.flatMap((item) => {
    const id = item.kind === 'map' ? textOf(item, 'id', problems) : undefined;
    const type = item.kind === 'map' ? wordOf(item, 'type', RELATED, problems) : undefined;
    if (id !== undefined && type !== undefined) return [{ id, type }];
    if (item.kind !== 'map' || id === undefined)
      problems.push({ at: item.at, what: 'A related rule needs "id" and "type"', allowed: RELATED.join(', ') });
    return [];
  });
}

/** The part of a rule that findings carry. Problems are added for what is missing or wrong; the value is usable only without any. */
export function readInfo(map: MapTree, context: MetadataContext): RuleInfo {
  const { problems, notes, file } = context;
  const title = textOf(map, 'title', problems)?.trim() ?? '';
  if (title === '')
    problems.push({ at: map.at, what: 'The rule has no title', fix: 'add "title: …", what the rule finds in a few words.' });
  if (title.length > 256)
    notes.push({
      at: entryOf(map, 'title')?.at ?? map.at,
      what: `The title has ${title.length} characters`,
      allowed: 'at most 256',
    });
  const level: Level | undefined = wordOf(map, 'level', LEVELS, problems);
  if (!entryOf(map, 'level'))
    notes.push({ at: map.at, what: 'The rule has no level; it counts as medium', allowed: LEVELS.join(', ') });
  const path = pathOf(file);
  const { attack, tactics } = readAttack(map, context);
  return {
    id: readId(map, { path, title, notes }),
    version: digestOf(plainOf(map)).slice(0, 12),
    path,
    title,
    level: level ?? 'medium',
    // Experimental means staged: only who says so gets it.
    status: wordOf(map, 'status', STATUSES, problems) ?? 'test',
    attack,
    tactics,
    falsepositives: textsOf(map, 'falsepositives', problems),
    yagura: readYagura(map, problems),
  };
}

/** The rule's own id, or one that derives from its place, so that it stays the same from run to run. */
export function readId(map: MapTree, { path, title, notes }: { path: string; title: string; notes: Problem[] }): string {
  const id = textOf(map, 'id', []);
  const at = entryOf(map, 'id')?.value.at ?? map.at;
  if (id === undefined || id.trim() === '') {
    notes.push({ at, what: 'There is no id; one derives from path and title', fix: 'add "id:" with a random UUID (version 4).' });
    const hex = shortId(path, title) + shortId(title, path);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }
  if (!UUID.test(id.trim()))
    notes.push({ at, what: `The id ${JSON.stringify(id)} is no UUID`, allowed: 'xxxxxxxx-xxxx-4xxx-xxxx-xxxxxxxxxxxx' });
  return id.trim();
}

function readYagura(map: MapTree, problems: Problem[]): RuleInfo['yagura'] {
  const entry = entryOf(map, 'yagura');
  if (!entry) return {};
  const parsed = YaguraBlock.safeParse(plainOf(entry.value));
  if (!parsed.success) {
    const keys = Object.keys(YaguraBlock.shape);
    for (const issue of parsed.error.issues) {
      const unknown = issue.code === 'unrecognized_keys' ? issue.keys : [];
      const where = unknown[0] === undefined ? issue.path : [...issue.path, unknown[0]];
      const near = unknown[0] === undefined ? undefined : nearest(unknown[0], keys);
      const what = `yagura${issue.path.map((key) => `.${String(key)}`).join('')}: ${issue.message}`;
      problems.push({
        at: placeAt(entry.value, where),
        what,
        allowed: keys.join(', '),
        ...(near ? { fix: `write "${near}".` } : {}),
      });
    }
    return {};
  }
  const { dedup, dedupWindowMin, playbooks, d3fend, hunts, nextSteps } = parsed.data;
  return {
    ...(dedup ? { dedup } : {}),
    ...(dedupWindowMin === undefined ? {} : { dedupWindowMin }),
    ...(playbooks ? { playbooks } : {}),
    ...(d3fend ? { d3fend } : {}),
    ...(hunts ? { hunts } : {}),
    ...(nextSteps ? { nextSteps } : {}),
  };
}

// Software and groups (attack.s0002, attack.g0016), mitigations, data sources and components, campaigns: known, not needed here.
const OTHER_OBJECT = /^(s|g|m|c|ds|dc|det)\d{4}$/;

/** Technique ids and tactic slugs of the `attack.` tags, in today's ATT&CK. */
function readAttack(map: MapTree, context: MetadataContext): { attack: string[]; tactics: string[] } {
  const tags = entryOf(map, 'tags')?.value;
  const items = tags?.kind === 'list' ? tags.items : tags ? [tags] : [];
  const attack = new Set<string>();
  const tactics = new Set<string>();
  let split = false;
  for (const item of items) {
    const tag = item.kind === 'scalar' ? String(item.value).trim().toLowerCase() : '';
    if (!tag.startsWith('attack.')) continue;
    const word = tag.slice('attack.'.length);
    if (/^t\d{4}/.test(word)) {
      const id = techniqueOf(word, item.at, context);
      if (id !== undefined) attack.add(id);
    } else if (isSplitTactic(word)) {
      split = true;
      attackProblem(context, {
        at: item.at,
        what: `The tactic "${word}" was split in ATT&CK v19`,
        allowed: 'stealth, defense-impairment',
      });
    } else if (!OTHER_OBJECT.test(word)) {
      const tactic = tacticOf(word);
      if (tactic) tactics.add(tactic.slug);
      else
        attackProblem(context, {
          at: item.at,
          what: `Unknown ATT&CK tactic "${word}"`,
          allowed: TACTICS.map(({ slug }) => slug).join(', '),
        });
    }
  }
  if (split) for (const slug of splitTactics([...attack])) tactics.add(slug);
  return { attack: [...attack], tactics: TACTICS.map(({ slug }) => slug).filter((slug) => tactics.has(slug)) };
}

/** What "defense evasion" means today, for a rule with these techniques. */
function splitTactics(ids: readonly string[]): string[] {
  const heirs = ['stealth', 'defense-impairment'];
  const found = heirs.filter((slug) => ids.some((id) => techniqueById(id)?.tactics.some((tactic) => tactic === slug)));
  return found.length > 0 ? found : ['stealth'];
}

function techniqueOf(word: string, at: string, context: MetadataContext): string | undefined {
  const known = techniqueById(word);
  if (known) return known.id;
  const current = currentTechnique(word);
  const id = word.toUpperCase();
  if (!current) {
    // ICS and mobile techniques (T08xx, T1398 …) are real, and no enterprise ones: they stay in the tags.
    attackProblem(context, {
      at,
      what: `${id} is no technique of ATT&CK Enterprise v19.1`,
      allowed: 'https://attack.mitre.org/techniques/',
    });
    return undefined;
  }
  const fix = `write attack.${current.id.toLowerCase()}.`;
  attackProblem(context, { at, what: `${id} was revoked by ${revokedBy(word) ?? current.id}`, allowed: current.id, fix });
  return current.id;
}

function attackProblem({ attack, problems, notes }: MetadataContext, problem: Problem): void {
  (attack === 'strict' ? problems : notes).push(problem);
}

/** A folder of somebody else's Sigma rules → each rule's fate here (ready, not applicable, unsupported), with the reason. */
import { relative } from 'node:path';
import type { Problem } from '../functions/core/error.ts';
import type { SigmaCorrelation, SigmaFilter, SigmaRule } from '../functions/core/sigma/ast.ts';
import { parseSigma } from '../functions/core/sigma/parse.ts';
import { hopelessFields, logsourceText, readsSource, type SourceHealth } from '../functions/core/sigma/readiness.ts';
import { compileStream } from '../functions/core/sigma/stream.ts';
import type { RuleFile } from './rule-files.ts';

/** `ready`: can match here. `not-applicable`: sound, and nothing here could match it. `unsupported`: cannot be run; mend it. */
export type Fate = 'ready' | 'not-applicable' | 'unsupported';

export interface Judged {
  file: string;
  /** `file:line:column` of what the reason is about. */
  at: string;
  kind: 'rule' | 'correlation' | 'filter' | 'file';
  id?: string;
  /** The name that correlations may use. */
  name?: string;
  title?: string;
  level?: string;
  fate: Fate;
  /** A few words that many rules share, to count by. */
  reason: string;
  /** The whole story, where there is more to tell. */
  detail?: Problem;
  /** What else is wrong in the file. */
  more?: Problem[];
}

export interface ForeignRules {
  judged: Judged[];
  /** Rules that read a connected source and compile, even where a field is doubtful. */
  runnable: SigmaRule[];
  correlations: SigmaCorrelation[];
  filters: SigmaFilter[];
}

/**
 * Judges every document of every file; nothing throws. `taken`: ids that are ours already, whose rules stay ours.
 */
export function judgeForeign(
  files: readonly RuleFile[],
  options: { sources: readonly SourceHealth[]; taken?: ReadonlySet<string> },
): ForeignRules {
  const found: ForeignRules = { judged: [], runnable: [], correlations: [], filters: [] };
  const ids = new Map([...(options.taken ?? [])].map((id) => [id, 'our own detections']));
  for (const { file, given, text } of files) {
    // Their path in findings does not depend on where their folder lies.
    const label = relative(given, file) || file;
    const parsed = parseSigma(text, file, { attack: 'follow' });
    const [detail, ...more] = parsed.problems;
    if (detail !== undefined)
      found.judged.push({
        file,
        at: detail.at ?? file,
        kind: 'file',
        fate: 'unsupported',
        reason: reasonOf(detail),
        detail,
        more,
      });
    for (const rule of parsed.rules) {
      const { id, title, level } = rule.info;
      const verdict = judgeRule(rule, ids, options.sources);
      const named = rule.name === undefined ? {} : { name: rule.name };
      found.judged.push({ file, at: file, kind: 'rule', id, ...named, title, level, ...verdict });
      if (verdict.fate === 'unsupported') continue;
      ids.set(id, file);
      const info = { ...rule.info, path: label.replaceAll('\\', '/').replace(/\.ya?ml$/i, '') };
      if (options.sources.some((source) => readsSource(rule, source))) found.runnable.push({ ...rule, info });
    }
    for (const { info } of parsed.correlations)
      found.judged.push({
        file,
        at: file,
        kind: 'correlation',
        id: info.id,
        title: info.title,
        level: info.level,
        fate: 'ready',
        reason: '',
      });
    for (const { id, title } of parsed.filters)
      found.judged.push({ file, at: file, kind: 'filter', id, title, fate: 'ready', reason: 'narrows the rules that it names' });
    found.correlations.push(...parsed.correlations);
    found.filters.push(...parsed.filters);
  }
  judgeCorrelations(found, options.taken ?? new Set());
  return found;
}

type Verdict = Pick<Judged, 'fate' | 'reason' | 'detail'>;

function judgeRule(rule: SigmaRule, ids: ReadonlyMap<string, string>, sources: readonly SourceHealth[]): Verdict {
  const { status, id } = rule.info;
  if (status === 'deprecated' || status === 'unsupported')
    return { fate: 'unsupported', reason: `its author marked it ${status}` };
  const other = ids.get(id);
  if (other !== undefined) {
    const detail = { what: `the id ${id} is taken by ${other}`, allowed: 'one rule for each id', fix: 'keep one of them' };
    return { fate: 'unsupported', reason: 'its id is taken', detail };
  }
  const [problem] = compileStream([rule], { sources }).problems;
  if (problem !== undefined) return { fate: 'unsupported', reason: 'it does not compile', detail: problem };
  const bound = sources.filter((source) => readsSource(rule, source));
  if (bound.length === 0) return { fate: 'not-applicable', reason: `${logsourceText(rule)} is not connected` };
  const hopeless = bound.map((source) => hopelessFields(rule, source));
  if (hopeless.every((fields) => fields.length > 0)) {
    const names = [...new Set(hopeless.flat())].join(', ');
    return {
      fate: 'not-applicable',
      reason: `no record of ${bound.map((source) => source.id).join(', ')} that we know has ${names}`,
    };
  }
  return { fate: 'ready', reason: '' };
}

/** A correlation is as good as the rules that it refers to. */
function judgeCorrelations(found: ForeignRules, ours: ReadonlySet<string>): void {
  const fates = new Map<string, Fate>([...ours].map((id) => [id, 'ready']));
  for (const { id, name, fate } of found.judged.filter((one) => one.kind === 'rule'))
    for (const key of [id, name]) if (key !== undefined && fates.get(key) !== 'ready') fates.set(key, fate);
  for (const correlation of found.correlations) if (correlation.name !== undefined) fates.set(correlation.name, 'ready');
  for (const { info } of found.correlations) fates.set(info.id, 'ready');
  for (const judged of found.judged.filter(({ kind }) => kind === 'correlation')) {
    const correlation = found.correlations.find(({ info }) => info.id === judged.id);
    const missing = (correlation?.rules ?? []).filter((name) => !fates.has(name));
    const absent = (correlation?.rules ?? []).filter((name) => fates.get(name) === 'not-applicable');
    if (missing.length > 0)
      Object.assign(judged, { fate: 'unsupported', reason: `it refers to rules that are not here: ${missing.join(', ')}` });
    else if (absent.length > 0)
      Object.assign(judged, { fate: 'not-applicable', reason: 'rules that it refers to are not applicable here' });
  }
}

/** A problem without the values that differ from rule to rule, so that the same reason is counted once. */
const reasonOf = ({ what }: Problem): string =>
  what
    .replace(/"(?:[^"\\]|\\.)*"/g, '"…"')
    .replace(/: .*$/s, '')
    .slice(0, 100);

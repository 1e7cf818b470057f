/** Our own detections → parsed rules beside their files and test cases, and the rule that a user means by a few letters. */
import { join, relative } from 'node:path';
import { nearest, type Problem, YaguraError } from '../functions/core/error.ts';
import type { SigmaCorrelation, SigmaRule } from '../functions/core/sigma/ast.ts';
import { casesOf, parseCases, type RuleCase } from '../functions/core/sigma/cases.ts';
import { compileCorrelations } from '../functions/core/sigma/correlation/compile.ts';
import type { CorrelationPlan } from '../functions/core/sigma/correlation/plan.ts';
import { type Parsed, parseSigma } from '../functions/core/sigma/parse.ts';
import { loadCorrelations, loadRules, ROOT } from './content.ts';
import { findRuleFiles, type RuleFile } from './rule-files.ts';

export const DETECTIONS = join(ROOT, 'queries', 'detections');
export const CORRELATIONS = join(ROOT, 'queries', 'correlations');

export interface RuleWithCases {
  rule: SigmaRule;
  file: RuleFile;
  cases: RuleCase[];
  problems: Problem[];
  /** Written beside a correlation and for it: proven by its cases, of many events, not by cases of its own. */
  feedsCorrelation: boolean;
}

/** The name of a file for people: below the repository or the current folder, else whole. */
export function shownFile(file: string): string {
  const below = relative(ROOT, file);
  if (!below.startsWith('..')) return below;
  const near = relative(process.cwd(), file);
  return near.startsWith('..') ? file : near;
}

/** Every rule below the paths (default: our own) with the cases that are meant for it. */
export async function rulesWithCases(
  paths: readonly string[] = [DETECTIONS],
): Promise<{ rules: RuleWithCases[]; problems: Problem[] }> {
  const { rules, problems } = await rulesIn(paths);
  return { rules: rules.map(withCases), problems };
}

type BareRule = Pick<RuleWithCases, 'rule' | 'file' | 'feedsCorrelation'>;

async function rulesIn(paths: readonly string[]): Promise<{ rules: BareRule[]; problems: Problem[] }> {
  const found = await findRuleFiles(paths);
  const problems = [...found.problems];
  const rules = found.files.flatMap((file) => {
    const parsed = parseSigma(file.text, shownFile(file.file), { attack: 'follow' });
    problems.push(...parsed.problems);
    const feedsCorrelation = parsed.correlations.length > 0;
    return parsed.rules.map((rule) => ({ rule, file, feedsCorrelation }));
  });
  return { rules, problems };
}

function withCases(one: BareRule): RuleWithCases {
  const { tests } = one.file;
  if (tests === undefined || one.feedsCorrelation) return { ...one, cases: [], problems: [] };
  const { cases, problems } = parseCases(tests.text, shownFile(tests.file));
  return { ...one, cases: casesOf(one.rule, cases), problems };
}

/**
 * The plan of the correlation of that id, path, file name or title, or in that file; undefined where there is none.
 * @throws YaguraError BadContent where it does not fit together
 */
export async function findCorrelation(wanted: string): Promise<CorrelationPlan | undefined> {
  const given = /\.ya?ml$/i.test(wanted) ? await parsedFile(wanted) : undefined;
  if (given !== undefined && given.correlations.length === 0) return undefined;
  const own = await loadCorrelations();
  const among = given?.correlations ?? own.correlations;
  const nameOf = ({ info }: SigmaCorrelation): string => info.path.slice(info.path.lastIndexOf('/') + 1);
  const found =
    given === undefined
      ? among.find((one) => [one.info.id, one.info.path, nameOf(one), one.info.title].includes(wanted))
      : among[0];
  if (found === undefined) return undefined;
  const mine = new Set(given?.rules.map(({ info }) => info.id));
  const rules = [...(given?.rules ?? []), ...[...(await loadRules()), ...own.rules].filter(({ info }) => !mine.has(info.id))];
  const others = own.correlations.filter(({ info }) => !among.some((one) => one.info.id === info.id));
  const { plans, problems } = compileCorrelations(rules, [...among, ...others]);
  const plan = plans.find(({ root }) => root.correlation === found);
  if (plan === undefined)
    throw new YaguraError('BadContent', `"${found.info.title}" raises nothing by itself`, {
      problems:
        problems.length > 0
          ? problems
          : [{ at: found.info.path, what: 'another correlation reads it', fix: `ask for that one, or say generate: true there` }],
    });
  return plan;
}

async function parsedFile(path: string): Promise<Parsed | undefined> {
  const [file] = (await findRuleFiles([path])).files;
  return file === undefined ? undefined : parseSigma(file.text, shownFile(file.file), { attack: 'follow' });
}

/**
 * The rule of that id, path, file name or file; the beginning of an id or a part of a name will do where only one rule has it.
 * @throws YaguraError NotFound, or BadInput where several fit
 */
export async function findRule(wanted: string): Promise<BareRule> {
  if (/\.ya?ml$/i.test(wanted)) {
    const { rules, problems } = await rulesIn([wanted]);
    const [only] = rules;
    if (only !== undefined) return only;
    throw new YaguraError('BadContent', `${wanted} holds no rule that can be read`, { problems });
  }
  const { rules } = await rulesIn([DETECTIONS]);
  const nameOf = ({ rule }: BareRule): string => rule.info.path.slice(rule.info.path.lastIndexOf('/') + 1);
  const exact = rules.filter((one) => [one.rule.info.id, one.rule.info.path, nameOf(one), one.rule.info.title].includes(wanted));
  const fits =
    exact.length > 0 ? exact : rules.filter((one) => one.rule.info.id.startsWith(wanted) || nameOf(one).includes(wanted));
  const [only, other] = fits;
  if (only !== undefined && other === undefined) return only;
  if (only === undefined) {
    const near = nearest(wanted, rules.map(nameOf));
    const fix = near === undefined ? 'see `yagura rules list`' : `write ${near}`;
    throw new YaguraError('NotFound', `there is no rule ${wanted}`, {
      problems: [{ at: 'RULE', what: `unknown rule ${wanted}`, allowed: 'an id, a path, a file', fix }],
    });
  }
  const names = fits.slice(0, 8).map(nameOf).join(', ');
  throw new YaguraError('BadInput', `${fits.length} rules fit ${wanted}`, {
    problems: [{ at: 'RULE', what: `${wanted} is not one rule`, allowed: names }],
  });
}

/** The text of a `.tests.yml` file → test cases of a rule, and their outcome: what failed, and which selections nobody would miss. */
import * as z from 'zod';
import type { Problem } from '../error.ts';
import type { JsonObject } from '../json.ts';
import { type SigmaRule, withoutSelection } from './ast.ts';
import { evaluate } from './predicate.ts';
import type { Verdict } from './rule.ts';
import { entryOf, placeAt, plainOf, readYaml } from './yaml-tree.ts';

const CASES = z.strictObject({
  cases: z.array(
    z.strictObject({
      name: z.string().min(3),
      expect: z.enum(['match', 'no_match', 'not_applicable']),
      event: z.record(z.string(), z.json()),
      /** Where a file holds several rules: the id or title of the one that is meant. */
      rule: z.string().exactOptional(),
    }),
  ),
});

export interface RuleCase {
  name: string;
  expect: Verdict;
  event: JsonObject;
  rule?: string;
  /** `file:line:column` */
  at: string;
}

/** Cases of one test file. Problems are located; a file with one gives the cases that are whole. */
export function parseCases(text: string, file: string): { cases: RuleCase[]; problems: Problem[] } {
  const { trees, problems } = readYaml(text, file);
  const tree = trees.find((one) => one !== undefined);
  if (tree === undefined) return { cases: [], problems: problems.length > 0 ? problems : [noCases(`${file}:1:1`)] };
  const parsed = CASES.safeParse(plainOf(tree));
  if (!parsed.success) {
    const found = parsed.error.issues.map((issue) => ({
      at: placeAt(tree, issue.path),
      what: `${issue.path.join('.') || 'the file'}: ${issue.message}`,
      allowed: 'cases: a list of name, expect (match, no_match, not_applicable) and event',
    }));
    return { cases: [], problems: [...problems, ...found] };
  }
  const list = entryOf(tree, 'cases')?.value;
  const cases = parsed.data.cases.map((one, i) => ({ ...one, at: list === undefined ? tree.at : placeAt(list, [i]) }));
  const names = new Set<string>();
  for (const { name, at } of cases) {
    if (names.has(name))
      problems.push({ at, what: `Two cases are called ${JSON.stringify(name)}`, allowed: 'names of their own' });
    names.add(name);
  }
  return { cases, problems: cases.length === 0 ? [...problems, noCases(tree.at)] : problems };
}

const noCases = (at: string): Problem => ({
  at,
  what: 'The file holds no case',
  allowed: 'at least one of match and of no_match',
});

/** The cases that are meant for one rule of the file. */
export const casesOf = (rule: SigmaRule, cases: readonly RuleCase[]): RuleCase[] =>
  cases.filter(({ rule: named }) => named === undefined || named === rule.info.id || named === rule.info.title);

export interface CaseFailure {
  case: RuleCase;
  got: Verdict;
}

export interface CasesOutcome {
  passed: number;
  failures: CaseFailure[];
  /** Selections without which every case would pass just so: nothing proves that they are needed. */
  survivors: string[];
  /** Selections that could be left out at all. */
  mutants: number;
  /** True where a case that expects a match passed. */
  proven: boolean;
}

/** Judges every case as the stream would, and once more without each selection. */
export function runCases(rule: SigmaRule, cases: readonly RuleCase[]): CasesOutcome {
  const verdicts = cases.map(({ event }) => evaluate(rule, event));
  const failures = cases.flatMap((one, i) => {
    const got = verdicts[i] ?? 'no_match';
    return got === one.expect ? [] : [{ case: one, got }];
  });
  const survivors: string[] = [];
  let mutants = 0;
  for (const { name } of rule.selections) {
    const mutant = withoutSelection(rule, name);
    if (mutant === undefined) continue;
    mutants++;
    if (cases.every(({ event }, i) => evaluate(mutant, event) === verdicts[i])) survivors.push(name);
  }
  const proven = cases.some((one, i) => one.expect === 'match' && verdicts[i] === 'match');
  return { passed: cases.length - failures.length, failures, survivors, mutants, proven };
}

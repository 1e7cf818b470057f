/** Detection content on disk → rules compiled for the stream; everything that is wrong with it is told at once. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Problem, YaguraError } from '../functions/core/error.ts';
import type { SigmaRule } from '../functions/core/sigma/ast.ts';
import { parseSigma } from '../functions/core/sigma/parse.ts';
import type { StreamRules } from '../functions/core/sigma/rule.ts';
import { compileStream } from '../functions/core/sigma/stream.ts';
import { SOURCES } from '../functions/sources/index.ts';

/** The repository's root: content lies below it. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Every `.yml` below `queries/detections`, but for the tests beside them. */
export async function ruleFiles(folder = join(ROOT, 'queries', 'detections')): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => name.endsWith('.yml') && !name.endsWith('.tests.yml'))
    .map((name) => join(folder, name))
    .sort();
}

/** @throws YaguraError BadContent with every problem of every file */
export async function loadRules(): Promise<SigmaRule[]> {
  const rules: SigmaRule[] = [];
  const problems: Problem[] = [];
  for (const file of await ruleFiles()) {
    const parsed = parseSigma(await readFile(file, 'utf8'), relative(ROOT, file), { attack: 'strict' });
    rules.push(...parsed.rules);
    problems.push(...parsed.problems);
  }
  if (problems.length > 0) throw new YaguraError('BadContent', `${problems.length} problems in the detections`, { problems });
  return rules;
}

/** Our own rules, compiled for every source. @throws YaguraError BadContent */
export async function loadStream(): Promise<StreamRules> {
  const { stream, problems } = compileStream(await loadRules(), { sources: SOURCES });
  if (problems.length > 0) throw new YaguraError('BadContent', 'the detections do not compile', { problems });
  return stream;
}

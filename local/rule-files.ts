/** Folders and files of Sigma rules → their texts with the test cases beside them, and what cannot be read. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Problem, YaguraError } from '../functions/core/error.ts';

export interface RuleFile {
  /** As the user would name it: the given path and what lies below it. */
  file: string;
  /** The folder that was given, or the file itself. */
  given: string;
  text: string;
  /** The `.tests.yml` beside it. */
  tests?: { file: string; text: string };
}

export interface FoundRules {
  files: RuleFile[];
  problems: Problem[];
}

const RULE_NAME = /\.ya?ml$/i;
const TESTS_NAME = /\.tests\.ya?ml$/i;
/** A larger file is no rule; it would only cost memory. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Every rule file below the paths, sorted. Folders whose name begins with a dot (`.git`, `.github`) are left out.
 * @throws YaguraError BadInput naming every path that does not exist
 */
export async function findRuleFiles(paths: readonly string[]): Promise<FoundRules> {
  const found: FoundRules = { files: [], problems: [] };
  const missing: Problem[] = [];
  for (const given of paths) {
    const info = await stat(given).catch(() => undefined);
    if (info === undefined)
      missing.push({ at: given, what: 'no such file or folder', fix: 'check the spelling and the current folder' });
    else if (!info.isDirectory()) await take(given, given, found);
    else
      for (const name of (await readdir(given, { recursive: true })).sort())
        if (RULE_NAME.test(name) && !TESTS_NAME.test(name) && !/(^|[\\/])\./.test(name))
          await take(join(given, name), given, found);
  }
  if (missing.length > 0) throw new YaguraError('BadInput', 'cannot read every path', { problems: missing });
  const seen = new Set<string>();
  found.files = found.files.filter(({ file }) => !seen.has(file) && seen.add(file));
  return found;
}

async function take(file: string, given: string, found: FoundRules): Promise<void> {
  try {
    const info = await stat(file);
    if (!info.isFile()) return;
    if (info.size > MAX_BYTES) throw new Error(`has ${info.size} bytes; a rule file has at most ${MAX_BYTES}`);
    const text = await readFile(file, 'utf8');
    const testsFile = file.replace(RULE_NAME, '.tests.yml');
    const tests = await readFile(testsFile, 'utf8').catch(() => undefined);
    found.files.push({ file, given, text, ...(tests === undefined ? {} : { tests: { file: testsFile, text: tests } }) });
  } catch (error) {
    found.problems.push({ at: file, what: `cannot be read: ${error instanceof Error ? error.message : String(error)}` });
  }
}

/** Turns the detections on disk into the module `yagura:content`: parsed rules as JSON, so that a function starts without a YAML parser. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Plugin } from 'esbuild';
import { type Problem, YaguraError } from '../functions/core/error.ts';
import type { SigmaRule } from '../functions/core/sigma/ast.ts';
import { parseSigma } from '../functions/core/sigma/parse.ts';

/** @throws YaguraError BadContent with every problem of every file: broken content is never deployed */
export async function readDetections(root: string): Promise<SigmaRule[]> {
  const folder = join(root, 'queries', 'detections');
  const names = (await readdir(folder, { recursive: true })).filter(
    (name) => name.endsWith('.yml') && !name.endsWith('.tests.yml'),
  );
  const rules: SigmaRule[] = [];
  const problems: Problem[] = [];
  for (const name of names.sort()) {
    const file = join(folder, name);
    const parsed = parseSigma(await readFile(file, 'utf8'), relative(root, file));
    rules.push(...parsed.rules);
    problems.push(...parsed.problems);
  }
  if (problems.length > 0) throw new YaguraError('BadContent', `${problems.length} problems in the detections`, { problems });
  return rules;
}

/** The esbuild plugin that answers the import of `yagura:content`. */
export const contentPlugin = (root: string): Plugin => ({
  name: 'yagura-content',
  setup(build) {
    build.onResolve({ filter: /^yagura:content$/ }, ({ path }) => ({ path, namespace: 'yagura' }));
    build.onLoad({ filter: /^yagura:content$/, namespace: 'yagura' }, async () => ({
      contents: JSON.stringify(await readDetections(root)),
      loader: 'json',
    }));
  },
});

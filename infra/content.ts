/** Turns the rules on disk into the module `yagura:content`: parsed rules as JSON, so that a function starts without a YAML parser. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Plugin } from 'esbuild';
import { type Problem, YaguraError } from '../functions/core/error.ts';
import type { SigmaCorrelation, SigmaRule } from '../functions/core/sigma/ast.ts';
import { compileCorrelations } from '../functions/core/sigma/correlation/compile.ts';
import { parseSigma } from '../functions/core/sigma/parse.ts';
import { lakeMapsOf } from '../functions/core/sigma/sql/compile.ts';
import { SOURCES } from '../functions/sources/index.ts';

/** Folders below `queries` that hold Sigma rules for the stream and correlations over their matches. */
const FOLDERS = ['detections', 'correlations'];

export interface DetectionContent {
  rules: SigmaRule[];
  correlations: SigmaCorrelation[];
}

/** @throws YaguraError BadContent with every problem of every file: broken content is never deployed */
export async function readDetections(root: string): Promise<DetectionContent> {
  const content: DetectionContent = { rules: [], correlations: [] };
  const problems: Problem[] = [];
  for (const file of await ruleFiles(root)) {
    const parsed = parseSigma(await readFile(file, 'utf8'), relative(root, file));
    content.rules.push(...parsed.rules);
    content.correlations.push(...parsed.correlations);
    problems.push(...parsed.problems);
  }
  problems.push(...compileCorrelations(content.rules, content.correlations).problems);
  if (problems.length > 0) throw new YaguraError('BadContent', `${problems.length} problems in the detections`, { problems });
  return content;
}

async function ruleFiles(root: string): Promise<string[]> {
  const files: string[] = [];
  for (const folder of FOLDERS.map((name) => join(root, 'queries', name))) {
    const names = await readdir(folder, { recursive: true }).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    });
    const rules = names.filter((name) => name.endsWith('.yml') && !name.endsWith('.tests.yml'));
    files.push(...rules.sort().map((name) => join(folder, name)));
  }
  return files;
}

/** The esbuild plugin that answers the import of `yagura:content`. */
export const contentPlugin = (root: string): Plugin => ({
  name: 'yagura-content',
  setup(build) {
    build.onResolve({ filter: /^yagura:content$/ }, ({ path }) => ({ path, namespace: 'yagura' }));
    build.onLoad({ filter: /^yagura:content$/, namespace: 'yagura' }, async () => ({
      contents: JSON.stringify({ ...(await readDetections(root)), lakeMaps: lakeMapsOf(SOURCES) }),
      loader: 'json',
    }));
  },
});

/** Reads detection files and their test cases from disk, for the tests of the content. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import type { SigmaRule } from '../../functions/core/sigma/ast.ts';
import { type Parsed, parseSigma } from '../../functions/core/sigma/parse.ts';

const CASES = z.strictObject({
  cases: z.array(
    z.strictObject({
      name: z.string().min(3),
      expect: z.enum(['match', 'no_match', 'not_applicable']),
      event: z.record(z.string(), z.json()),
    }),
  ),
});
export type Case = z.infer<typeof CASES>['cases'][number];

export interface DetectionFile {
  /** File name without its ending. */
  name: string;
  text: string;
  parsed: Parsed;
  cases: Case[];
}

/** The folders below `queries/detections`: each is named like a source, or `ocsf` for rules over the events of all sources. */
export const detectionFolders = (): string[] => readdirSync(join('queries', 'detections')).sort();

/** Every rule file of a folder below `queries/detections`, with its cases. */
export function detectionFiles(source: string): DetectionFile[] {
  const folder = join('queries', 'detections', source);
  const files = readdirSync(folder).filter((file) => file.endsWith('.yml') && !file.endsWith('.tests.yml'));
  return files.sort().map((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const tests = readFileSync(join(folder, file.replace(/\.yml$/, '.tests.yml')), 'utf8');
    return {
      name: basename(file, '.yml'),
      text,
      parsed: parseSigma(text, join(folder, file), { attack: 'strict' }),
      cases: CASES.parse(parse(tests)).cases,
    };
  });
}

/** The one rule of each file. */
export const rulesOf = (files: readonly DetectionFile[]): SigmaRule[] => files.flatMap(({ parsed }) => parsed.rules);

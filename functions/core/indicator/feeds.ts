/** The files of the folder `indicators` → the indicators of all feeds, each value once, as the surest feed has it. */
import { type Problem, YaguraError } from '../error.ts';
import { allowedValues, isIndicatorName, parseIndicators } from './file.ts';
import type { Indicator } from './indicator.ts';

export interface Feed {
  file: string;
  indicators: Indicator[];
  notes: Problem[];
}

/** More than this is no list for a bundle: it belongs behind a feed of its own. */
export const MAX_INDICATORS = 50_000;

/** True for the files that matter: feeds, and the allow list. */
export const isFeedFile = (name: string): boolean => isIndicatorName(name) || name === 'allow.txt';

/** @throws YaguraError BadContent with every file that cannot be read as a feed */
export function parseFeeds(files: readonly { file: string; text: string }[]): Feed[] {
  const nameOf = (file: string): string => file.split(/[\\/]/).at(-1) ?? file;
  const allowed = allowedValues(files.find(({ file }) => nameOf(file) === 'allow.txt')?.text ?? '');
  const sorted = files.filter(({ file }) => isIndicatorName(nameOf(file))).sort((a, b) => (a.file < b.file ? -1 : 1));
  const parsed = sorted.map(({ file, text }) => ({ file, ...parseIndicators(text, file, allowed) }));
  const problems = parsed.flatMap((one) => one.problems);
  const count = parsed.reduce((sum, { indicators }) => sum + indicators.length, 0);
  if (count > MAX_INDICATORS)
    problems.push({
      at: 'indicators',
      what: `${count} indicators`,
      allowed: `at most ${MAX_INDICATORS}`,
      fix: 'keep the surest and newest',
    });
  if (problems.length > 0) throw new YaguraError('BadContent', `${problems.length} problems in the indicators`, { problems });
  return parsed.map(({ file, indicators, notes }) => ({ file, indicators, notes }));
}

/** Each value once. */
export function indicatorsOf(feeds: readonly Feed[]): Indicator[] {
  const found = new Map<string, Indicator>();
  for (const indicator of feeds.flatMap(({ indicators }) => indicators)) {
    const key = `${indicator.type} ${indicator.value}`;
    const known = found.get(key);
    if (known === undefined || indicator.confidence > known.confidence) found.set(key, indicator);
  }
  return [...found.values()];
}

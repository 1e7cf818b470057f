/** Detection content on disk → rules compiled for the stream; everything that is wrong with it is told at once. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Problem, YaguraError } from '../functions/core/error.ts';
import { indicatorsOf } from '../functions/core/indicator/feeds.ts';
import { IndicatorIndex } from '../functions/core/indicator/index-of.ts';
import type { SigmaCorrelation, SigmaFilter, SigmaRule } from '../functions/core/sigma/ast.ts';
import { compileCorrelations } from '../functions/core/sigma/correlation/compile.ts';
import { createMatchReader, type MatchReader } from '../functions/core/sigma/correlation/reader.ts';
import { applyFilters } from '../functions/core/sigma/filter.ts';
import { parseSigma } from '../functions/core/sigma/parse.ts';
import type { StreamRules } from '../functions/core/sigma/rule.ts';
import { lakeMapsOf } from '../functions/core/sigma/sql/compile.ts';
import { compileStream } from '../functions/core/sigma/stream.ts';
import { Suppressor } from '../functions/core/suppression/apply.ts';
import type { DetectContent } from '../functions/detect/backfill.ts';
import { eventOfSources } from '../functions/sources/event-of.ts';
import { SOURCES } from '../functions/sources/index.ts';
import type { Source } from '../functions/sources/source.ts';
import { loadFeeds, loadSuppressions } from './desk.ts';

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
export async function loadStream(sources: readonly Source[] = SOURCES): Promise<StreamRules> {
  const { stream, problems } = compileStream(await loadRules(), { sources });
  if (problems.length > 0) throw new YaguraError('BadContent', 'the detections do not compile', { problems });
  return stream;
}

/** What a run of the pipeline needs: rules for the stream, correlations over their matches, what the one keeps for the other, and what nobody needs to look at. */
export interface PipelineContent {
  rules: StreamRules;
  matches: MatchReader;
  correlations: DetectContent;
  suppressor: Suppressor;
  indicators: IndicatorIndex;
}

/** Other people's content, judged already: it runs beside ours, and its filters narrow ours too. */
export interface ForeignContent {
  runnable: readonly SigmaRule[];
  correlations: readonly SigmaCorrelation[];
  filters: readonly SigmaFilter[];
}

/**
 * Our own detections and correlations and, if given, those of others. `refused`: why correlations of others do not run; the rest runs.
 * @throws YaguraError BadContent where our own content has a problem
 */
export async function loadContent(
  others?: ForeignContent,
  sources: readonly Source[] = SOURCES,
): Promise<PipelineContent & { refused: Problem[] }> {
  const own = await loadCorrelations();
  const ours = [...(await loadRules()), ...own.rules];
  const problems = compileCorrelations(ours, own.correlations).problems;
  const rules = applyFilters([...ours, ...(others?.runnable ?? [])], others?.filters ?? []).rules;
  const { stream, problems: unusable } = compileStream(rules, { sources });
  problems.push(...unusable);
  if (problems.length > 0) throw new YaguraError('BadContent', 'the detections do not compile', { problems });
  const { problems: refused, ...correlations } = compileCorrelations(rules, [
    ...own.correlations,
    ...(others?.correlations ?? []),
  ]);
  const suppressions = await loadSuppressions();
  const suppressor = new Suppressor(suppressions);
  const listed = indicatorsOf(await loadFeeds());
  const detect = {
    ...correlations,
    ...{ lakeMaps: lakeMapsOf(sources), eventOf: eventOfSources(sources) },
    ...{ suppressions, suppressor, indicators: listed },
  };
  const indicators = new IndicatorIndex(listed);
  return {
    rules: stream,
    matches: createMatchReader(correlations, sources),
    correlations: detect,
    suppressor,
    indicators,
    refused,
  };
}

/** Our own correlations, and the rules that only feed them. @throws YaguraError BadContent with every problem of every file */
export async function loadCorrelations(): Promise<{ rules: SigmaRule[]; correlations: SigmaCorrelation[] }> {
  const loaded: { rules: SigmaRule[]; correlations: SigmaCorrelation[] } = { rules: [], correlations: [] };
  const problems: Problem[] = [];
  for (const file of await ruleFiles(join(ROOT, 'queries', 'correlations'))) {
    const parsed = parseSigma(await readFile(file, 'utf8'), relative(ROOT, file), { attack: 'strict' });
    loaded.rules.push(...parsed.rules);
    loaded.correlations.push(...parsed.correlations);
    problems.push(...parsed.problems);
  }
  if (problems.length > 0) throw new YaguraError('BadContent', `${problems.length} problems in the correlations`, { problems });
  return loaded;
}

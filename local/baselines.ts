/** The baselines of the repository, parsed, and a run of what is due of them on a laptop. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BaselineContent, type BaselineReport, judgeBaselines } from '../functions/baseline/stage.ts';
import { type Baseline, parseBaseline } from '../functions/core/baseline/baseline.ts';
import { parseConfig } from '../functions/core/config.ts';
import { nearest, type Problem, YaguraError } from '../functions/core/error.ts';
import { ROOT } from './content.ts';
import type { LocalState } from './ports.ts';

/** @throws YaguraError BadContent with every problem of every file */
export async function readBaselines(folder = join(ROOT, 'queries', 'baselines')): Promise<Baseline[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const baselines: Baseline[] = [];
  const problems: Problem[] = [];
  for (const name of names) {
    const parsed = parseBaseline(`queries/baselines/${name}`, await readFile(join(folder, name), 'utf8'));
    if (parsed.baseline !== undefined) baselines.push(parsed.baseline);
    problems.push(...parsed.problems);
  }
  if (problems.length > 0) throw new YaguraError('BadContent', `${problems.length} problems in the baselines`, { problems });
  return baselines;
}

/** Those of the names, or all. @throws YaguraError NotFound naming the nearest */
export async function namedBaselines(names: readonly string[]): Promise<Baseline[]> {
  const all = await readBaselines();
  const known = all.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    const fix = near === undefined ? 'see `yagura baselines list`' : `did you mean "${near}"?`;
    throw new YaguraError('NotFound', `there is no baseline ${JSON.stringify(name)}`, {
      problems: [{ what: name, allowed: known.join(', '), fix }],
    });
  }
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

/** Nothing is charged on a laptop: the daily budget is the default's, so that the breaker can be seen. */
export async function dueBaselines(state: LocalState, baselines: readonly Baseline[]): Promise<BaselineReport> {
  const { cost } = parseConfig({}, { sources: [], stages: [] });
  const content: BaselineContent = { baselines, dailyUsd: cost.dailyQueryUsd };
  await state.geo.ready();
  return await judgeBaselines(state, content);
}

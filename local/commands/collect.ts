/** `yagura collect`: what vendors' APIs have since the last run → the state's landing folder, and through the pipeline. */
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CONNECTORS } from '../../functions/collect/connectors/index.ts';
import type { FeedReport } from '../../functions/collect/feed-run.ts';
import { connectorSettings } from '../../functions/core/collect-config.ts';
import { parseConfig } from '../../functions/core/config.ts';
import { nearest, problemText, YaguraError } from '../../functions/core/error.ts';
import { PIPELINE } from '../../functions/pipeline.ts';
import { loadContent } from '../content.ts';
import { findLogFiles } from '../log-files.ts';
import { loadSources } from '../mappings.ts';
import { openState } from '../ports.ts';
import { replay } from '../replay.ts';
import { LOCAL_STAGES } from '../stages.ts';
import { plain, tableText } from '../table-text.ts';
import { EXIT, note, out } from './io.ts';

export interface CollectCommandOptions {
  state: string;
  config: string;
  mappings?: string;
  json?: boolean;
}

/** Runs the named connectors, or all that the configuration names, due or not. One process at a time: the state is locked. */
export async function collectCommand(names: readonly string[], options: CollectCommandOptions): Promise<number> {
  const sources = await loadSources(options.mappings);
  const settings = await configured(
    options.config,
    sources.map(({ id }) => id),
  );
  const only = chosen(
    names,
    settings.map(({ name }) => name),
  );
  const { refused: _, ...content } = await loadContent(undefined, sources);
  const state = await openState(options.state, { write: true });
  try {
    const { feeds, problems } = await LOCAL_STAGES.collect(state, { connectors: CONNECTORS, settings }, { only, takeOver: true });
    const landed = join(state.dir, 'landing', 'collect');
    const isThere = await access(landed).then(
      () => true,
      () => false,
    );
    const found = isThere ? await findLogFiles([landed]) : { files: [], otherFiles: 0, problems: [] };
    const report = await replay(found, state, { sources, ...content });
    if (options.json) out(JSON.stringify({ feeds, problems, ingested: { ...report, out: report.out } }));
    else {
      out(tableText(['connector', 'feed', 'records', 'objects', 'state'], feeds.map(rowOf)));
      out(`${report.in} new records = ${report.out} events + ${report.quarantined} quarantined + ${report.dropped} dropped`);
      for (const problem of [...problems, ...report.problems.slice(0, 10)]) note(`! ${plain(problemText(problem))}`);
    }
    return problems.length + report.problems.length > 0 ? EXIT.partial : EXIT.ok;
  } finally {
    await state.close();
  }
}

const rowOf = ({ connector, feed, records, objects, isCaughtUp, problems }: FeedReport): (string | number)[] => [
  connector,
  feed,
  records,
  objects,
  problems.length > 0 ? 'failed' : isCaughtUp ? 'caught up' : 'more is waiting',
];

async function configured(path: string, sourceIds: readonly string[]) {
  const url = pathToFileURL(resolve(path)).href;
  const module: unknown = await import(url).catch((error: unknown) => {
    throw new YaguraError('BadConfig', 'cannot read the configuration', {
      problems: [{ at: path, what: error instanceof Error ? error.message : String(error), fix: 'name it with --config' }],
    });
  });
  const input = typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
  const config = parseConfig(input, { sources: sourceIds, stages: PIPELINE.map(({ id }) => id), connectors: CONNECTORS });
  const settings = connectorSettings(config.collect, CONNECTORS);
  if (settings.length > 0) return settings;
  throw new YaguraError('BadConfig', 'no connector is configured', {
    problems: [
      {
        at: `${path}: collect.connectors`,
        what: 'empty',
        allowed: CONNECTORS.map(({ id }) => id).join(', '),
        fix: "add for example collect: { connectors: [{ connector: 'okta', domain: 'acme.okta.com', secret: 'yagura/okta' }] }",
      },
    ],
  });
}

function chosen(names: readonly string[], known: readonly string[]): readonly string[] {
  const problems = names
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearest(name, known);
      const fix = near === undefined ? {} : { fix: `write ${near}` };
      return { at: name, what: 'no connector of the configuration has this name', allowed: known.join(', '), ...fix };
    });
  if (problems.length > 0) throw new YaguraError('BadInput', 'unknown connector', { problems });
  return names.length > 0 ? names : known;
}

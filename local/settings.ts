/** The repository's `soc.config.ts` as a laptop reads it: the same checks as a deployment's. */
import { CONNECTORS } from '../functions/collect/connectors/index.ts';
import { type Config, parseConfig } from '../functions/core/config.ts';
import { PIPELINE } from '../functions/pipeline.ts';
import userConfig from '../soc.config.ts';
import { loadSources } from './mappings.ts';

/** @throws YaguraError BadConfig with every problem */
export async function readConfig(): Promise<Config> {
  const sources = (await loadSources()).map(({ id }) => id);
  return parseConfig(userConfig, { sources, stages: PIPELINE.map(({ id }) => id), connectors: CONNECTORS });
}

/** Turns `soc.config.ts` and the repository's content into everything that the app is built from. */
import { fileURLToPath } from 'node:url';
import { CONNECTORS } from '../functions/collect/connectors/index.ts';
import { type Config, parseConfig } from '../functions/core/config.ts';
import { PIPELINE } from '../functions/pipeline.ts';
import { permissionsOf } from '../functions/respond/actions/index.ts';
import userConfig from '../soc.config.ts';
import { bundleStages } from './bundle.ts';
import { collectContent, collectPlugin, contentPlugin, readSources } from './content.ts';
import type { Deployment } from './deployment.ts';
import { readPlaybooks } from './playbooks.ts';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** @throws YaguraError BadConfig, BadContent with every problem */
export async function readDeployment(input: unknown = userConfig): Promise<Deployment> {
  const stages = PIPELINE.map(({ id }) => id);
  const sources = await readSources(ROOT);
  const config: Config = parseConfig(input, { sources: sources.map(({ id }) => id), stages, connectors: CONNECTORS });
  const [bundles, playbooks] = await Promise.all([
    bundleStages({ root: ROOT, stages, plugins: [contentPlugin(ROOT), collectPlugin(collectContent(config, CONNECTORS))] }),
    readPlaybooks(ROOT),
  ]);
  return { config, bundles, playbooks, sources, permissions: permissionsOf() };
}

/** Turns `soc.config.ts` and the repository's content into everything that the app is built from. */
import * as disk from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import { CONNECTORS } from '../functions/collect/connectors/index.ts';
import { type Config, parseConfig } from '../functions/core/config.ts';
import { GEO_FILE } from '../functions/core/geo/files.ts';
import { packedGeo } from '../functions/core/geo/packed.ts';
import { PIPELINE, type Stage } from '../functions/pipeline.ts';
import { permissionsOf } from '../functions/respond/actions/index.ts';
import userConfig from '../soc.config.ts';
import { bundleStages } from './bundle.ts';
import {
  apiPlugin,
  type CollectContent,
  casePlugin,
  collectContent,
  collectPlugin,
  contentPlugin,
  healthPlugin,
  lakePlugin,
  notifyPlugin,
  readDetections,
  readSources,
  respondPlugin,
} from './content.ts';
import type { Deployment } from './deployment.ts';
import { readPlaybooks } from './playbooks.ts';
import { shownCoverage } from './shown-coverage.ts';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** @throws YaguraError BadConfig, BadContent with every problem */
export async function readDeployment(input: unknown = userConfig): Promise<Deployment> {
  const stages = PIPELINE.map(({ id }) => id);
  const sources = await readSources(ROOT);
  const config: Config = parseConfig(input, { sources: sources.map(({ id }) => id), stages, connectors: CONNECTORS });
  const plugins = pluginsOf(config, collectContent(config, CONNECTORS));
  const [bundles, playbooks, { rules }] = await Promise.all([
    bundleStages({ root: ROOT, stages, plugins, assets: await geoAssets() }),
    readPlaybooks(ROOT),
    readDetections(ROOT),
  ]);
  return { config, bundles, playbooks, sources, permissions: permissionsOf(), coverage: shownCoverage(rules, sources) };
}

/** Everything that the bundler writes into the functions: content of the repository, and what the configuration says. */
export const pluginsOf = (config: Config, collect: CollectContent): readonly Plugin[] => [
  contentPlugin(ROOT),
  collectPlugin(collect),
  lakePlugin(config.retentionDays.tables),
  notifyPlugin(config.notify),
  healthPlugin(ROOT, config.freshness),
  casePlugin(ROOT, config),
  apiPlugin(config.api),
  respondPlugin(config.respond),
];

/** The data of the `geo` port, for the stages that declare it. */
async function geoAssets(): Promise<Record<string, Record<string, Uint8Array>>> {
  const all: readonly Stage[] = PIPELINE;
  const asking = all.filter(({ ports }) => ports.geo !== undefined);
  const packed = await packedGeo(ROOT, disk);
  return Object.fromEntries(asking.map(({ id }) => [id, { [GEO_FILE]: packed }]));
}

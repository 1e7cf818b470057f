/** Turns rules and mappings on disk into the module `yagura:content`: parsed, as JSON, so that a function starts without a YAML parser. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Plugin } from 'esbuild';
import { type Baseline, parseBaseline } from '../functions/core/baseline/baseline.ts';
import { isTemplateName, parseTemplates, type TaskTemplate } from '../functions/core/case/template.ts';
import {
  type ConnectorSettings,
  connectorSettings,
  type KnownConnector,
  type WebhookConfig,
} from '../functions/core/collect-config.ts';
import type { Config } from '../functions/core/config.ts';
import { INVENTORY_FILES, type Inventory, parseInventory } from '../functions/core/enrichment/inventory.ts';
import { type Problem, YaguraError } from '../functions/core/error.ts';
import { indicatorsOf, isFeedFile, parseFeeds } from '../functions/core/indicator/feeds.ts';
import type { Indicator } from '../functions/core/indicator/indicator.ts';
import type { FileMapping } from '../functions/core/mapping/file.ts';
import { isMappingName, parseMappings } from '../functions/core/mapping/file-set.ts';
import { parseScheduled, type ScheduledQuery, unknownSources } from '../functions/core/scheduled/file.ts';
import type { SigmaCorrelation, SigmaRule } from '../functions/core/sigma/ast.ts';
import { compileCorrelations } from '../functions/core/sigma/correlation/compile.ts';
import { parseSigma } from '../functions/core/sigma/parse.ts';
import { readersOf } from '../functions/core/sigma/readers.ts';
import { lakeMapsOf } from '../functions/core/sigma/sql/compile.ts';
import { isSuppressionName, parseSuppressions } from '../functions/core/suppression/file.ts';
import type { Suppression } from '../functions/core/suppression/suppression.ts';
import { withMappings } from '../functions/sources/from-mapping.ts';
import { SOURCES } from '../functions/sources/index.ts';
import type { Source } from '../functions/sources/source.ts';

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

/** SQL detections: `queries/scheduled/*.sql`. @throws YaguraError BadContent with every problem of every file */
export async function readScheduled(root: string): Promise<ScheduledQuery[]> {
  const folder = join(root, 'queries', 'scheduled');
  const names = (await namesIn(folder)).filter((name) => name.endsWith('.sql')).sort();
  const parsed = await Promise.all(
    names.map(async (name) => parseScheduled(`queries/scheduled/${name}`, await readFile(join(folder, name), 'utf8'))),
  );
  const queries = parsed.flatMap(({ query }) => query ?? []);
  const known = (await readSources(root)).map(({ id }) => id);
  const problems = [...parsed.flatMap(({ problems: found }) => found), ...unknownSources(queries, known)];
  if (problems.length > 0)
    throw new YaguraError('BadContent', `${problems.length} problems in the scheduled queries`, { problems });
  return queries;
}

/** What is usual: `queries/baselines/*.sql`. @throws YaguraError BadContent with every problem of every file */
export async function readBaselines(root: string): Promise<Baseline[]> {
  const folder = join(root, 'queries', 'baselines');
  const names = (await namesIn(folder)).filter((name) => name.endsWith('.sql')).sort();
  const parsed = await Promise.all(
    names.map(async (name) => parseBaseline(`queries/baselines/${name}`, await readFile(join(folder, name), 'utf8'))),
  );
  const problems = parsed.flatMap(({ problems: found }) => found);
  if (problems.length > 0) throw new YaguraError('BadContent', `${problems.length} problems in the baselines`, { problems });
  return parsed.flatMap(({ baseline }) => baseline ?? []);
}

/** Users' mappings: `mappings/*.yml`. @throws YaguraError BadContent with every problem of every file */
export async function readMappings(root: string): Promise<FileMapping[]> {
  const folder = join(root, 'mappings');
  const names = await namesIn(folder);
  const files = names.filter(isMappingName).map(async (name) => ({
    file: join('mappings', name),
    text: await readFile(join(folder, name), 'utf8'),
  }));
  return parseMappings(
    await Promise.all(files),
    SOURCES.map(({ id }) => id),
  );
}

/** What nobody needs to look at: `suppressions/*.yml`. Expired ones are deployed too: they mean nothing and speak up. @throws YaguraError BadContent */
export async function readSuppressions(root: string): Promise<Suppression[]> {
  const folder = join(root, 'suppressions');
  const files = (await namesIn(folder)).filter(isSuppressionName).map(async (name) => ({
    file: join('suppressions', name),
    text: await readFile(join(folder, name), 'utf8'),
  }));
  return parseSuppressions(await Promise.all(files));
}

/** Values that others saw in attacks: `indicators/*.{txt,csv,json}`. @throws YaguraError BadContent */
export async function readIndicators(root: string): Promise<Indicator[]> {
  const folder = join(root, 'indicators');
  const files = (await namesIn(folder)).filter(isFeedFile).map(async (name) => ({
    file: join('indicators', name),
    text: await readFile(join(folder, name), 'utf8'),
  }));
  return indicatorsOf(parseFeeds(await Promise.all(files)));
}

/** What is written down of assets, identities and vulnerabilities: `inventory/*.csv`. @throws YaguraError BadContent */
export async function readInventory(root: string): Promise<Inventory> {
  const folder = join(root, 'inventory');
  const wanted: readonly string[] = INVENTORY_FILES;
  const files = (await namesIn(folder))
    .filter((name) => wanted.includes(name))
    .map(async (name) => ({ file: join('inventory', name), text: await readFile(join(folder, name), 'utf8') }));
  return parseInventory(await Promise.all(files));
}

/** Every source that a deployment of this repository knows. @throws YaguraError BadContent */
export const readSources = async (root: string): Promise<readonly Source[]> => withMappings(await readMappings(root), SOURCES);

const namesIn = (folder: string, recursive = false): Promise<string[]> =>
  readdir(folder, { recursive }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });

async function ruleFiles(root: string): Promise<string[]> {
  const files: string[] = [];
  for (const folder of FOLDERS.map((name) => join(root, 'queries', name))) {
    const names = await namesIn(folder, true);
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
    build.onLoad({ filter: /^yagura:content$/, namespace: 'yagura' }, async () => {
      const mappings = await readMappings(root);
      const lakeMaps = lakeMapsOf(withMappings(mappings, SOURCES));
      const scheduledQueries = await readScheduled(root);
      const baselines = await readBaselines(root);
      const suppressions = await readSuppressions(root);
      const indicators = await readIndicators(root);
      const inventory = await readInventory(root);
      const content = {
        ...(await readDetections(root)),
        lakeMaps,
        mappings,
        scheduledQueries,
        baselines,
        suppressions,
        indicators,
        inventory,
      };
      return { contents: JSON.stringify(content), loader: 'json' };
    });
  },
});

export interface CollectContent {
  connectors: ConnectorSettings[];
  webhooks: WebhookConfig[];
}

/** What the functions that collect are told: names of secrets, never secrets. */
export const collectContent = ({ collect }: Config, known: readonly KnownConnector[]): CollectContent => ({
  connectors: connectorSettings(collect, known),
  webhooks: collect.webhooks,
});

/** The esbuild plugin that answers the import of `yagura:collect`: environment variables hold 4 kB in all, a bundle holds any number. */
export const collectPlugin = (content: CollectContent): Plugin => ({
  name: 'yagura-collect',
  setup(build) {
    build.onResolve({ filter: /^yagura:collect$/ }, ({ path }) => ({ path, namespace: 'yagura-collect' }));
    build.onLoad({ filter: /^yagura:collect$/, namespace: 'yagura-collect' }, () => ({
      contents: JSON.stringify(content),
      loader: 'json',
    }));
  },
});

/** The esbuild plugin that answers the import of `yagura:respond`: which tenants; names of secrets, never secrets. */
export const respondPlugin = (respond: Config['respond']): Plugin => ({
  name: 'yagura-respond',
  setup(build) {
    build.onResolve({ filter: /^yagura:respond$/ }, ({ path }) => ({ path, namespace: 'yagura-respond' }));
    build.onLoad({ filter: /^yagura:respond$/, namespace: 'yagura-respond' }, () => ({
      contents: JSON.stringify(respond),
      loader: 'json',
    }));
  },
});

/** The esbuild plugin that answers the import of `yagura:lake`: what is kept how long. */
export const lakePlugin = (retentionDays: Config['retentionDays']['tables']): Plugin => ({
  name: 'yagura-lake',
  setup(build) {
    build.onResolve({ filter: /^yagura:lake$/ }, ({ path }) => ({ path, namespace: 'yagura-lake' }));
    build.onLoad({ filter: /^yagura:lake$/, namespace: 'yagura-lake' }, () => ({
      contents: JSON.stringify({ retentionDays }),
      loader: 'json',
    }));
  },
});

/** The esbuild plugin that answers the import of `yagura:notify`: whom to tell; names of secrets, never secrets. */
export const notifyPlugin = (notify: Config['notify']): Plugin => ({
  name: 'yagura-notify',
  setup(build) {
    build.onResolve({ filter: /^yagura:notify$/ }, ({ path }) => ({ path, namespace: 'yagura-notify' }));
    build.onLoad({ filter: /^yagura:notify$/, namespace: 'yagura-notify' }, () => ({
      contents: JSON.stringify(notify),
      loader: 'json',
    }));
  },
});

/** What every case begins with: `tasks/*.yml`. @throws YaguraError BadContent with every problem of every file */
export async function readTemplates(root: string): Promise<TaskTemplate[]> {
  const folder = join(root, 'tasks');
  const names = (await namesIn(folder)).filter(isTemplateName).sort();
  const files = names.map(async (name) => ({ file: `tasks/${name}`, text: await readFile(join(folder, name), 'utf8') }));
  return parseTemplates(await Promise.all(files));
}

/** The esbuild plugin that answers the import of `yagura:cases`: how cases are worked. */
export const casePlugin = (root: string, { cases: policy, triage: { autoClose } }: Pick<Config, 'cases' | 'triage'>): Plugin => ({
  name: 'yagura-cases',
  setup(build) {
    build.onResolve({ filter: /^yagura:cases$/ }, ({ path }) => ({ path, namespace: 'yagura-cases' }));
    build.onLoad({ filter: /^yagura:cases$/, namespace: 'yagura-cases' }, async () => ({
      contents: JSON.stringify({ policy, templates: await readTemplates(root), autoClose }),
      loader: 'json',
    }));
  },
});

/** The esbuild plugin that answers the import of `yagura:health`: how long sources may be silent, how many rules read which. */
export const healthPlugin = (root: string, freshness: Config['freshness']): Plugin => ({
  name: 'yagura-health',
  setup(build) {
    build.onResolve({ filter: /^yagura:health$/ }, ({ path }) => ({ path, namespace: 'yagura-health' }));
    build.onLoad({ filter: /^yagura:health$/, namespace: 'yagura-health' }, async () => {
      const [{ rules }, sources] = await Promise.all([readDetections(root), readSources(root)]);
      return { contents: JSON.stringify({ freshness, readers: readersOf(rules, sources) }), loader: 'json' };
    });
  },
});

/** The esbuild plugin that answers the import of `yagura:api`: who may call. */
export const apiPlugin = (api: Config['api']): Plugin => ({
  name: 'yagura-api',
  setup(build) {
    build.onResolve({ filter: /^yagura:api$/ }, ({ path }) => ({ path, namespace: 'yagura-api' }));
    build.onLoad({ filter: /^yagura:api$/, namespace: 'yagura-api' }, () => ({ contents: JSON.stringify(api), loader: 'json' }));
  },
});

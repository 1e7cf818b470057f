/** The folders that people of the SOC keep beside their rules (`suppressions`, `indicators`, `inventory`) → what the stages are told of them. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Enricher } from '../functions/core/enrichment/enricher.ts';
import { INVENTORY_FILES, parseInventory } from '../functions/core/enrichment/inventory.ts';
import { YaguraError } from '../functions/core/error.ts';
import { type Feed, indicatorsOf, isFeedFile, parseFeeds } from '../functions/core/indicator/feeds.ts';
import { IndicatorIndex } from '../functions/core/indicator/index-of.ts';
import { Suppressor } from '../functions/core/suppression/apply.ts';
import { isSuppressionName, parseSuppressions } from '../functions/core/suppression/file.ts';
import type { Suppression } from '../functions/core/suppression/suppression.ts';
import type { CorrelateContent } from '../functions/correlate/content.ts';

/** Below the current folder; each may be missing. */
export const SUPPRESSIONS = 'suppressions';
export const INDICATORS = 'indicators';
export const INVENTORY = 'inventory';

/** @throws YaguraError BadContent with every problem of every file */
export async function loadDesk(): Promise<CorrelateContent> {
  return { suppressor: new Suppressor(await loadSuppressions()), enricher: await loadEnricher() };
}

/**
 * @param dir undefined: the default, which may be missing
 * @throws YaguraError BadInput for a named folder that is not there, BadContent with every problem of every file
 */
export const loadSuppressions = async (dir?: string): Promise<Suppression[]> => parseSuppressions(await suppressionFiles(dir));

/** Assets, identities and vulnerabilities of the folder `inventory`, and the indicators. @throws YaguraError BadContent */
export async function loadEnricher(dir?: string): Promise<Enricher> {
  const wanted: readonly string[] = INVENTORY_FILES;
  const inventory = parseInventory(await filesIn(dir, INVENTORY, (name) => wanted.includes(name)));
  return new Enricher(inventory, new IndicatorIndex(indicatorsOf(await loadFeeds())));
}

/** The feeds of the folder `indicators`. @throws YaguraError BadInput, BadContent */
export const loadFeeds = async (dir?: string): Promise<Feed[]> => parseFeeds(await filesIn(dir, INDICATORS, isFeedFile));

/** The files of the folder, unread by any parser. */
export const suppressionFiles = (dir?: string): Promise<{ file: string; text: string }[]> =>
  filesIn(dir, SUPPRESSIONS, isSuppressionName);

async function filesIn(
  dir: string | undefined,
  usual: string,
  isWanted: (name: string) => boolean,
): Promise<{ file: string; text: string }[]> {
  const folder = dir ?? usual;
  const names = await readdir(folder).catch((error: unknown) => {
    if (dir === undefined) return [];
    throw new YaguraError('BadInput', `cannot read the ${usual}`, {
      problems: [{ at: folder, what: `no folder that can be listed: ${error instanceof Error ? error.message : String(error)}` }],
    });
  });
  const files = names.filter(isWanted).sort();
  return Promise.all(files.map(async (name) => ({ file: join(folder, name), text: await readFile(join(folder, name), 'utf8') })));
}

/** The samples of each source → the fields that its records and its OCSF events carry, as a hint for authors of rules. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SigmaRule } from '../functions/core/sigma/ast.ts';
import { FieldInventory, type FieldSight } from '../functions/core/sigma/field-inventory.ts';
import { readsSource, type SourceHealth } from '../functions/core/sigma/readiness.ts';
import { SOURCES } from '../functions/sources/index.ts';
import type { Source } from '../functions/sources/source.ts';
import { ROOT } from './content.ts';

export type SourceFields = Record<SigmaRule['taxonomy'], FieldInventory>;

/** Fields of every source's samples, by source id. */
export async function sampleFields(): Promise<Map<string, SourceFields>> {
  const found = new Map<string, SourceFields>();
  for (const { id } of SOURCES) {
    const fields: SourceFields = { sigma: new FieldInventory(), ocsf: new FieldInventory() };
    const folder = join(ROOT, 'functions', 'sources', id, 'samples');
    for (const name of await readdir(folder).catch(() => [])) {
      if (!name.endsWith('.json')) continue;
      const sample: unknown = JSON.parse(await readFile(join(folder, name), 'utf8'));
      fields[name.endsWith('.ocsf.json') ? 'ocsf' : 'sigma'].add(sample);
    }
    found.set(id, fields);
  }
  return found;
}

/** The connected sources as readiness asks for them, their fields known from samples only. */
export const sampleSources = (fields: ReadonlyMap<string, SourceFields>, sources: readonly Source[] = SOURCES): SourceHealth[] =>
  sources.map(({ id, logsources }) => ({
    id,
    logsources,
    judgeField: (path, taxonomy) => fields.get(id)?.[taxonomy].judge(path) ?? 'possible',
  }));

/** What the sources that a rule reads carry, for the linter: the kindest of their answers. */
export function fieldHints(fields: ReadonlyMap<string, SourceFields>): {
  judgeField: (rule: SigmaRule, path: string) => FieldSight;
  knownFields: (rule: SigmaRule) => string[];
} {
  const inventories = (rule: SigmaRule): FieldInventory[] =>
    SOURCES.filter((source) => readsSource(rule, source)).flatMap(({ id }) => fields.get(id)?.[rule.taxonomy] ?? []);
  return {
    judgeField: (rule, path) => {
      const sights = inventories(rule).map((inventory) => inventory.judge(path));
      if (sights.length === 0 || sights.includes('possible')) return 'possible';
      return sights.includes('seen') ? 'seen' : 'unknown';
    },
    knownFields: (rule) => inventories(rule).flatMap((inventory) => inventory.fields()),
  };
}

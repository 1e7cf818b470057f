// The lake's tables and views on Trino, made from the same manifest as the Glue catalogue.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CUT_COLUMN, ROLLUP_COLUMNS, ROLLUP_PREFIX, ROLLUP_TABLE_NAME } from '../../functions/core/lake/rollup.ts';
import { cutView, TIERS } from '../../functions/core/lake/table-view.ts';
import { type LakeTable, PARTITION_KEYS, storedTableName, TABLES, tablePrefix } from '../../functions/core/lake/tables.ts';
import { trinoType } from '../../functions/core/lake/types.ts';
import { LAKE_VIEWS } from '../../functions/core/lake/views.ts';
import type { Query } from '../../functions/ports/query.ts';

/** Creates the schema `yagura` over `local:///ocsf`, with partition projection as Athena has it, and every view. */
export async function createLake(query: Query, folder: string, sources: readonly string[]): Promise<void> {
  await query.run('CREATE SCHEMA IF NOT EXISTS hive.yagura');
  for (const table of TABLES) {
    // Where S3 has prefixes, a file system wants folders.
    mkdirSync(join(folder, tablePrefix(table)), { recursive: true });
    await query.run(tableDdl(table, sources));
  }
  mkdirSync(join(folder, ROLLUP_PREFIX), { recursive: true });
  await query.run(rollupDdl(sources));
  for (const { name, athenaSql } of [cutView([]), ...LAKE_VIEWS])
    await query.run(`CREATE OR REPLACE VIEW ${name} AS ${athenaSql}`);
}

const [SOURCE, EVENTDAY] = PARTITION_KEYS;

const projected = (sources: readonly string[]): string[] => [
  `"${SOURCE}" varchar WITH (partition_projection_type = 'ENUM', partition_projection_values = ARRAY[${sources.map((id) => `'${id}'`).join(', ')}])`,
  `"${EVENTDAY}" varchar WITH (partition_projection_type = 'DATE', partition_projection_format = 'yyyyMMdd', partition_projection_range = ARRAY['20240101', 'NOW+1DAYS'], partition_projection_interval = 1, partition_projection_interval_unit = 'DAYS')`,
];

function tableDdl(table: LakeTable, sources: readonly string[]): string {
  const columns = [
    ...table.columns.map(({ name, type }) => `"${name}" ${trinoType(type)}`),
    `"tier" varchar WITH (partition_projection_type = 'ENUM', partition_projection_values = ARRAY[${TIERS.map((tier) => `'${tier}'`).join(', ')}])`,
    ...projected(sources),
  ];
  return `CREATE TABLE ${storedTableName(table)} (${columns.join(', ')}) WITH (format = 'PARQUET', external_location = 'local:///${tablePrefix(table)}', partitioned_by = ARRAY['tier', '${SOURCE}', '${EVENTDAY}'], partition_projection_enabled = true, partition_projection_location_template = 'local:///\${tier}/${table.name}/source=\${source}/eventday=\${eventday}/')`;
}

function rollupDdl(sources: readonly string[]): string {
  const columns = [...ROLLUP_COLUMNS, CUT_COLUMN].map(({ name, type }) => `"${name}" ${trinoType(type)}`);
  const location = `local:///${ROLLUP_PREFIX}`;
  return `CREATE TABLE ${ROLLUP_TABLE_NAME} (${[...columns, ...projected(sources)].join(', ')}) WITH (format = 'PARQUET', external_location = '${location}', partitioned_by = ARRAY['${SOURCE}', '${EVENTDAY}'], partition_projection_enabled = true, partition_projection_location_template = '${location}source=\${source}/eventday=\${eventday}/')`;
}

/** Turns the lake's manifest into its Glue database: tables whose partitions Athena computes instead of looking up. */
import { Aws } from 'aws-cdk-lib';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import type { Construct } from 'constructs';
import type { Config } from '../functions/core/config.ts';
import { CUT_COLUMN, ROLLUP_COLUMNS, ROLLUP_PREFIX, ROLLUP_TABLE_NAME } from '../functions/core/lake/rollup.ts';
import { STORED_KEYS, TIERS } from '../functions/core/lake/table-view.ts';
import { type LakeTable, PARTITION_KEYS, storedTableName, TABLES, tablePrefix } from '../functions/core/lake/tables.ts';
import { glueType } from '../functions/core/lake/types.ts';

/** The earliest day that a partition can have: older logs than this are not in anybody's cloud. */
const FIRST_DAY = '20060101';
/** Partition of what the engine itself writes: incidents, responses. */
const OWN_SOURCE = 'yagura';
const PARQUET = {
  inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
  outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
  serdeInfo: { serializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
};

/** The Glue database's name: Athena wants no hyphens. */
export const databaseName = ({ name }: Config): string => name.replaceAll('-', '_');

export interface LakeCatalogueOptions {
  config: Config;
  /** The lake bucket's name. */
  bucketName: string;
  sourceIds: readonly string[];
}

/** Creates the database with every table; returns the database's name. */
export function createLakeCatalogue(scope: Construct, options: LakeCatalogueOptions): string {
  const name = databaseName(options.config);
  const database = new CfnDatabase(scope, 'LakeDatabase', {
    catalogId: Aws.ACCOUNT_ID,
    databaseInput: { name, description: 'OCSF events, one table for each class' },
  });
  for (const table of TABLES) storedTable(scope, { ...options, name, table }).addResourceDependency(database);
  rollupTable(scope, { ...options, name }).addResourceDependency(database);
  return name;
}

/** Athena computes these partitions: every source, every day up to one later than now, for clocks ahead of ours. */
const projectionOf = (sourceIds: readonly string[]): Record<string, string> => ({
  'projection.enabled': 'true',
  'projection.source.type': 'enum',
  'projection.source.values': [...new Set([...sourceIds, OWN_SOURCE])].sort().join(','),
  'projection.eventday.type': 'date',
  'projection.eventday.format': 'yyyyMMdd',
  'projection.eventday.range': `${FIRST_DAY},NOW+1DAYS`,
  'projection.eventday.interval': '1',
  'projection.eventday.interval.unit': 'DAYS',
});

function storedTable(scope: Construct, options: LakeCatalogueOptions & { name: string; table: LakeTable }): CfnTable {
  const { table, bucketName, sourceIds, name } = options;
  return new CfnTable(scope, `Lake-${table.name}`, {
    catalogId: Aws.ACCOUNT_ID,
    databaseName: name,
    tableInput: {
      name: storedTableName(table),
      description: `OCSF class ${table.classUid}: hot files as ingested, cold files as compacted`,
      tableType: 'EXTERNAL_TABLE',
      partitionKeys: STORED_KEYS.map((key) => ({ name: key, type: 'string' })),
      storageDescriptor: {
        ...PARQUET,
        location: `s3://${bucketName}/${tablePrefix(table)}`,
        columns: table.columns.map((column) => ({ name: column.name, type: glueType(column.type) })),
      },
      parameters: {
        EXTERNAL: 'TRUE',
        classification: 'parquet',
        ...projectionOf(sourceIds),
        'projection.tier.type': 'enum',
        'projection.tier.values': TIERS.join(','),
        'storage.location.template': `s3://${bucketName}/\${tier}/${table.name}/source=\${source}/eventday=\${eventday}/`,
      },
    },
  });
}

function rollupTable(scope: Construct, { bucketName, sourceIds, name }: LakeCatalogueOptions & { name: string }): CfnTable {
  const location = `s3://${bucketName}/${ROLLUP_PREFIX}`;
  return new CfnTable(scope, 'Lake-rollup', {
    catalogId: Aws.ACCOUNT_ID,
    databaseName: name,
    tableInput: {
      name: ROLLUP_TABLE_NAME,
      description: 'What was observed on each day, in cold files',
      tableType: 'EXTERNAL_TABLE',
      partitionKeys: PARTITION_KEYS.map((key) => ({ name: key, type: 'string' })),
      storageDescriptor: {
        ...PARQUET,
        location,
        columns: [...ROLLUP_COLUMNS, CUT_COLUMN].map((column) => ({ name: column.name, type: glueType(column.type) })),
      },
      parameters: {
        EXTERNAL: 'TRUE',
        classification: 'parquet',
        ...projectionOf(sourceIds),
        'storage.location.template': `${location}source=\${source}/eventday=\${eventday}/`,
      },
    },
  });
}

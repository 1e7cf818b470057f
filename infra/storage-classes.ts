/** Turns the storage classes of the configuration into lifecycle rules of a bucket, of the lake one for each table and tier of files. */
import { Duration } from 'aws-cdk-lib';
import { type LifecycleRule, StorageClass, type Transition } from 'aws-cdk-lib/aws-s3';
import type { Config } from '../functions/core/config.ts';
import type { StorageClasses } from '../functions/core/config-storage.ts';
import { TIERS } from '../functions/core/lake/table-view.ts';
import { TABLES } from '../functions/core/lake/tables.ts';
import type { BucketName } from './data-resources.ts';

export function transitionRules(name: BucketName, { storageClasses }: Config): LifecycleRule[] {
  if (name === 'raw' || name === 'evidence') return ruleOf('classes', undefined, storageClasses[name]);
  if (name !== 'lake') return [];
  const { lake, tables } = storageClasses;
  // Rules of one bucket may not contradict each other: where one table differs, each has its own.
  if (Object.keys(tables).length === 0) return ruleOf('classes', undefined, lake);
  return TABLES.flatMap((table) =>
    TIERS.flatMap((tier) => ruleOf(`classes-${tier}-${table.name}`, `${tier}/${table.name}/`, tables[table.name] ?? lake)),
  );
}

function ruleOf(id: string, prefix: string | undefined, classes: StorageClasses): LifecycleRule[] {
  const transitions = [
    ...transition(StorageClass.INFREQUENT_ACCESS, classes.infrequentAfterDays),
    ...transition(StorageClass.GLACIER_INSTANT_RETRIEVAL, classes.glacierInstantAfterDays),
  ];
  return transitions.length === 0 ? [] : [{ id, transitions, ...(prefix === undefined ? {} : { prefix }) }];
}

const transition = (storageClass: StorageClass, days: number | undefined): Transition[] =>
  days === undefined ? [] : [{ storageClass, transitionAfter: Duration.days(days) }];

/** What a configuration says of where data lies → what of it contradicts itself: classes that nothing reaches, regions that are not allowed. */
import type { Config } from './config.ts';
import type { StorageClasses } from './config-storage.ts';
import type { Problem } from './error.ts';

/** Glacier Instant Retrieval comes after Standard-IA, 30 days at least, and both before the end. @see S3 User Guide, "Transitioning objects" */
export function storageClassProblems({ storageClasses, retentionDays }: Config): Problem[] {
  const { tables, ...buckets } = storageClasses;
  const problems = (['raw', 'lake', 'evidence'] as const).flatMap((name) =>
    orderProblems(`storageClasses.${name}`, buckets[name], retentionDays[name]),
  );
  const ofTables = Object.entries(tables).flatMap(([name, classes]) =>
    orderProblems(`storageClasses.tables.${name}`, classes, retentionDays.tables[name] ?? retentionDays.lake),
  );
  return [...problems, ...ofTables];
}

function orderProblems(
  at: string,
  { infrequentAfterDays: ia, glacierInstantAfterDays: gir }: StorageClasses,
  kept: number,
): Problem[] {
  const late = Object.entries({ infrequentAfterDays: ia, glacierInstantAfterDays: gir }).flatMap(([key, days]) =>
    days === undefined || days < kept
      ? []
      : [
          {
            at: `${at}.${key}`,
            what: `objects are deleted after ${kept} days, before they get there`,
            allowed: `less than ${kept}`,
            fix: 'lower it or remove it',
          },
        ],
  );
  if (ia === undefined || gir === undefined || gir >= ia + 30) return late;
  return [
    ...late,
    {
      at: `${at}.glacierInstantAfterDays`,
      what: `${gir} days, and infrequentAfterDays is ${ia}`,
      allowed: `${ia + 30} or more`,
      fix: 'raise it, or remove one of the two',
    },
  ];
}

/** An ARN's region, where it has one. */
const REGION_OF_ARN = /^arn:[\w-]+:[\w-]+:([a-z0-9-]+):/;

/** Everything that the configuration names by ARN is looked at, whatever section it is in. */
export function residencyProblems(config: Config): Problem[] {
  const { regions } = config.residency;
  if (regions.length === 0) return [];
  const allowed = regions.join(', ');
  const home: Problem[] =
    config.region === undefined
      ? [{ at: 'region', what: 'not said, and residency.regions is', allowed, fix: 'say the region' }]
      : regions.includes(config.region)
        ? []
        : [
            {
              at: 'region',
              what: `"${config.region}" is none of residency.regions`,
              allowed,
              fix: 'change the one or the other',
            },
          ];
  const elsewhere = textsOf(config, '').flatMap(({ at, value }) => {
    const region = REGION_OF_ARN.exec(value)?.[1];
    return region === undefined || regions.includes(region)
      ? []
      : [
          {
            at,
            what: `it is in ${region}, which is none of residency.regions`,
            allowed,
            fix: 'name one in an allowed region, or allow the region',
          },
        ];
  });
  return [...home, ...elsewhere];
}

function textsOf(value: unknown, at: string): { at: string; value: string }[] {
  if (typeof value === 'string') return [{ at, value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsOf(inner, at === '' ? key : `${at}.${key}`));
}

// Version n over n-1: what holds data is neither replaced nor deleted, and the schema of the lake only grows.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../functions/core/json.ts';
import { folded, losses, type StatefulFile, type StatefulSet, statefulOf, unfolded } from '../../infra/stateful.ts';
import { struct } from '../../infra/struct-type.ts';
import { synthesize } from './deployments.ts';

const file: StatefulFile = JSON.parse(readFileSync(new URL('../../infra/stateful.json', import.meta.url), 'utf8'));
const before = unfolded(file);
let template: JsonObject = {};
let after: StatefulSet = {};
beforeAll(async () => {
  const parsed: unknown = JSON.parse((await synthesize()).named('Data').text);
  template = isJsonObject(parsed) ? parsed : {};
  after = statefulOf(template);
}, 120_000);

describe('an upgrade', () => {
  it('loses nothing that the version before held', () => {
    expect(losses(before, after)).toEqual([]);
  });

  it('is compared with all that there is: `npm run stateful` has written it down', () => {
    expect(folded(after)).toEqual(file);
    const types = new Set(Object.values(before).map(({ type }) => type));
    expect([...types].sort()).toEqual(
      [
        'AWS::Athena::WorkGroup',
        'AWS::DynamoDB::Table',
        'AWS::Glue::Database',
        'AWS::Glue::Table',
        'AWS::KMS::Alias',
        'AWS::KMS::Key',
        'AWS::S3::Bucket',
      ].sort(),
    );
  });

  it('knows every resource of the data stack as one that holds data, or as one that can be made again', () => {
    const { Resources: resources } = template;
    const others = Object.entries(isJsonObject(resources) ? resources : {}).filter(([id]) => after[id] === undefined);
    expect([...new Set(others.map(([, one]) => (isJsonObject(one) ? one['Type'] : one)))]).toEqual(['AWS::S3::BucketPolicy']);
  });

  const changed = (id: RegExp, change: (resource: JsonObject) => void): string[] => {
    const copy = structuredClone(template);
    const { Resources: resources } = copy;
    for (const [name, resource] of Object.entries(isJsonObject(resources) ? resources : {}))
      if (id.test(name) && isJsonObject(resource)) change(resource);
    return losses(before, statefulOf(copy));
  };
  const set = (resource: JsonObject, path: string[], value: (old: unknown) => unknown): void => {
    const [key = '', ...rest] = path;
    const next = resource[key];
    if (rest.length > 0 && isJsonObject(next)) set(next, rest, value);
    else Object.assign(resource, { [key]: value(next) });
  };
  const COLUMNS = ['Properties', 'TableInput', 'StorageDescriptor', 'Columns'];
  const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

  it.each([
    [
      'a bucket that gets a name',
      /^RawBucket\w{8}$/,
      ['Properties', 'BucketName'],
      () => 'other',
      /RawBucket.* would be replaced: BucketName/,
    ],
    [
      'a bucket that is no longer kept',
      /^EvidenceBucket\w{8}$/,
      ['DeletionPolicy'],
      () => 'Delete',
      /EvidenceBucket.* no longer kept/,
    ],
    [
      'a table with another key',
      /^StateTable/,
      ['Properties', 'KeySchema'],
      () => [],
      /StateTable.* would be replaced: KeySchema/,
    ],
    [
      'a table without its index',
      /^StateTable/,
      ['Properties', 'GlobalSecondaryIndexes'],
      () => [],
      /index gsi1 of StateTable.* is gone/,
    ],
    [
      'a key of another kind',
      /^DataKey\w{8}$/,
      ['Properties', 'KeySpec'],
      () => 'RSA_2048',
      /DataKey.* would be replaced: KeySpec/,
    ],
    ['another type under an id', /^Workgroup/, ['Type'], () => 'AWS::S3::Bucket', /Workgroup was AWS::Athena::WorkGroup/],
    ['a resource that goes', /^Workgroup/, ['Type'], () => 'AWS::S3::BucketPolicy', /Workgroup is gone/],
    [
      'a column that goes',
      /^Lakeaccountchange$/,
      COLUMNS,
      (old: unknown) => list(old).slice(1),
      /column time of Lakeaccountchange is gone/,
    ],
    [
      ...['a column that becomes another type', /^Lakeaccountchange$/, COLUMNS],
      ...[
        (old: unknown) => list(old).map((column, i) => (i === 0 ? { Name: 'time', Type: 'string' } : column)),
        /column time of Lakeaccountchange changes its type/,
      ],
    ],
  ] as [string, RegExp, string[], (old: unknown) => unknown, RegExp][])('refuses %s', (_, id, path, value, sentence) => {
    const found = changed(id, (resource) => set(resource, path, value));
    expect(found.length).toBeGreaterThan(0);
    for (const line of found) expect(line).toMatch(sentence);
  });

  it('takes a column more, and a table more', () => {
    expect(
      changed(/^Lakeaccountchange$/, (one) => set(one, COLUMNS, (old) => [...list(old), { Name: 'later', Type: 'string' }])),
    ).toEqual([]);
    expect(losses(before, { ...after, NewBucket: { type: 'AWS::S3::Bucket', deletion: 'Retain', fixed: {} } })).toEqual([]);
  });
});

describe('a struct', () => {
  it.each([
    ['struct<a:int,b:string>', 'struct<a:int>', true],
    ['struct<a:int>', 'struct<a:int,b:string>', false],
    ['struct<b:string,a:int>', 'struct<a:int,b:string>', false],
    ['array<struct<a:int,b:map<string,string>>>', 'array<struct<a:int>>', true],
    ['array<struct<a:bigint>>', 'array<struct<a:int>>', false],
    ['decimal(38,0)', 'decimal(38,0)', true],
    ['decimal(38,1)', 'decimal(38,0)', false],
    ['map<string,struct<a:int>>', 'map<string,string>', false],
  ])('%s over %s: %s', (now, old, fits) => {
    expect(struct(now).extends(struct(old))).toBe(fits);
  });
  it.each(['struct<a:int', 'array<int>>', '', 'struct<a:>'])('"%s" is no type', (text) => {
    expect(() => struct(text)).toThrow(TypeError);
  });
});

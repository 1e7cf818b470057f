import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { createBundledGeo } from '../../functions/adapters/aws/bundled-geo.ts';
import { parseConfig } from '../../functions/core/config.ts';
import { GEO_FILE } from '../../functions/core/geo/files.ts';
import { packGeo } from '../../functions/core/geo/pack.ts';
import { sqlParser } from '../../functions/core/sql/parse.ts';
import { PIPELINE } from '../../functions/pipeline.ts';
import { type Bundle, bundleStages, MAX_BUNDLE_BYTES } from '../../infra/bundle.ts';
import { readDetections } from '../../infra/content.ts';
import { pluginsOf, ROOT } from '../../infra/settings.ts';
import { parseSql } from '../../local/sql/parser.ts';

const COLLECT = {
  connectors: [
    {
      ...{ name: 'okta', connector: 'okta', secret: 'yagura/okta', everyMin: 5, backfillDays: 7, overlapMin: 15 },
      options: { domain: 'acme.okta.com' },
    },
  ],
  webhooks: [{ path: 'a-path', source: 'aws-cloudtrail', signature: 'github' as const, secret: 'yagura/hook' }],
};
const CONFIG = parseConfig({}, { sources: [], stages: [] });
const plugins = pluginsOf(CONFIG, COLLECT);
const stages = PIPELINE.map(({ id }) => id);
let bundles: Bundle[];
beforeAll(async () => {
  bundles = await bundleStages({ root: ROOT, stages, plugins });
}, 120_000);
const textOf = (bundle: Bundle): string =>
  readdirSync(bundle.dir)
    .map((name) => readFileSync(join(bundle.dir, name), 'utf8'))
    .join('\n');
const bundleOf = (stage: string): Bundle => {
  const found = bundles.find((bundle) => bundle.stage === stage);
  if (found === undefined) throw new Error(`no bundle of ${stage}`);
  return found;
};

describe('the bundles', () => {
  it('are one for each stage, each far below its limit', () => {
    expect(bundles.map(({ stage }) => stage)).toEqual(stages);
    for (const { sizeBytes } of bundles) {
      expect(sizeBytes).toBeGreaterThan(1000);
      expect(sizeBytes).toBeLessThan(MAX_BUNDLE_BYTES);
    }
  });

  it('carry data beside the code of the stages that read it, under another name where it changes', async () => {
    const packed = packGeo({ countries: ['192.0.2.0,192.0.2.255,JP'], networks: [] });
    const [bundle] = await bundleStages({
      root: ROOT,
      stages: ['baseline'],
      plugins,
      assets: { baseline: { [GEO_FILE]: packed } },
    });
    expect(bundle?.dir).not.toBe(bundleOf('baseline').dir);
    expect(bundle?.sizeBytes).toBeLessThan(MAX_BUNDLE_BYTES);
    expect(createBundledGeo(pathToFileURL(join(bundle?.dir ?? '', GEO_FILE))).network('192.0.2.1')).toEqual({ country: 'JP' });
    // "Unknown" would be another answer than "could not look".
    expect(() => createBundledGeo(pathToFileURL(join(bundleOf('baseline').dir, GEO_FILE))).network('192.0.2.1')).toThrow(
      /geo\.bin/,
    );
  });

  it('leave the SDK to the runtime, and nothing else', () => {
    for (const bundle of bundles) {
      const imports = [...textOf(bundle).matchAll(/(?:\bfrom\s*|\bimport\s*\(?)"([@\w][\w@:/.-]*)"/g)].flatMap(
        ([, name]) => name ?? [],
      );
      expect(imports.filter((name) => !/^(@aws-sdk\/|node:)/.test(name))).toEqual([]);
    }
  });

  it('carry the grammar of queries, minified, and it reads as the laptop does', async () => {
    const { dir } = bundleOf('detect');
    const grammar = readdirSync(dir).filter((name) => readFileSync(join(dir, name), 'utf8').includes('KW_TABLESAMPLE'));
    expect(grammar).toHaveLength(1);
    const parse = sqlParser(() => import(join(dir, grammar[0] ?? '')));
    for (const sql of [
      "WITH w AS (SELECT a.b, count(*) FROM x AS a WHERE a.t >= now() - INTERVAL '1' DAY GROUP BY 1) SELECT '櫓😀' FROM w LEFT JOIN y ON y.k = w.k OR y.j IN (1, ?) -- end",
      'SELECT transform(tags, t -> upper(t)) FROM UNNEST(ARRAY[1]) WITH ORDINALITY AS u (v, n)',
    ])
      expect(await parse(sql)).toEqual(await parseSql(sql));
    const wrong = 'SELECT 1 FROM WHERE';
    const told = await parse(wrong).catch((error: unknown) => error);
    expect(told).toEqual(await parseSql(wrong).catch((error: unknown) => error));
  });

  it('carry the detections and correlations, every one, in the functions that judge', async () => {
    const { rules, correlations } = await readDetections(ROOT);
    expect(rules.length).toBeGreaterThan(20);
    expect(correlations.length).toBeGreaterThanOrEqual(8);
    for (const stage of ['ingest', 'detect'])
      for (const { info } of [...rules, ...correlations]) expect(textOf(bundleOf(stage))).toContain(info.id);
    expect(textOf(bundleOf('decide'))).not.toContain(rules[0]?.info.id ?? '');
  });

  it('carry what is collected, in the functions that collect', () => {
    for (const stage of ['collect', 'webhook']) expect(textOf(bundleOf(stage))).toContain('a-path');
    expect(textOf(bundleOf('collect'))).toContain('acme.okta.com');
    expect(textOf(bundleOf('ingest'))).not.toContain('yagura/okta');
  });

  it('have the same name for the same content', async () => {
    const again = await bundleStages({ root: ROOT, stages, plugins });
    expect(again).toEqual(bundles);
  });

  it('start in a bare Node with the variables of their stage, and answer', () => {
    const { dir } = bundleOf('approve');
    const script = `const {handler} = await import(${JSON.stringify(join(dir, 'approve.mjs'))}); await handler({}).catch((e) => console.log(e.name));`;
    const env = { PATH: process.env['PATH'], AWS_REGION: 'us-east-1', YAGURA_TABLE: 't', YAGURA_BUS: 'b' };
    expect(execFileSync(process.execPath, ['--input-type=module', '-e', script], { env, encoding: 'utf8' }).trim()).toBe(
      'BadInput',
    );
    const bare = { PATH: process.env['PATH'], AWS_REGION: 'us-east-1' };
    expect(() => execFileSync(process.execPath, ['--input-type=module', '-e', script], { env: bare, stdio: 'pipe' })).toThrow(
      /YAGURA_TABLE/,
    );
  });

  it('load the clients of their own ports alone', () => {
    const { dir } = bundleOf('approve');
    const script = `import {registerHooks} from 'node:module'; registerHooks({resolve(s,c,n){ if (s.startsWith('@aws-sdk/client-') && c.parentURL?.includes('/.cache/lambda/')) console.log(s); return n(s,c);}}); await import(${JSON.stringify(join(dir, 'approve.mjs'))});`;
    const env = { PATH: process.env['PATH'], AWS_REGION: 'us-east-1', YAGURA_TABLE: 't', YAGURA_BUS: 'b' };
    const loaded = execFileSync(process.execPath, ['--input-type=module', '-e', script], { env, encoding: 'utf8' })
      .trim()
      .split('\n');
    expect([...new Set(loaded)].sort()).toEqual(['@aws-sdk/client-dynamodb', '@aws-sdk/client-eventbridge']);
  });
});

describe('broken content', () => {
  it('is never bundled, and all of it is told', async () => {
    const root = mkdtempSync(join(tmpdir(), 'yagura-content-'));
    const folder = join(root, 'queries', 'detections', 'x');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'one.yml'), 'title: [\n');
    writeFileSync(join(folder, 'two.yml'), 'title: no detection\n');
    writeFileSync(join(folder, 'two.tests.yml'), 'not: a rule\n');
    const error: unknown = await readDetections(root).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'BadContent' });
    expect(String(error)).toMatch(/one\.yml[\s\S]*two\.yml/);
    expect(String(error)).not.toContain('two.tests.yml');
  });
});

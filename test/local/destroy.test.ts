import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isJsonObject } from '../../functions/core/json.ts';
import { type Fate, fatesOf } from '../../local/commands/destroy.ts';
import { synthesize } from '../infra/deployments.ts';
import { yagura } from './command.ts';

async function fates(onDestroy: 'keep' | 'delete'): Promise<Fate[]> {
  const { templates } = await synthesize({ onDestroy });
  return fatesOf(
    new Map(
      [...templates].map(([name, { text }]) => {
        const template: unknown = JSON.parse(text);
        return [name, isJsonObject(template) ? template : {}];
      }),
    ),
  );
}
const named = (all: readonly Fate[], beginning: string): Fate[] => all.filter(({ resource }) => resource.startsWith(beginning));

describe('destroying', () => {
  it('keeps evidence, logs, lake, table and key unless it is told otherwise', async () => {
    const kept = await fates('keep');
    for (const name of [
      'EvidenceBucket',
      'RawBucket',
      'LakeBucket',
      'LandingBucket',
      'QuarantineBucket',
      'StateTable',
      'DataKey',
    ])
      expect(
        named(kept, name).map(({ stays }) => stays),
        name,
      ).toEqual([true]);
    expect(named(kept, 'IngestLogs')).toMatchObject([{ stays: false }]);
  });

  it('lets all go where it is told so, and says what stands in its way', async () => {
    const gone = await fates('delete');
    expect(gone.filter(({ stays }) => stays)).toEqual([]);
    expect(named(gone, 'EvidenceBucket')[0]?.why.en).toMatch(/lock/);
    expect(named(gone, 'LakeBucket')[0]?.why.en).toMatch(/empty/);
    expect(named(gone, 'DataKey')[0]?.why.en).toMatch(/lost/);
  });
});

describe('yagura destroy', () => {
  it('says what stays, in both languages and as JSON, and destroys nothing', async () => {
    const { outdir } = await synthesize({});
    const { code, stdout } = await yagura(['destroy', '--templates', outdir]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/stays +YaguraData +EvidenceBucket\w+ +AWS::S3::Bucket +kept by its removal policy/);
    expect(stdout).toContain('npx cdk destroy --all');
    expect((await yagura(['destroy', '--templates', outdir, '--locale', 'ja'])).stdout).toContain('削除ポリシーにより残ります');
    expect(JSON.parse((await yagura(['destroy', '--templates', outdir, '--json'])).stdout).length).toBeGreaterThan(8);
  });

  it.each([
    ['an empty folder', undefined, /there are no templates in/],
    ['a file that is no template', '[]', /is no template/],
  ])('says what is wrong with %s', async (_, text, sentence) => {
    const folder = mkdtempSync(join(tmpdir(), 'yagura-destroy-'));
    if (text !== undefined) writeFileSync(join(folder, 'A.template.json'), text);
    const { code, stderr } = await yagura(['destroy', '--templates', folder]);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(sentence);
    expect(stderr).toContain('npx cdk synth');
  });
});

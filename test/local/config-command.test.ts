import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configLines } from '../../local/config-lines.ts';
import { inFolder, type Ran, yagura } from './command.ts';

const BAD = `// a comment
export default {
  region: 'Tokyo',
  retentionDays: {
    row: 30,
  },
  notify: { channels: [
    { product: 'slack', name: 'soc', channel: 'C0123456', secret: 'yagura/slack' },
    { product: 'email', name: 'mail', from: 'soc@example.com', to: ['nobody'] },
  ] },
};
`;
const GOOD = `export default { retentionDays: { raw: 365, lake: 365 }, notify: { email: 'soc@example.com' } };\n`;

const withFile = async (text: string, args: (file: string) => string[]): Promise<Ran> =>
  await inFolder(async (dir) => {
    const file = join(dir, 'my.config.ts');
    writeFileSync(file, text);
    return await yagura(args(file));
  });

describe('config check', () => {
  it('tells every problem at its line, with the nearest name, and ends with 2', async () => {
    const { code, stderr } = await withFile(BAD, (file) => ['config', 'check', '--config', file]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/my\.config\.ts:3 region: "Tokyo"/);
    expect(stderr).toMatch(/my\.config\.ts:5 retentionDays\.row: unknown option "row".*did you mean "raw"\?/);
    expect(stderr).toMatch(/my\.config\.ts:9 notify\.channels\.1\.to\.0: "nobody"/);
  });

  it('counts what a good one says', async () => {
    const { code, stdout } = await withFile(GOOD, (file) => ['config', 'check', '--json', '--config', file]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, optionsSaid: 3, config: { retentionDays: { raw: 365, landing: 30 } } });
  });
});

describe('config explain', () => {
  it('says what holds and where it comes from', async () => {
    const { stdout } = await withFile(GOOD, (file) => ['config', 'explain', 'retentionDays', '--json', '--config', file]);
    const said: unknown = JSON.parse(stdout);
    expect(said).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: 'retentionDays.raw', value: 365, from: 'file', default: 400 }),
        expect.objectContaining({ path: 'retentionDays.landing', value: 30, from: 'default' }),
      ]),
    );
  });

  it('tells a preset from the file', async () => {
    const text = "export default { preset: 'try-out', retentionDays: { raw: 20 } };";
    const { stdout } = await withFile(text, (file) => ['config', 'explain', 'retentionDays', '--json', '--config', file]);
    const said: unknown = JSON.parse(stdout);
    for (const [path, from] of [
      ['raw', 'file'],
      ['lake', 'preset'],
      ['tables', 'default'],
    ])
      expect(said).toContainEqual(expect.objectContaining({ path: `retentionDays.${path}`, from }));
  });

  it('tells one option whole, in Japanese too', async () => {
    const { stdout } = await yagura(['config', 'explain', 'objectLock.mode', '--locale', 'ja']);
    for (const word of ['既定: "governance"', '許容値: `off`', '理由: ']) expect(stdout).toContain(word);
  });

  it('knows entries of lists and keys of maps, and the nearest of what it does not know', async () => {
    expect((await yagura(['config', 'explain', 'notify.channels.0.clearance'])).stdout).toContain('default: "GREEN"');
    expect((await yagura(['config', 'explain', 'memoryMiB.ingest'])).stdout).toContain('unit: MiB');
    const { code, stderr } = await yagura(['config', 'explain', 'retentionDay.raw']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('did you mean "retentionDays.raw"?')]);
  });
});

describe('the lines of a configuration', () => {
  it('are found in a call as in an object, and of what holds an option that is not there', () => {
    const lineOf = configLines(
      "import { d } from 'x';\nexport default d({\n  a: 1,\n  'b-c': { d: [\n    2,\n    { e: 3 } ] },\n});\n",
    );
    expect(['a', 'b-c.d.0', 'b-c.d.1.e', 'b-c.missing', ''].map(lineOf)).toEqual([3, 5, 6, 4, 2]);
  });

  it('are unknown where the file uses types', () => {
    expect(configLines('const x: number = 1;\nexport default { a: x };').call(undefined, 'a')).toBeUndefined();
  });
});

import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { benign } from './cloudtrail-records.ts';
import { inFolder, yagura } from './command.ts';

const filesBelow = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.parquet'))
    : [];

describe('yagura maintain', () => {
  it('compacts what was replayed, tells so, and changes no answer', { timeout: 120_000 }, () =>
    inFolder(async (dir) => {
      const state = join(dir, 'state');
      for (const [name, from] of [
        ['a.json', 0],
        ['b.json', 20],
      ] as const) {
        writeFileSync(join(dir, name), JSON.stringify({ Records: Array.from({ length: 20 }, (_, n) => benign(from + n)) }));
        await yagura(['replay', join(dir, name), '--state', state]);
      }
      const exported = async (): Promise<string[]> =>
        (await yagura(['export', 'events', '--state', state])).stdout.split('\n').sort();
      const before = await exported();
      expect(before.length).toBeGreaterThan(40);
      const first = await yagura(['maintain', '--state', state]);
      expect(first).toMatchObject({ code: 0, stderr: '' });
      expect(first.stdout).toMatch(/^40 events: \d+ files \(.*\) → \d+ sorted files/);
      expect(first.stdout).toContain('The hot files stay');
      expect(await exported()).toEqual(before);
      const second = await yagura(['maintain', '--state', state, '--grace-min', '0', '--locale', 'ja']);
      expect(second.stdout).toContain('削除');
      expect(filesBelow(join(state, 'lake', 'ocsf'))).toEqual([]);
      expect(await exported()).toEqual(before);
    }),
  );

  it('refuses a folder that holds no state, and a grace period that is none', async () => {
    await inFolder(async (dir) => {
      const missing = await yagura(['maintain', '--state', join(dir, 'nothing')]);
      expect(missing).toMatchObject({ code: 2, stdout: '' });
      const negative = await yagura(['maintain', '--state', dir, '--grace-min', '-1']);
      expect(negative.code).toBe(2);
      expect(negative.stderr).toContain('grace-min');
    });
  });
});

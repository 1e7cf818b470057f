import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inFolder, yagura } from './command.ts';

const BEFORE = `export default { retentionDays: { raw: 365 }, sources: ['aws-cloudtrail'] };\n`;
const AFTER = `export default { preset: 'small-company', retentionDays: { raw: 365 }, sources: ['aws-cloudtrail', 'okta'] };\n`;

describe('config diff', () => {
  it('compares with what git has committed, option by option, and leaves nothing behind', async () => {
    await inFolder(async (dir) => {
      const git = (...args: string[]): unknown =>
        execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args], { cwd: dir, stdio: 'pipe' });
      const file = join(dir, 'soc.config.ts');
      git('init', '-q');
      writeFileSync(file, BEFORE);
      git('add', '.');
      git('commit', '-qm', 'first');
      const args = ['config', 'diff', '--config', file, '--no-templates', '--json'];
      expect(JSON.parse((await yagura(args)).stdout)).toMatchObject({ options: [], losses: [] });
      writeFileSync(file, AFTER);
      const { code, stdout } = await yagura(args);
      expect(code).toBe(0);
      expect(JSON.parse(stdout).options).toEqual(
        expect.arrayContaining([
          { path: 'preset', after: 'small-company' },
          { path: 'retentionDays.landing', before: 30, after: 14 },
          { path: 'sources', before: ['aws-cloudtrail'], after: ['aws-cloudtrail', 'okta'] },
        ]),
      );
      expect(stdout).not.toContain('retentionDays.raw"');
      expect(readdirSync(dir).sort()).toEqual(['.git', 'soc.config.ts']);
    });
  });

  it('says what it cannot compare with, and lets no revision be an option of git', async () => {
    await inFolder(async (dir) => {
      const file = join(dir, 'soc.config.ts');
      writeFileSync(file, BEFORE);
      for (const against of ['nowhere', '--output=x']) {
        const { code, stderr } = await yagura(['config', 'diff', '--config', file, `--against=${against}`, '--no-templates']);
        expect([code, stderr]).toEqual([2, expect.stringContaining('a revision of git that has the file')]);
      }
      expect(readdirSync(dir)).toEqual(['soc.config.ts']);
    });
  });
});

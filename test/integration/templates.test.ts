// The templates that `cdk synth` writes, judged by cfn-lint.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { buildApp } from '../../infra/deployment.ts';
import { readDeployment } from '../../infra/settings.ts';
import { pythonTools } from './python-tools.ts';

const tools = await pythonTools();
const missing = 'missing' in tools ? tools.missing : undefined;

async function lint(input: object): Promise<string[]> {
  const outdir = await mkdtemp(join(tmpdir(), 'yagura-lint-'));
  const { stacks } = buildApp(await readDeployment(input), { outdir }).app.synth();
  const files = stacks.map(({ templateFullPath }) => templateFullPath);
  expect(files.length).toBeGreaterThan(3);
  for (const file of files) expect(readFileSync(file, 'utf8').length).toBeLessThan(1024 * 1024);
  const bin = 'bin' in tools ? tools.bin : '';
  // 2 errors, 4 warnings, 8 informational: only errors fail, and every line is shown.
  const command = promisify(execFile)(
    join(bin, 'cfn-lint'),
    ['--non-zero-exit-code', 'none', '--format', 'parseable', '--template', ...files],
    { maxBuffer: 2 ** 26 },
  );
  return (await command).stdout.split('\n').filter((line) => /:[EF]\d{4}:/.test(line));
}

describe.skipIf(missing !== undefined)(`the templates${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  it('of the defaults have no error', async () => {
    expect(await lint({})).toEqual([]);
  });

  it('of an organization with every option have no error', async () => {
    const options = {
      ...{ name: 'acme-soc', account: '111122223333', region: 'ap-northeast-1', organizationId: 'o-exampleorg1', locale: 'ja' },
      landing: {
        bucket: 'adopt',
        name: 'existing-logs',
        kmsKeyArn: 'arn:aws:kms:ap-northeast-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000000',
      },
      objectLock: { mode: 'compliance', rawDays: 30, evidenceDays: 60 },
      ...{ notify: { email: 'soc@example.com' }, memoryMiB: { ingest: 4096 }, onDestroy: 'delete', logRetentionDays: 365 },
    };
    expect(await lint(options)).toEqual([]);
  });
});

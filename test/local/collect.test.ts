import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inFolder, yagura } from './command.ts';

const CONFIG =
  "export default { collect: { connectors: [{ connector: 'okta', domain: 'acme.okta.com', secret: 'yagura/okta' }] } };\n";

const collected = (args: readonly string[], config = CONFIG, secretMode?: number) =>
  inFolder(async (dir) => {
    writeFileSync(join(dir, 'soc.config.ts'), config);
    const state = join(dir, 'state');
    if (secretMode !== undefined) {
      mkdirSync(join(state, 'secrets'), { recursive: true });
      writeFileSync(join(state, 'secrets', 'yagura-okta'), 'the-token', { mode: secretMode });
    }
    return yagura(['collect', ...args, '--config', join(dir, 'soc.config.ts'), '--state', state]);
  });

describe('yagura collect', () => {
  it('says where a secret goes that is not there', async () => {
    const { code, stderr } = await collected([]);
    expect([code, stderr]).toEqual([3, expect.stringContaining('set YAGURA_SECRET_YAGURA_OKTA, or write')]);
  });

  it('reads no secret that others can read, and tells nothing of it', async () => {
    const { code, stderr, stdout } = await collected([], CONFIG, 0o644);
    expect([code, stderr]).toEqual([3, expect.stringContaining('chmod 600')]);
    expect(stderr + stdout).not.toContain('the-token');
  });

  it.each([
    [['oktaa'], CONFIG, 'write okta'],
    [[], 'export default {};\n', 'allowed: okta, entra-id'],
    [[], CONFIG.replace('domain', 'domian'), 'unknown option "domian" of okta'],
    [[], CONFIG.replace("'acme.okta.com'", "'https://acme.okta.com'"), 'collect.connectors.0.domain'],
  ])('%j with a wrong call or configuration: exit code 2 and a way out', async (args, config, told) => {
    const { code, stderr } = await collected(args, config);
    expect([code, stderr]).toEqual([2, expect.stringContaining(told)]);
  });
});

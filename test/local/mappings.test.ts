/** Mapping files on a laptop: a product that nobody knows becomes events, and nobody else's records become it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { SOURCES } from '../../functions/sources/index.ts';
import { contentPlugin, readSources } from '../../infra/content.ts';
import { loadContent } from '../../local/content.ts';
import { findLogFiles } from '../../local/log-files.ts';
import { loadSources } from '../../local/mappings.ts';
import { openState } from '../../local/ports.ts';
import { replay } from '../../local/replay.ts';
import { benign } from './cloudtrail-records.ts';
import { inFolder, yagura } from './command.ts';

const EXAMPLES = join(import.meta.dirname, '../../mappings/examples');

const mapping = (id: string, format: string, claim: string): string => `
id: ${id}
title: ${id}
product: { name: ${id}, vendor: Example Corp }
format: ${format}
${claim}
time: [ts, syslog.timestamp]
kinds: [{ class: api_activity, activity: { from: event, table: { 'get*': Read }, else: Other } }]
fields: { actor.user.name: user, src_endpoint.ip: ip }
`;

const RULE = `
title: Example VPN denied
id: 3f0e7f6e-5c2d-4a1b-9c7a-2b8f7a1d9e01
status: test
description: A connection was denied.
level: high
logsource: { product: example-vpn }
detection:
  selection: { event: connect, result: denied }
  condition: selection
`;

function put(dir: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(dir, name, '..'), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
}

describe('mapping files', () => {
  it('CSV, key=value, JSON, syslog and CEF of unknown products, beside known ones', async () =>
    await inFolder(async (dir) => {
      put(dir, {
        'mappings/door.yml': mapping('door', 'key=value', 'match: { dev: door, event: true }'),
        'mappings/desk.yml': mapping('desk', 'json', 'keys: [desk/*]'),
        'mappings/gate.yml': mapping('gate', 'syslog+key=value', 'match: { kind: gate, event: true }'),
        'mappings/wall.yml': mapping('wall', 'cef', 'match: { deviceVendor: Wall }'),
        'mappings/drafts/broken.yml': 'id: [',
        'mappings/example-vpn.yml': 'id: x',
        'logs/vpn.csv':
          'time,event,user,client_ip\n2025-03-04T09:00:00Z,connect,ann,192.0.2.7\n2025-03-04T09:05:00Z,disconnect,ann,192.0.2.7\n',
        'logs/mixed.log': [
          'dev=door event=open user=ann ts=1741078800',
          '<134>Mar  4 09:00:00 fw1 gated: kind=gate event=get user=bob ip=192.0.2.8',
          '<38>Mar  4 09:00:01 host1 sshd[7]: Failed password for root from 203.0.113.9 port 4022 ssh2',
          'CEF:0|Other|FW|1|7|up|3|src=192.0.2.1',
          'CEF:0|Wall|W|1|7|up|3|event=get user=eve rt=1741078800000',
          'CEF:0|Other|FW|1|7|up|3|src=192.0.2.2',
        ].join('\n'),
        'logs/desk/a.json': JSON.stringify([{ event: 'get_a', user: 'cid' }, { other: 1 }]),
        'logs/desk/trail.json': JSON.stringify({ Records: [benign(1)] }),
        'logs/else/a.json': JSON.stringify([{ event: 'get_a', user: 'cid' }]),
        'logs/else/trail.json': JSON.stringify({ Records: [benign(2)] }),
      });
      const bad = await yagura(['replay', join(dir, 'logs'), '--state', join(dir, 'state'), '--mappings', join(dir, 'mappings')]);
      expect(bad.code).toBe(2);
      expect(bad.stderr).toMatch(/example-vpn\.yml:1:1/);
      put(dir, { 'mappings/example-vpn.yml': mapping('example-vpn', '{ type: csv, header: [event, user, client_ip] }', '') });
      const sources = await loadSources(join(dir, 'mappings'));
      const state = await openState(join(dir, 'state'), { write: true });
      try {
        const content = { sources, ...(await loadContent(undefined, sources)) };
        const report = await replay(await findLogFiles([join(dir, 'logs')]), state, content);
        expect(report.bySource).toEqual({
          'example-vpn': 2,
          door: 1,
          gate: 1,
          wall: 1,
          syslog: 1,
          cef: 2,
          // Its folder is the desk's: what the user says of his own folders is meant.
          desk: 3,
          'aws-cloudtrail': 1,
        });
        expect(report.quarantinedByReason).toEqual({ unknown_source: 1 });
        const { rows } = await state.query.run(
          "SELECT source, actor.user.name AS name FROM api_activity WHERE eventday BETWEEN '20250301' AND '20990101' ORDER BY 1, 2",
          {},
        );
        expect(rows).toContainEqual(['gate', 'bob']);
      } finally {
        await state.close();
      }
    }));

  it('the command line reads the folder, and says where a file is wrong', async () =>
    await inFolder(async (dir) => {
      put(dir, {
        'logs/vpn.csv': 'time,event,user,client_ip,result,reason\n2025-03-04T09:00:00Z,connect,ann,192.0.2.7,denied,expired\n',
      });
      const ran = await yagura(['replay', join(dir, 'logs'), '--state', join(dir, 'state'), '--json', '--mappings', EXAMPLES]);
      expect(JSON.parse(ran.stdout)).toMatchObject({ in: 2, out: 1, dropped: 1, quarantined: 0, bySource: { 'example-vpn': 1 } });
      // A rule of ours over OCSF events knows a refused sign-in, whoever's product it was.
      expect(JSON.parse(ran.stdout)).toMatchObject({ findings: 1 });
      put(dir, { 'rules/denied.yml': RULE });
      const ruled = await yagura([
        ...['replay', join(dir, 'logs'), '--state', join(dir, 'ruled'), '--json'],
        ...['--mappings', EXAMPLES, '--rules', join(dir, 'rules')],
      ]);
      expect(JSON.parse(ruled.stdout)).toMatchObject({ rules: { run: 1, notApplicable: 0 }, findings: 2, alerts: 2 });
      const missing = await yagura([
        'replay',
        join(dir, 'logs'),
        '--state',
        join(dir, 'state'),
        '--mappings',
        join(dir, 'nowhere'),
      ]);
      expect([missing.code, missing.stderr]).toEqual([2, expect.stringMatching(/cannot read the mappings[\s\S]*nowhere/)]);
    }));
});

it('a deployment carries the mappings in its functions, and refuses broken ones', async () =>
  await inFolder(async (dir) => {
    put(dir, { 'mappings/door.yml': mapping('door', 'key=value', 'match: { dev: door, event: true }') });
    expect((await readSources(dir)).map(({ id }) => id).slice(0, 2)).toEqual(['door', SOURCES[0]?.id]);
    const stdin = {
      contents: "import content from 'yagura:content'; export const ids = content.mappings.map((one) => one.spec.id);",
    };
    const built = await build({ stdin, bundle: true, write: false, format: 'esm', plugins: [contentPlugin(dir)] });
    const code = Buffer.from(built.outputFiles[0]?.contents ?? []).toString('base64');
    expect(await import(`data:text/javascript;base64,${code}`)).toMatchObject({ ids: ['door'] });
    put(dir, { 'mappings/okta.yml': mapping('okta', 'json', 'keys: [okta/*]') });
    await expect(readSources(dir)).rejects.toThrow(/okta is taken by a built-in source/);
  }));

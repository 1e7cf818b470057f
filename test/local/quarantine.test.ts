/** What could not be read stays whole until something reads it; then it becomes events once, and nothing else leaves with it. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OcsfEvent } from '../../functions/core/ocsf/event.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { loadContent } from '../../local/content.ts';
import { findLogFiles } from '../../local/log-files.ts';
import { loadSources } from '../../local/mappings.ts';
import { openState } from '../../local/ports.ts';
import { type Quarantined, quarantined, replayQuarantine } from '../../local/quarantine.ts';
import { replay } from '../../local/replay.ts';
import { createValidator } from '../../local/validation.ts';
import { benign } from './cloudtrail-records.ts';
import { inFolder, jsonLines, yagura } from './command.ts';

const DOOR = `
id: door
title: Door
product: { name: Door, vendor: Example Corp }
format: json
match: { dev: door }
time: ts
kinds: [{ class: api_activity, activity: Read }]
fields: { actor.user.name: user }
`;

const LOGS: Record<string, string> = {
  'logs/a.jsonl': [
    '{"dev":"door","user":"ann","n":1}',
    '{"dev":"gate\\u001b[31m","n":2}',
    '{"dev":"door","n":3,"n":3}',
    '{"dev":"door","user":"bob","n":4}',
  ].join('\n'),
  'logs/b.json': JSON.stringify({ Records: [benign(1), { dev: 'door', user: 'cid' }] }),
  'logs/vpn.csv': 'time,event,user,client_ip\n2025-03-04T09:00:00Z,connect,ann,192.0.2.7\n',
};

function put(dir: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(dir, name, '..'), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
}

describe('yagura quarantine', () => {
  it('lists, shows and replays; what stays is word for word what it was', async () =>
    await inFolder(async (dir) => {
      put(dir, LOGS);
      const at = ['--state', join(dir, 'state')];
      const first = await yagura(['replay', join(dir, 'logs'), ...at, '--json', '--validate', '--mappings', dir]);
      expect(JSON.parse(first.stdout)).toMatchObject({ out: 1, quarantined: 6, validation: { events: 1, invalid: 0 } });
      const list = async (): Promise<Record<string, unknown>[]> =>
        jsonLines((await yagura(['quarantine', 'list', ...at, '--json'])).stdout);
      const before = await list();
      expect(before.map(({ reason, record }) => [reason, record]).sort()).toEqual([
        ['duplicate_keys', 3],
        ['unknown_format', 0],
        ['unknown_source', 1],
        ['unknown_source', 2],
        ['unknown_source', 2],
        ['unknown_source', 4],
      ]);
      const table = await yagura(['quarantine', 'list', ...at, '--locale', 'ja']);
      expect(table.stdout).toMatch(/理由[\s\S]*unknown_source .* 4 .* 2 /);
      const gate = before.find(({ record, from }) => record === 2 && String(from).endsWith('a.jsonl'));
      const shown = await yagura(['quarantine', 'show', String(gate?.['id']), ...at]);
      expect(shown.stdout).toContain('| {"dev":"gate\\u001b[31m","n":2}');
      expect(shown.stdout).not.toContain('\u001b');
      const out = join(dir, 'one.json');
      expect((await yagura(['quarantine', 'show', String(gate?.['id']), ...at, '--out', out])).code).toBe(0);
      expect(readFileSync(out, 'utf8')).toBe('{"dev":"gate\\u001b[31m","n":2}');
      expect((await yagura(['quarantine', 'show', 'nobody', ...at])).code).toBe(2);

      put(dir, { 'm/door.yml': DOOR });
      const again = await yagura(['quarantine', 'replay', ...at, '--json', '--mappings', join(dir, 'm')]);
      expect(again.code).toBe(3);
      expect(JSON.parse(again.stdout)).toMatchObject({ tried: 6, left: 3, stay: 3, events: 3, bySource: { door: 3 } });
      // Their ids are digests of what they are.
      const stayed = new Set(
        before.filter(({ reason, record }) => reason !== 'unknown_source' || record === 2).map(({ id }) => id),
      );
      const now = await list();
      expect(now).toHaveLength(3);
      for (const { id } of now) expect(stayed).toContain(id);
      const third = await yagura([
        'quarantine',
        'replay',
        ...at,
        '--json',
        '--reason',
        'unknown_format',
        '--mappings',
        join(import.meta.dirname, '../../mappings/examples'),
      ]);
      expect([third.code, JSON.parse(third.stdout)]).toMatchObject([0, { tried: 1, left: 1, events: 1 }]);
      expect((await yagura(['export', 'events', ...at])).stdout.match(/"Example VPN"/g)?.length).toBeGreaterThan(0);
    }));

  it('an interrupted replay is repeated without a second event, and a changed object without a loss', async () =>
    await inFolder(async (dir) => {
      put(dir, { ...LOGS, 'm/door.yml': DOOR });
      const state = await openState(join(dir, 'state'), { write: true });
      try {
        await replay(await findLogFiles([join(dir, 'logs')]), state, { sources: SOURCES, ...(await loadContent()) });
        cpSync(join(dir, 'state/quarantine'), join(dir, 'copy'), { recursive: true });
        const sources = await loadSources(join(dir, 'm'));
        const content = { sources, ...(await loadContent(undefined, sources)) };
        const all = (): boolean => true;
        expect(await replayQuarantine(state, content, all)).toMatchObject({ left: 3, stay: 3, report: { out: 3 } });
        // As if the process had died before the entries left.
        rmSync(join(dir, 'state/quarantine'), { recursive: true });
        cpSync(join(dir, 'copy'), join(dir, 'state/quarantine'), { recursive: true });
        expect(await replayQuarantine(state, content, all)).toMatchObject({ left: 3, report: { out: 0, alreadyIngested: 3 } });
        const { rows } = await state.query.run(
          "SELECT count(*), count(DISTINCT metadata.uid) FROM api_activity WHERE source = 'door' AND eventday >= '00000000'",
        );
        expect(rows[0]?.map(Number)).toEqual([3, 3]);
        rmSync(join(dir, 'logs/vpn.csv'));
        const gone = await replayQuarantine(state, content, ({ reason }: Quarantined) => reason === 'unknown_format');
        expect(gone).toMatchObject({ tried: 1, left: 0, stay: 1 });
        const reasons: string[] = [];
        for await (const { entries } of quarantined(state.quarantine)) reasons.push(...entries.map(({ reason }) => reason));
        expect(reasons.sort()).toEqual(['duplicate_keys', 'unknown_format', 'unknown_source']);
      } finally {
        await state.close();
      }
    }));
});

it('validation counts each broken rule of each source', () => {
  const { inspect, result } = createValidator();
  const good = SOURCES[0]?.toOcsf(benign(1), { nowMs: 1 });
  if (good === undefined) throw new Error('no source');
  inspect(good, 'a');
  const bad = { ...good, severity_id: 77, shape: 'round' } as OcsfEvent;
  inspect(bad, 'a');
  inspect(bad, 'b');
  const { events, invalid, rules } = result();
  expect([events, invalid]).toEqual([3, 2]);
  expect(rules.filter(({ isWarning }) => !isWarning).map(({ source, kind, path, count }) => [source, kind, path, count])).toEqual(
    expect.arrayContaining([
      ['a', 'enum_unknown', 'severity_id', 1],
      ['b', 'unknown_attribute', 'shape', 1],
    ]),
  );
});

it('the sources are listed and measured in both languages', async () =>
  await inFolder(async (dir) => {
    put(dir, LOGS);
    const listed = jsonLines((await yagura(['sources', '--json', '--locale', 'ja'])).stdout);
    expect(listed.map(({ id }) => id)).toEqual(SOURCES.map(({ id }) => id));
    for (const row of listed)
      expect([row['id'], Number(row['samples']) >= 5, Number(row['typedRatio']) > 0]).toEqual([row['id'], true, true]);
    const measured = await yagura([
      'sources',
      '--measure',
      join(dir, 'logs'),
      '--json',
      '--mappings',
      join(import.meta.dirname, '../../mappings/examples'),
    ]);
    expect(
      jsonLines(measured.stdout)
        .map(({ id, measured: sum }) => [id, (sum as { records: number }).records])
        .sort(),
    ).toEqual([
      ['aws-cloudtrail', 1],
      ['example-vpn', 1],
    ]);
    expect(measured.stderr).toContain('5 records that no source reads');
  }));

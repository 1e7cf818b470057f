import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../functions/core/json.ts';
import { SOURCES } from '../../functions/sources/index.ts';
import { loadStream } from '../../local/content.ts';
import { findLogFiles } from '../../local/log-files.ts';
import { openState } from '../../local/ports.ts';
import { replay } from '../../local/replay.ts';
import { benign, trailStopped } from './cloudtrail-records.ts';
import { inFolder, jsonLines, type Ran, yagura } from './command.ts';

const rules = loadStream();
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const records = (from: number, to: number): string => JSON.stringify({ Records: range(from, to).map(benign) });

interface Document {
  objects: number;
  in: number;
  out: number;
  events: number;
  quarantined: number;
  dropped: number;
  alerts: number;
  incidents: number;
  findings: number;
  bySource: Record<string, number>;
  byClass: Record<string, number>;
  quarantinedByReason: Record<string, number>;
  skippedObjects: Record<string, number>;
  alreadyIngested: number;
  problems: { at: string; what: string; fix: string }[];
  durationMs: number;
}

async function replayed(dir: string, ...args: string[]): Promise<{ ran: Ran; document: Document }> {
  const ran = await yagura(['replay', join(dir, 'logs'), '--state', join(dir, 'state'), '--json', ...args]);
  expect(ran.stderr).toBe('');
  const document = JSON.parse(ran.stdout) as Document;
  expect(document.in).toBe(document.out + document.quarantined + document.dropped);
  return { ran, document };
}

async function exported(dir: string, kind: string): Promise<Record<string, unknown>[]> {
  const ran = await yagura(['export', kind, '--state', join(dir, 'state')]);
  expect(ran.code).toBe(0);
  return jsonLines(ran.stdout);
}

const eventIds = (rows: Record<string, unknown>[]): string[] =>
  rows.map((row) => (row['metadata'] as { uid: string }).uid).sort();

/** Files by name, below `logs` of a folder. */
function put(dir: string, files: Record<string, string | Uint8Array>): void {
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(dir, 'logs', name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, bytes);
  }
}

describe('yagura replay', () => {
  it('reads every envelope, raises the alert, and ingests the same input once', async () =>
    await inFolder(async (dir) => {
      put(dir, {
        'a.json.gz': gzipSync(records(0, 40)),
        'deep/er/b.json': JSON.stringify(range(40, 50).map(benign), null, 2),
        'c.jsonl': `\ufeff${range(50, 60)
          .map((n) => JSON.stringify(benign(n)))
          .join('\r\n')}\r\n`,
        'd.ndjson': JSON.stringify(trailStopped(60)),
        'e.log': JSON.stringify({ 'detail-type': 'AWS API Call via CloudTrail', source: 'aws.ec2', detail: benign(61) }),
        'notes.md': 'not a log',
        'copy-of-a.json.gz': gzipSync(records(0, 40)),
      });
      const first = await replayed(dir);
      expect(first.ran.code).toBe(0);
      expect(first.document).toMatchObject({ events: 62, quarantined: 0, dropped: 0, bySource: { 'aws-cloudtrail': 62 } });
      expect(first.document.alerts).toBeGreaterThan(0);
      expect(await exported(dir, 'findings')).toHaveLength(first.document.findings);
      const alerts = await exported(dir, 'alerts');
      const stopped = alerts.find((alert) => (alert['eventIds'] as string[]).includes('00000000-0000-4000-8000-00000000003c'));
      expect(stopped).toMatchObject({ severity: expect.stringMatching(/high|critical|medium/) });
      expect(Object.keys(stopped ?? {})).toEqual(
        expect.arrayContaining([
          'id',
          'ruleId',
          'title',
          'severity',
          'attack',
          'eventIds',
          'incidentId',
          'entities',
          'createdAt',
        ]),
      );

      const second = await replayed(dir);
      expect(second.document).toMatchObject({
        events: 0,
        in: 0,
        alerts: first.document.alerts,
        incidents: first.document.incidents,
      });
      expect(await exported(dir, 'alerts')).toEqual(alerts);
      const events = await exported(dir, 'events');
      expect(new Set(eventIds(events)).size).toBe(62);
      expect(events).toHaveLength(62);
    }));

  it('names the records of an alert by every id that they have', async () =>
    await inFolder(async (dir) => {
      const stopped: JsonObject = { ...trailStopped(60), _id: 'store-1' };
      // The same id with other content is another event, which is still found by the id that it came with.
      put(dir, {
        'a.jsonl': [stopped, { ...stopped, _id: 'store-2', awsRegion: 'eu-west-1' }].map((one) => JSON.stringify(one)).join('\n'),
      });
      await replayed(dir);
      const ids = (await exported(dir, 'alerts')).flatMap((alert) => alert['eventIds'] as string[]);
      expect(ids).toEqual(expect.arrayContaining([stopped['eventID'], 'store-1', 'store-2']));
      const uids = eventIds(await exported(dir, 'events'));
      expect(uids).toHaveLength(2);
      expect(ids).toEqual(expect.arrayContaining(uids));
    }));

  it('gives each event once when two files of different runs carry it', async () =>
    await inFolder(async (dir) => {
      put(dir, { 'a.json': records(0, 30) });
      await replayed(dir);
      put(dir, { 'b.json': records(20, 50) });
      await replayed(dir);
      expect(eventIds(await exported(dir, 'events'))).toEqual([...new Set(range(0, 50).map((n) => benign(n)['eventID']))].sort());
      const ask = ['query', 'SELECT count(*) AS n FROM api_activity', '--format', 'json', '--state', join(dir, 'state')];
      const refused = await yagura(ask);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toMatch(/line 1:27: `api_activity` is read without a first day.* Fix: add to the WHERE/s);
      expect(refused.stderr).toMatch(/`--unbounded` reads it all the same: up to 0\.\d\d MB, \$0\.00005 in Athena/);
      const count = await yagura([...ask, '--unbounded']);
      const piped = await yagura(['query', '-', ...ask.slice(2), '--unbounded'], { input: `${ask[1]}\n` });
      expect(piped.stdout).toBe(count.stdout);
      expect(JSON.parse(count.stdout)).toEqual({ n: 50 });
      expect(count.stderr).toMatch(/1 row, 0\.\d\d MB scanned, \$0\.00005 in Athena/);
    }));
});

describe('bad input has a clear message, costs its neighbours nothing, and shows in the exit code', () => {
  const good = { 'good.json': records(0, 10) };
  const noise = range(0, 3000).map((n) =>
    JSON.stringify({ ...benign(n + 1000), requestParameters: { x: Math.imul(n, 2654435761) } }),
  );
  const cases: [string, Record<string, string | Uint8Array>, string, number][] = [
    ['a truncated gzip', { 'x.json.gz': gzipSync(noise.join('\n')).subarray(0, 20_000) }, 'truncated_gzip', 11],
    [
      'damaged gzip data',
      { 'x.json.gz': Buffer.concat([gzipSync(records(100, 110)).subarray(0, 30), Buffer.alloc(500, 7)]) },
      'corrupt_compression',
      10,
    ],
    [
      'a Records array with one broken record',
      { 'x.json': `{"Records":[${JSON.stringify(benign(100))},{"eventName":},${JSON.stringify(benign(101))}]}` },
      'invalid_json',
      12,
    ],
    ['duplicate keys', { 'x.json': JSON.stringify(benign(100)).replace('{', '{"eventName":"Quiet",') }, 'duplicate_keys', 10],
    ['an empty file', { 'x.json': '' }, 'empty_object', 10],
    ['a file of spaces', { 'x.json': '  \n \n' }, 'empty_object', 10],
    ['an empty gzip', { 'x.json.gz': gzipSync('') }, 'empty_object', 10],
    ['a wrong source', { 'x.json': JSON.stringify({ hello: 'world', level: 'info' }) }, 'unknown_source', 10],
    ['text', { 'x.log': 'Dear diary, it rained.\n' }, 'unknown_format', 10],
    ['a ZIP archive', { 'x.json': Buffer.from('504b030414000000', 'hex') }, 'unknown_format', 10],
    [
      'deep nesting',
      { 'x.json': `{"eventName":"x","eventSource":"y","a":${'['.repeat(9999)}${']'.repeat(9999)}}` },
      'nesting_too_deep',
      10,
    ],
  ];

  it.each(cases)(
    '%s',
    async (_, files, reason, atLeast) =>
      await inFolder(async (dir) => {
        put(dir, { ...good, ...files });
        const state = await openState(join(dir, 'state'), { write: true });
        const report = await replay(await findLogFiles([join(dir, 'logs')]), state, { sources: SOURCES, rules: await rules });
        await state.close();
        expect(report.in).toBe(report.out + report.quarantined + report.dropped);
        expect(report.out).toBeGreaterThanOrEqual(atLeast);
        expect(Object.keys(report.quarantinedByReason)).toContain(reason);
        const [problem] = report.problems;
        expect(problem?.at).toContain('x.');
        expect(problem?.what.length).toBeGreaterThan(10);
        expect(problem?.allowed?.length).toBeGreaterThan(5);
        expect(problem?.fix?.length).toBeGreaterThan(5);
      }),
  );

  it('all of it at once: the rest is processed, each file is named, the exit code is 3', async () =>
    await inFolder(async (dir) => {
      put(dir, good);
      for (const [i, [, files]] of cases.entries())
        put(dir, Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`case-${i}/${name}`, bytes])));
      const told = await yagura(['replay', join(dir, 'logs'), '--state', join(dir, 'state')]);
      expect(told.code).toBe(3);
      expect(told.stderr).toContain('case-0/x.');
      expect(told.stderr).toContain('Fix:');
      const document = JSON.parse(
        (await yagura(['replay', join(dir, 'logs'), '--state', join(dir, 'again'), '--json'])).stdout,
      ) as Document;
      expect(new Set(document.problems.map(({ at }) => /case-\d+/.exec(at)?.[0])).size).toBe(cases.length);
    }));

  it('a gzip bomb and a single line of 200 MB', async () =>
    await inFolder(async (dir) => {
      const line = Buffer.concat([
        Buffer.from('{"eventName":"'),
        Buffer.alloc(200 * 1024 * 1024, 0x61),
        Buffer.from('"}\n'),
        Buffer.from(JSON.stringify(benign(500))),
      ]);
      put(dir, { ...good, 'bomb.json.gz': gzipSync(Buffer.alloc(400 * 1024 * 1024, 0x20)), 'line.json': line });
      const { ran, document } = await replayed(dir);
      expect(ran.code).toBe(3);
      expect(document.events).toBe(11);
      expect(document.quarantinedByReason).toEqual({ decompression_bomb: 1, record_too_large: 1 });
    }));

  it('a folder without logs, a path that is not there, an unknown source, an unknown option', async () =>
    await inFolder(async (dir) => {
      put(dir, { 'readme.md': 'x' });
      const none = await yagura(['replay', join(dir, 'logs'), '--state', join(dir, 'state')]);
      expect(none.code).toBe(3);
      expect(none.stderr).toContain('no log files');
      const missing = await yagura(['replay', join(dir, 'nowhere'), '--state', join(dir, 'state')]);
      expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('no such file or folder')]);
      const source = await yagura(['replay', join(dir, 'logs'), '--source', 'aws-cloudtrial', '--state', join(dir, 'state')]);
      expect([source.code, source.stderr]).toEqual([2, expect.stringContaining('write aws-cloudtrail')]);
      const option = await yagura(['replay', '--sauce', 'x', dir]);
      expect([option.code, option.stderr]).toEqual([2, expect.stringContaining('--source')]);
    }));

  it('records of another source than the one that was asked for go to quarantine', async () =>
    await inFolder(async (dir) => {
      put(dir, good);
      const { ran, document } = await replayed(dir, '--source', 'aws-guardduty');
      expect(ran.code).toBe(3);
      expect(document.quarantinedByReason).toEqual({ wrong_source: 10 });
    }));

  it('files that share the bucket are skipped by name and by content, and are no problem', async () =>
    await inFolder(async (dir) => {
      const folder = 'AWSLogs/o-exampleorgid/111122223333';
      put(dir, {
        [`${folder}/CloudTrail/eu-west-1/2026/03/02/111122223333_CloudTrail_eu-west-1_20260302T0905Z_ABCDEFGHIJKLMNOP.json.gz`]:
          gzipSync(records(0, 5)),
        [`${folder}/CloudTrail-Digest/eu-west-1/2026/03/02/111122223333_CloudTrail-Digest_eu-west-1_org_eu-west-1_20260302T090000Z.json.gz`]:
          gzipSync('{"awsAccountId":"111122223333"}'),
        [`${folder}/Config/ConfigWritabilityCheckFile.json`]: '{}',
      });
      const { ran, document } = await replayed(dir);
      expect(ran.code).toBe(0);
      expect(document).toMatchObject({ events: 5, skippedObjects: { cloudtrail_digest: 1, aws_config_file: 1 } });
    }));
});

describe('kill -9', () => {
  it('at any moment, and run again: the same events once each, the same alerts once each', async () =>
    await inFolder(async (dir) => {
      const files: Record<string, Uint8Array> = {};
      for (let i = 0; i < 24; i++) {
        const lines = range(i * 400, i * 400 + 400).map((n) => JSON.stringify(n % 97 === 0 ? trailStopped(n) : benign(n)));
        files[`part-${i}.jsonl.gz`] = gzipSync(lines.join('\n'));
      }
      put(dir, files);
      const whole = await yagura(['replay', join(dir, 'logs'), '--state', join(dir, 'whole'), '--json']);
      expect(whole.code).toBe(0);
      const wholeMs = (JSON.parse(whole.stdout) as Document).durationMs;
      const expected = jsonLines((await yagura(['export', 'alerts', '--state', join(dir, 'whole')])).stdout);

      let killed = 0;
      for (let attempt = 0; attempt < 6; attempt++) {
        // Spread over the run, start-up included; the exact moments differ from run to run, which is the point.
        const afterMs = 150 + ((wholeMs + 600) * attempt) / 6;
        const ran = await yagura(['replay', join(dir, 'logs'), '--state', join(dir, 'state'), '--json'], {
          onStart: (child) => setTimeout(() => child.kill('SIGKILL'), afterMs),
        });
        if (ran.signal === 'SIGKILL') killed++;
      }
      expect(killed).toBeGreaterThan(0);
      const { ran } = await replayed(dir);
      expect(ran.code).toBe(0);
      const events = await exported(dir, 'events');
      expect(events).toHaveLength(9600);
      expect(new Set(eventIds(events)).size).toBe(9600);
      const strip = (rows: Record<string, unknown>[]): unknown[] =>
        rows
          .map((row) => ({ ...row, createdAt: '', eventIds: [...(row['eventIds'] as string[])].sort() }))
          .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
      expect(strip(await exported(dir, 'alerts'))).toEqual(strip(expected));
    }));
});

/** Follows docs/add-a-source.md in a copy of the repository: what it says works, as it stands there. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../functions/core/json.ts';
import { parseMapping } from '../../functions/core/mapping/file.ts';
import { validateEvent } from '../../functions/core/ocsf/validate.ts';
import { sourceOfMapping } from '../../functions/sources/from-mapping.ts';
import type { Source } from '../../functions/sources/source.ts';
import { newSource } from '../../scripts/new-source.ts';
import { leavesOf, lostLeaves, NOW_MS, withLeafChanged } from './samples.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The code blocks of the page that name a file: path → text. */
const BLOCKS = new Map(
  [...readFileSync(join(ROOT, 'docs/add-a-source.md'), 'utf8').matchAll(/^ {3}```\w+ (\S+)\n([\s\S]*?)^ {3}```$/gm)].map(
    ([, path = '', text = '']) => [path, text.replace(/^ {3}/gm, '')],
  ),
);

/** What test/sources/sources.test.ts asks of every sample. */
function check(source: Source, record: JsonObject, all: readonly Source[]): JsonObject {
  const event = JSON.parse(JSON.stringify(source.toOcsf(record, { nowMs: NOW_MS })));
  expect(validateEvent(event)).toEqual([]);
  expect(lostLeaves(record, event)).toEqual([]);
  expect(all.filter((other) => other.recognizes(record)).map(({ id }) => id)).toEqual([source.id]);
  const before = JSON.stringify(source.toOcsf(record, { nowMs: NOW_MS }));
  for (let n = 0; n < leavesOf(record).length; n++) {
    const changed = withLeafChanged(record, n);
    if (changed !== undefined)
      expect(JSON.stringify(source.toOcsf(changed.record, { nowMs: NOW_MS })), changed.path).not.toBe(before);
  }
  return event;
}

describe('a mapping file', () => {
  it('reads the log of the page', () => {
    const { mapping, problems } = parseMapping(BLOCKS.get('mappings/acme-desk.yml') ?? '', 'mappings/acme-desk.yml');
    expect(problems).toEqual([]);
    if (mapping === undefined) throw new Error('no mapping');
    const source = sourceOfMapping(mapping);
    const reader = source.lines?.open({ key: 'logs/desk.csv' });
    const [header, ...lines] = (BLOCKS.get('logs/desk.csv') ?? '').trim().split('\n');
    expect(reader?.read(header ?? '')).toBe('header');
    const events = lines.map((line) => {
      const read = reader?.read(line);
      if (read === undefined || read === 'header') throw new Error(line);
      const event = JSON.parse(JSON.stringify(source.toOcsf(read.record, { nowMs: NOW_MS })));
      expect(validateEvent(event)).toEqual([]);
      expect(lostLeaves(read.record, event)).toEqual([]);
      return event;
    });
    expect(events.map((event) => [event.class_uid, event.activity_name, event.status, event.src_endpoint.ip])).toEqual([
      [3002, 'Logon', 'Failure', '203.0.113.24'],
      [3002, 'Logon', 'Success', '203.0.113.24'],
      [6003, 'Delete', 'Success', '203.0.113.24'],
    ]);
    expect(events[0].user).toMatchObject({ email_addr: 'ann@example.com' });
  });
});

describe('a source with code', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'yagura-new-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  cpSync(join(ROOT, 'functions'), join(dir, 'functions'), { recursive: true });
  for (const file of ['package.json', 'test/sources/corpora.ts']) {
    mkdirSync(join(dir, file, '..'), { recursive: true });
    cpSync(join(ROOT, file), join(dir, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(dir, 'node_modules'));
  const made = newSource(dir, 'scaffold-of-a-test');
  // Somebody may have followed the page to the letter.
  if (!existsSync(join(dir, 'functions/sources/gatehouse'))) newSource(dir, 'gatehouse');
  for (const [path, text] of BLOCKS) if (path.startsWith('functions/')) writeFileSync(join(dir, path), text);
  const { SOURCES }: { SOURCES: readonly Source[] } = await import(pathToFileURL(join(dir, 'functions/sources/index.ts')).href);
  const { CORPORA }: { CORPORA: readonly { id: string }[] } = await import(
    pathToFileURL(join(dir, 'test/sources/corpora.ts')).href
  );
  const sample = (path: string): JsonObject => JSON.parse(readFileSync(join(dir, path), 'utf8'));
  const sourceOf = (id: string): Source => {
    const source = SOURCES.find((one) => one.id === id);
    if (source === undefined) throw new Error(`${id} is not listed`);
    return source;
  };

  it('is green as it is scaffolded, and in the lists', () => {
    const samples = made.filter((path) => path.includes('/samples/'));
    expect(samples.length).toBeGreaterThanOrEqual(5);
    const names = samples
      .map((path) => check(sourceOf('scaffold-of-a-test'), sample(path), SOURCES))
      .map((event) => event['class_name']);
    expect(new Set(names)).toEqual(new Set(['Authentication', 'Account Change', 'API Activity']));
    expect(CORPORA.map(({ id }) => id)).toEqual(expect.arrayContaining(['scaffold-of-a-test', 'gatehouse', 'okta']));
    const imports = readFileSync(join(dir, 'functions/sources/index.ts'), 'utf8').match(/^import .*/gm) ?? [];
    expect(imports.findIndex((line) => line.includes('acmeDesk'))).toBeLessThan(
      imports.findIndex((line) => line.includes('anthropic')),
    );
  });

  it('does what the page says after its example is filled in', () => {
    const event = check(sourceOf('gatehouse'), sample('functions/sources/gatehouse/samples/door-opened.json'), SOURCES);
    expect(event).toMatchObject({
      class_uid: 6003,
      activity_name: 'Read',
      status: 'Success',
      actor: { user: { uid: '0042', email_addr: 'aoi.kato@example.com' } },
      src_endpoint: { ip: '192.0.2.40' },
      metadata: { uid: 'g-1001' },
    });
  });

  it.each([['Not An Id'], ['../x'], ['okta'], ['']])('refuses the id "%s"', (id) => {
    expect(() => newSource(dir, id)).toThrow(/is no id of a source|is there already/);
  });
});

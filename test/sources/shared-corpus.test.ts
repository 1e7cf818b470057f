/** Real records of the development corpus: all recognised, none lost, all valid by a validator that is not ours. Skipped where there is none. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../functions/core/json.ts';
import { validateEvent } from '../../functions/core/ocsf/validate.ts';
import { SOURCES, sourceById } from '../../functions/sources/index.ts';
import { CORPORA } from './corpora.ts';
import { lostLeaves, NOW_MS, SHARED } from './samples.ts';

interface Judge {
  validate(event: unknown): { issues: { kind: string; path: string }[] };
}

const isThere = existsSync(join(SHARED, 'ocsf/validate.mjs')) && existsSync(join(SHARED, 'samples'));
if (!isThere) console.warn('shared corpus absent: its records are not tried');

async function judgeOf(): Promise<{ judge: Judge; errors: Set<string> }> {
  const module = await import(pathToFileURL(join(SHARED, 'ocsf/validate.mjs')).href);
  return { judge: module.validatorFor(join(SHARED, 'ocsf/schema-1.8.0.json')), errors: new Set(module.ERRORS) };
}

const parsedLines = (path: string): JsonObject[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line));

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file));
}

function cloudtrailRecords(): JsonObject[] {
  const labelled = filesUnder(join(SHARED, 'samples/cloudtrail')).filter((path) => path.endsWith('.jsonl'));
  const fromLabelled = labelled.flatMap((path) => parsedLines(path).map(({ event }) => event));
  const raw = filesUnder(join(SHARED, 'samples/raw/cloudtrail')).filter((path) => path.endsWith('.json'));
  const fromRaw = raw.flatMap((path) => {
    const document = JSON.parse(readFileSync(path, 'utf8'));
    return Array.isArray(document) ? document : document.Records;
  });
  return [...fromLabelled, ...fromRaw].filter(isJsonObject);
}

const PRODUCTS = join(SHARED, 'samples/raw/panther');

describe.skipIf(!isThere)('records of the corpus', () => {
  const corpora: [string, () => JsonObject[], number][] = [
    ['aws-cloudtrail', cloudtrailRecords, 800],
    ...CORPORA.map(({ id, names, atLeast, minKeys = 1 }): [string, () => JsonObject[], number] => [
      id,
      () =>
        names
          .flatMap((name) => parsedLines(join(PRODUCTS, `${name}.ndjson`)))
          .filter((record) => Object.keys(record).length >= minKeys),
      atLeast,
    ]),
  ];

  for (const [id, records, atLeast] of corpora) {
    it(`${id}: recognised by it alone, valid, nothing lost, both validators agree`, async () => {
      const source = sourceById(id);
      const { judge, errors } = await judgeOf();
      const all = records();
      expect(all.length).toBeGreaterThanOrEqual(atLeast);
      for (const record of all) {
        const event = JSON.parse(JSON.stringify(source?.toOcsf(record, { nowMs: NOW_MS })));
        const theirs = judge.validate(event).issues;
        expect(theirs.filter(({ kind }) => errors.has(kind))).toEqual([]);
        expect(lostLeaves(record, event)).toEqual([]);
        expect(SOURCES.filter((other) => other.recognizes(record)).map((other) => other.id)).toEqual([id]);
        const tell = (issues: readonly { kind: string; path: string }[]) =>
          issues.map(({ kind, path }) => `${kind} ${path}`).sort();
        expect(tell(validateEvent(event))).toEqual(tell(theirs));
      }
    });
  }

  it("no source takes another product's records for its own", () => {
    const claimed = new Set(CORPORA.flatMap(({ names }) => names));
    const foreign = filesUnder(PRODUCTS).filter((path) => !claimed.has(basename(path, '.ndjson')));
    const taken = foreign.flatMap((path) =>
      parsedLines(path).flatMap((record) =>
        SOURCES.filter((source) => source.recognizes(record)).map(({ id }) => `${path} ${id}`),
      ),
    );
    expect(taken).toEqual([]);
  });
});

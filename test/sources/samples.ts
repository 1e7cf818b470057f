/** Reads a source's samples, and tells whether an event still says all that its raw record said. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type Json, type JsonObject } from '../../functions/core/json.ts';
import { sourceById } from '../../functions/sources/index.ts';
import type { Source } from '../../functions/sources/source.ts';

export const NOW_MS = Date.UTC(2025, 2, 5);

export interface Sample {
  name: string;
  record: JsonObject;
  goldenPath: string;
}

const folderOf = (sourceId: string): string => join(import.meta.dirname, '../../functions/sources', sourceId, 'samples');

/** The texts of a source's samples by the names of their files. */
export function sampleFiles(sourceId: string): Record<string, string> {
  const folder = folderOf(sourceId);
  const files = readdirSync(folder).filter((file) => /\.(json|log)$/.test(file) && !file.endsWith('.ocsf.json'));
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}

/**
 * `samples/<case>.json` of a source, or `samples/<case>.log` where its logs are lines: exactly one record, perhaps below header lines.
 * Each comes with the path of its golden event.
 */
export function samplesOf(sourceId: string): Sample[] {
  const folder = folderOf(sourceId);
  return Object.entries(sampleFiles(sourceId)).map(([file, text]) => {
    return {
      name: file.replace(/\.(json|log)$/, ''),
      record: file.endsWith('.json') ? JSON.parse(text) : onlyRecord(sourceById(sourceId), file, text),
      goldenPath: join(folder, file.replace(/\.(json|log)$/, '.ocsf.json')),
    };
  });
}

/** @throws where a line is not of the source's format, or the lines are not one record */
function onlyRecord(source: Source | undefined, key: string, text: string): JsonObject {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const reader = source?.lines?.open({ key });
  if (source?.lines?.recognizesLine(lines[0] ?? '') !== true) throw new Error(`${key}: not recognized by its first line`);
  const read = lines.map((line) => {
    const found = reader?.read(line);
    if (found === undefined) throw new Error(`${key}: no line of ${source.id}: ${line}`);
    return found;
  });
  const records = read.filter((one) => one !== 'header');
  if (records.length !== 1 || records[0] === undefined) throw new Error(`${key}: ${records.length} records, not one`);
  return records[0].record;
}

const WIDTH = 150;

/** JSON text with as much on a line as fits: goldens that people can read. */
export function readableJson(value: unknown, indent = ''): string {
  const flat = JSON.stringify(value);
  if (flat.length + indent.length <= WIDTH || value === null || typeof value !== 'object') return flat;
  const inner = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((item) => readableJson(item, inner))
    : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${readableJson(item, inner)}`);
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const isFree =
      last !== undefined && !part.includes('\n') && !last.includes('\n') && inner.length + last.length + part.length + 3 <= WIDTH;
    if (isFree) lines[lines.length - 1] = `${last}, ${part}`;
    else lines.push(part);
  }
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${lines.map((line) => inner + line).join(',\n')}\n${indent}${close}`;
}

type Leaf = { path: string; value: Json };

/** Every scalar, empty object and empty list of a value. */
export function leavesOf(value: Json, path = ''): Leaf[] {
  if (Array.isArray(value) && value.length > 0) return value.flatMap((item, i) => leavesOf(item, `${path}[${i}]`));
  if (isJsonObject(value) && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([key, item]) => leavesOf(item, `${path}.${key}`));
  return [{ path, value }];
}

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** All texts that an event holds: its values, and the values inside its JSON texts. */
function textsOf(event: Json): Set<string> {
  const texts = new Set<string>();
  const add = (value: Json, depth: number): void => {
    for (const leaf of leavesOf(value)) {
      texts.add(textOf(leaf.value));
      if (typeof leaf.value !== 'string' || depth > 2 || !/^[[{"]/.test(leaf.value)) continue;
      try {
        add(JSON.parse(leaf.value), depth + 1);
      } catch {
        // Text that only begins like JSON.
      }
    }
  };
  add(event, 0);
  return texts;
}

/** Paths of the raw leaves whose text is nowhere in the event. */
export function lostLeaves(record: JsonObject, event: Json): string[] {
  const texts = textsOf(event);
  return leavesOf(record)
    .filter(({ path, value }) => path !== '' && !texts.has(textOf(value)))
    .map(({ path, value }) => `${path} = ${textOf(value).slice(0, 80)}`);
}

/** The record with the leaf at the n-th place changed, and that leaf's path. Undefined after the last one. */
export function withLeafChanged(record: JsonObject, n: number): { path: string; record: JsonObject } | undefined {
  const leaf = leavesOf(record)[n];
  if (leaf === undefined) return undefined;
  let left = n;
  const change = (value: Json): Json => {
    if (Array.isArray(value) && value.length > 0) return value.map(change);
    if (isJsonObject(value) && Object.keys(value).length > 0)
      return Object.fromEntries(Object.entries(value).map(([key, item]): [string, Json] => [key, change(item)]));
    return left-- === 0 ? otherThan(value) : value;
  };
  const changed = change(record);
  return isJsonObject(changed) ? { path: leaf.path, record: changed } : undefined;
}

function otherThan(value: Json): Json {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'string') return `${value}-changed`;
  return value === null ? 'not null' : null;
}

/** Where the shared corpus lies, for development only. */
export const SHARED = join(import.meta.dirname, '../../../shared');

/** Reads an attack story and turns it into the raw records that its products would log, each known by the id that the lake will give it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { isJsonObject, type Json, type JsonObject } from '../../functions/core/json.ts';
import { sourceById } from '../../functions/sources/index.ts';
import { type Random, randomOf } from '../../local/story/random.ts';

const record = z.record(z.string(), z.json());
const step = z.strictObject({
  /** What happens, for people. */
  what: z.string(),
  /** Minutes after the story's first step. */
  at: z.number(),
  shape: z.string(),
  record,
  /** The same again, this often and this many seconds apart. */
  times: z.int().min(1).default(1),
  everySec: z.number().default(20),
  technique: z.string().optional(),
  /** False where no rule can tell it from ordinary work. */
  seen: z.boolean().default(true),
});
export type StoryStep = z.infer<typeof step>;

const storySchema = z.strictObject({
  title: z.strictObject({ en: z.string(), ja: z.string() }),
  text: z.string(),
  /** Values that its records have in common, over those of the shapes: `{name}` in any text. */
  names: z.record(z.string(), z.string()).default({}),
  steps: z.array(step).min(3),
  /** What ordinary people do meanwhile: in no incident that a person sees. */
  ordinary: z.array(step).min(2),
  /** The same kind of deeds by somebody else: in another incident, or in none. */
  unrelated: z.array(step).min(1),
  expect: z.strictObject({
    severity: z.enum(['medium', 'high', 'critical']),
    /** In this order along the incident's tactics. */
    tactics: z.array(z.string()).min(1),
    /** Techniques that the incident must name, each or a sub-technique of it. */
    techniques: z.array(z.string()).min(1),
  }),
  /** Without this link the story is no longer one: text → other text, in the steps that `steps` names by their place. */
  cut: z.strictObject({ steps: z.array(z.int().min(0)).min(1), replace: z.record(z.string(), z.string()) }),
});
export type Story = z.infer<typeof storySchema> & { id: string };

export interface StoryRecord {
  step: StoryStep;
  part: 'steps' | 'ordinary' | 'unrelated';
  source: string;
  raw: JsonObject;
  /** `metadata.uid` in the lake. */
  uid: string;
}

const shapeSchema = z.record(z.string(), z.strictObject({ source: z.string(), record }));
const SHAPES = shapeSchema.parse(parse(readFileSync(join(import.meta.dirname, 'shapes.yml'), 'utf8')));
export const SOURCES_OF_STORIES = new Set(Object.values(SHAPES).map(({ source }) => source));

/** The day on which every story begins. */
export const START_MS = Date.parse('2026-03-03T08:10:00.000Z');

/** Every story of this folder. */
export const loadStories = (): Story[] =>
  readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.yml') && name !== 'shapes.yml')
    .sort()
    .map((name) => {
      const read = storySchema.safeParse(parse(readFileSync(join(import.meta.dirname, name), 'utf8'), { merge: true }));
      if (!read.success) throw new Error(`test/stories/${name}: ${z.prettifyError(read.error)}`);
      return { id: name.replace(/\.yml$/, ''), ...read.data };
    });

const seedOf = (id: string): number => [...id].reduce((seed, letter) => (seed * 31 + (letter.codePointAt(0) ?? 0)) % 2 ** 31, 7);

/** The records of a story in the order of time. `cut`: without the link that holds it together. */
export function recordsOf(story: Story, { cut = false } = {}): StoryRecord[] {
  const random = randomOf(seedOf(story.id));
  const told = (['steps', 'ordinary', 'unrelated'] as const).flatMap((part) =>
    story[part].flatMap((one, place) => {
      const replace = cut && part === 'steps' && story.cut.steps.includes(place) ? story.cut.replace : {};
      return Array.from({ length: one.times }, (_, n) => {
        const atMs = START_MS + one.at * 60_000 + n * one.everySec * 1000;
        return { atMs, record: recordOf(one, { part, n, atMs, names: story.names, replace, random }) };
      });
    }),
  );
  return told.sort((a, b) => a.atMs - b.atMs).map((one) => one.record);
}

interface Moment {
  part: StoryRecord['part'];
  n: number;
  atMs: number;
  names: Record<string, string>;
  replace: Record<string, string>;
  random: Random;
}

function recordOf(one: StoryStep, { part, n, atMs, names, replace, random }: Moment): StoryRecord {
  const shape = SHAPES[one.shape];
  if (shape === undefined) throw new Error(`no shape "${one.shape}" (allowed: ${Object.keys(SHAPES).join(', ')})`);
  const source = sourceById(shape.source);
  if (source === undefined) throw new Error(`no source "${shape.source}"`);
  const values = { ...names, ...timeWords(atMs), n: String(n + 1), uuid: random.uuid(), hex: random.hex(32), ...numbers(random) };
  const filled = fill(merged(shape.record, one.record), values);
  const text = Object.entries(replace).reduce((all, [from, to]) => all.replaceAll(from, to), JSON.stringify(filled));
  const raw = JSON.parse(text) as JsonObject;
  return { step: one, part, source: source.id, raw, uid: source.toOcsf(raw, { nowMs: 0 }).metadata.uid };
}

const numbers = (random: Random): Record<string, string | number> => ({
  number: random.int(100_000_000, 999_999_999),
  big: `-${random.text(18, '123456789')}`,
});

function timeWords(atMs: number): Record<string, string | number> {
  const iso = new Date(atMs).toISOString();
  return {
    iso,
    micro: iso.replace('Z', '000Z'),
    second: iso.slice(0, 19),
    offset: iso.replace('Z', '000+0000'),
    compact: iso.replace(/[-T:]|Z$/g, ''),
    ms: atMs,
    msText: String(atMs),
    seconds: Math.floor(atMs / 1000),
    epoch: atMs / 1000,
  };
}

/** Objects are merged, everything else is replaced; what is `{gone}` is left out. */
function merged(base: JsonObject, over: JsonObject): JsonObject {
  const result = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const below = result.get(key);
    if (value === '{gone}') result.delete(key);
    else result.set(key, isJsonObject(below) && isJsonObject(value) ? merged(below, value) : value);
  }
  return Object.fromEntries(result);
}

/** `{word}` → its value; a text that is nothing but one word becomes a number where that is one. */
function fill<Value extends Json>(value: Value, words: Record<string, string | number>): Json {
  if (typeof value === 'string') {
    const whole = /^\{(\w+)\}$/.exec(value)?.[1];
    if (whole !== undefined && words[whole] !== undefined) return words[whole];
    return value.replaceAll(/\{(\w+)\}/g, (all, word: string) => String(words[word] ?? all));
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, words));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, words)]));
}

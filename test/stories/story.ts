/** Turns an attack story into the raw records that its products would log, each known by the id that the lake will give it. */
import { isJsonObject, type Json, type JsonObject } from '../../functions/core/json.ts';
import { sourceById } from '../../functions/sources/index.ts';
import { loadStoryShapes, type Story, type StoryStep } from '../../local/attack-stories.ts';
import { type Random, randomOf } from '../../local/story/random.ts';

export interface StoryRecord {
  step: StoryStep;
  atMs: number;
  part: 'steps' | 'ordinary' | 'unrelated';
  source: string;
  raw: JsonObject;
  /** `metadata.uid` in the lake. */
  uid: string;
}

const SHAPES = loadStoryShapes();

/** The day on which every story begins. */
export const START_MS = Date.parse('2026-03-03T08:10:00.000Z');

const seedOf = (id: string): number => [...id].reduce((seed, letter) => (seed * 31 + (letter.codePointAt(0) ?? 0)) % 2 ** 31, 7);

/** The records of a story in the order of time. `cut`: without the link that holds it together. */
export function recordsOf(story: Story, { cut = false } = {}): StoryRecord[] {
  const random = randomOf(seedOf(story.id));
  const told = (['steps', 'ordinary', 'unrelated'] as const).flatMap((part) =>
    story[part].flatMap((one, place) => {
      const replace = cut && part === 'steps' && story.cut.steps.includes(place) ? story.cut.replace : {};
      return Array.from({ length: one.times }, (_, n) => {
        const atMs = START_MS + one.at * 60_000 + n * one.everySec * 1000;
        return recordOf(one, { part, n, atMs, names: story.names, replace, random });
      });
    }),
  );
  return told.sort((a, b) => a.atMs - b.atMs);
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
  return { step: one, atMs, part, source: source.id, raw, uid: source.toOcsf(raw, { nowMs: 0 }).metadata.uid };
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

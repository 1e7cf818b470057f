/** The text of a feed (plain lines, CSV, a STIX 2.1 bundle) → indicators, with what in it is none and why, each at its line. */
import type { Problem } from '../error.ts';
import { isJsonObject, type Json, valueAt } from '../json.ts';
import { commonReason } from './everyday.ts';
import type { Indicator } from './indicator.ts';
import { indicatorValue, typeOfWord } from './value.ts';

export interface ParsedIndicators {
  indicators: Indicator[];
  /** Values that are no indicators, or that everybody meets. They stop nothing: feeds are never clean. */
  notes: Problem[];
  /** The file as a whole cannot be read. */
  problems: Problem[];
}

const DEFAULT_CONFIDENCE = 50;
const MAX_NOTES = 50;

interface Draft {
  raw: string;
  at: string;
  type?: string;
  confidence?: string | number;
  until?: string;
  feed?: string;
  says?: string;
}

/** True for the names of feeds. Those in subfolders are not read. */
export const isIndicatorName = (name: string): boolean => /^[^./\\][^/\\]*\.(txt|csv|json)$/i.test(name) && name !== 'allow.txt';

/** @param allowed values of the user's own `allow.txt`: never indicators */
export function parseIndicators(text: string, file: string, allowed: ReadonlySet<string> = new Set()): ParsedIndicators {
  const feed = (file.split(/[\\/]/).at(-1) ?? file).replace(/\.\w+$/, '');
  const drafts = /\.json$/i.test(file)
    ? stixDrafts(text, file)
    : /\.csv$/i.test(file)
      ? csvDrafts(text, file)
      : lineDrafts(text, file);
  const parsed: ParsedIndicators = { indicators: [], notes: [], problems: 'problems' in drafts ? drafts.problems : [] };
  const seen = new Map<string, Indicator>();
  for (const draft of 'problems' in drafts ? [] : drafts) {
    const one = indicatorOf(draft, feed, allowed);
    if ('what' in one) {
      if (parsed.notes.length < MAX_NOTES) parsed.notes.push(one);
    } else {
      const known = seen.get(`${one.type} ${one.value}`);
      if (known === undefined || one.confidence > known.confidence) seen.set(`${one.type} ${one.value}`, one);
    }
  }
  parsed.indicators = [...seen.values()];
  return parsed;
}

/** The values of an `allow.txt`, in normal form. */
export const allowedValues = (text: string): Set<string> =>
  new Set(text.split(/\r?\n/).flatMap((line) => indicatorValue(line.replace(/\s*#.*$/, ''))?.value ?? []));

function indicatorOf(draft: Draft, feed: string, allowed: ReadonlySet<string>): Indicator | Problem {
  const { at, raw, type } = draft;
  const found = indicatorValue(raw, type === undefined || type === '' ? undefined : type);
  const shown = JSON.stringify(raw.slice(0, 80));
  if (found === undefined)
    return {
      at,
      what: `${shown} is no ${type || 'indicator'}`,
      allowed: 'an address, CIDR (/8 or smaller), domain, URL, digest or e-mail address',
    };
  if (allowed.has(found.value)) return { at, what: `${shown} is on your allow list` };
  const common = commonReason(found);
  if (common !== undefined) return { at, what: `${shown} is left out: ${common}` };
  const confidence = confidenceOf(draft.confidence);
  if (confidence === undefined)
    return { at, what: `confidence ${JSON.stringify(draft.confidence)}`, allowed: '0 to 100, or low, medium, high' };
  const untilMs = draft.until === undefined || draft.until === '' ? undefined : Date.parse(draft.until);
  if (untilMs !== undefined && !Number.isFinite(untilMs))
    return { at, what: `end ${JSON.stringify(draft.until)}`, allowed: 'ISO 8601, as 2027-01-31' };
  const says = draft.says?.trim();
  return {
    ...found,
    confidence,
    feed: draft.feed || feed,
    ...(untilMs === undefined ? {} : { untilMs }),
    ...(says ? { says: says.slice(0, 200) } : {}),
  };
}

const WORDS: Readonly<Record<string, number>> = { low: 25, medium: 50, high: 85 };

function confidenceOf(told: string | number | undefined): number | undefined {
  if (told === undefined || told === '') return DEFAULT_CONFIDENCE;
  const word = typeof told === 'string' ? WORDS[told.trim().toLowerCase()] : undefined;
  const value = word ?? Number(told);
  return Number.isFinite(value) && value >= 0 && value <= 100 ? value : undefined;
}

/** One a line; `# confidence: 70` and `# expires: 2027-01-31` hold for the lines below. */
function lineDrafts(text: string, file: string): Draft[] {
  const head: Pick<Draft, 'confidence' | 'until'> = {};
  return text.split(/\r?\n/).flatMap((line, i): Draft[] => {
    const told = /^\s*#\s*(confidence|expires)\s*:\s*(\S+)/i.exec(line);
    if (told?.[1]?.toLowerCase() === 'confidence') head.confidence = told[2] ?? '';
    if (told?.[1]?.toLowerCase() === 'expires') head.until = told[2] ?? '';
    const [raw = '', ...comment] = line.split(/\s+#|^#/);
    const says = comment.join('#');
    return raw.trim() === '' ? [] : [{ raw, at: `${file}:${i + 1}`, ...head, ...(says === '' ? {} : { says }) }];
  });
}

const COLUMNS: Readonly<Record<string, keyof Draft>> = {
  ...{ value: 'raw', indicator: 'raw', ioc: 'raw', type: 'type', indicator_type: 'type', confidence: 'confidence' },
  ...{ expires: 'until', valid_until: 'until', feed: 'feed', source: 'feed', description: 'says', says: 'says', comment: 'says' },
};

function csvDrafts(text: string, file: string): Draft[] | { problems: Problem[] } {
  const rows = csvRows(text).filter(({ cells }) => cells.some((cell) => cell.trim() !== '') && !cells[0]?.startsWith('#'));
  const header = rows[0]?.cells.map((cell) => COLUMNS[cell.trim().toLowerCase()]) ?? [];
  if (!header.includes('raw'))
    return {
      problems: [
        {
          at: `${file}:1`,
          what: 'the header has no column of values',
          allowed: Object.keys(COLUMNS).join(', '),
          fix: 'name the column "value"',
        },
      ],
    };
  return rows.slice(1).map(({ cells, line }): Draft => {
    const of: Partial<Record<keyof Draft, string>> = {};
    for (const [i, name] of header.entries()) if (name !== undefined) of[name] = cells[i] ?? '';
    return { ...of, raw: of.raw ?? '', at: `${file}:${line}` };
  });
}

/** RFC 4180: quoted cells may hold commas, quotes (doubled) and line breaks. */
export function csvRows(text: string): { cells: string[]; line: number }[] {
  const rows: { cells: string[]; line: number }[] = [];
  let [cells, cell, quoted, line, startLine]: [string[], string, boolean, number, number] = [[], '', false, 1, 1];
  const end = (): void => {
    rows.push({ cells: [...cells, cell], line: startLine });
    [cells, cell] = [[], ''];
  };
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? '';
    if (character === '\n') line++;
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[i + 1] === '"') cell += text[++i] ?? '';
      else quoted = false;
    } else if (character === '"' && cell === '') quoted = true;
    else if (character === ',') {
      cells.push(cell);
      cell = '';
    } else if (character === '\n') {
      end();
      startLine = line;
    } else if (character !== '\r') cell += character;
  }
  if (cell !== '' || cells.length > 0) end();
  return rows;
}

/** Comparisons of a STIX pattern that stand alone or are joined by OR; others need more than one value and are told. */
const COMPARISON = /([a-z0-9-]+):(value|hashes\.(?:'[^']+'|"[^"]+"|[\w-]+))\s*=\s*'((?:[^'\\]|\\.)*)'/gi;

/** @see STIX 2.1, sections 4.7 "Indicator" and 9 "STIX Patterning" */
function stixDrafts(text: string, file: string): Draft[] | { problems: Problem[] } {
  let bundle: Json;
  try {
    bundle = JSON.parse(text);
  } catch (error) {
    const what = `it is no JSON: ${error instanceof Error ? error.message : String(error)}`;
    return { problems: [{ at: file, what, allowed: 'a STIX 2.1 bundle' }] };
  }
  const objects = valueAt(bundle, 'objects');
  if (!Array.isArray(objects)) return { problems: [{ at: file, what: 'it has no "objects"', allowed: 'a STIX 2.1 bundle' }] };
  return objects.flatMap((object, i) =>
    isJsonObject(object) && object['type'] === 'indicator' ? patternDrafts(object, `${file}:objects[${i}]`) : [],
  );
}

function patternDrafts(object: { [key: string]: Json }, at: string): Draft[] {
  if (object['revoked'] === true) return [];
  const pattern = String(object['pattern'] ?? '');
  const found = [...pattern.matchAll(COMPARISON)];
  const isPlain = !/\b(AND|FOLLOWEDBY|NOT|REPEATS)\b/.test(pattern.replace(/'(?:[^'\\]|\\.)*'/g, '')) && found.length > 0;
  const { confidence, valid_until: until, name, description } = object;
  const rest = {
    ...(typeof confidence === 'number' ? { confidence } : {}),
    ...(typeof until === 'string' ? { until } : {}),
    says: String(name ?? description ?? ''),
  };
  if (!isPlain) return [{ raw: pattern, at, type: 'pattern of one value', ...rest }];
  return found.map(([, kind = '', field = '', value = '']) => {
    const type = field === 'value' ? typeOfWord(kind) : 'hash';
    return { raw: value.replace(/\\(.)/g, '$1'), at, ...(type === undefined ? { type: kind } : { type }), ...rest };
  });
}

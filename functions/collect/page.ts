/** A vendor's answer → its records as they stand in it, and the newest time among them. */
import { YaguraError } from '../core/error.ts';
import { type Json, valueAt } from '../core/json.ts';
import { arraySlices } from '../core/json-slices.ts';
import { parseTimeMs } from '../core/timestamp.ts';
import type { HttpResponse } from '../ports/http.ts';
import type { Answer, Feed } from './connector.ts';

export interface Page {
  answer: Answer;
  /** One record each, on one line. */
  lines: string[];
}

/** @throws YaguraError Unavailable for a body that is no JSON, BadInput where the records are not where they should be */
export function readPage(feed: Feed, { body, headers }: HttpResponse): Page {
  const text = Buffer.from(body).toString('utf8');
  const json = parsed(feed, text);
  const lines = arraySlices(text, feed.records);
  if (lines === undefined && feed.mayLackRecords !== true) {
    throw new YaguraError('BadInput', `the answer of ${feed.id} has no array of records at "${feed.records}"`);
  }
  const newestMs = newest(feed, json);
  return {
    lines: lines ?? [],
    answer: { json, headers, count: lines?.length ?? 0, ...(newestMs === undefined ? {} : { newestMs }) },
  };
}

function parsed(feed: Feed, text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new YaguraError('Unavailable', `the answer of ${feed.id} is no JSON, or not the whole of it`);
  }
}

function newest(feed: Feed, json: Json): number | undefined {
  const records = feed.records === '' ? json : valueAt(json, feed.records);
  let newestMs: number | undefined;
  for (const record of Array.isArray(records) ? records : []) {
    const ms = parseTimeMs(valueAt(record, feed.time));
    if (ms !== undefined && (newestMs === undefined || ms > newestMs)) newestMs = ms;
  }
  return newestMs;
}

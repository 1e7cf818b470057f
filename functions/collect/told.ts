/** An answer that is no success → words for a person: what the vendor said, without anything that is secret. */
import { isJsonObject, type Json, valueAt } from '../core/json.ts';
import { safeText } from '../core/terminal-text.ts';
import type { HttpResponse } from '../ports/http.ts';

/** Where vendors write why they refuse, most telling first. */
const REASONS = [
  'errorSummary',
  'error_description',
  'error.message',
  'errors.0.message',
  'message_detail',
  'message',
  'Message',
  'detail',
  'error.code',
  'error',
];
const MAX_CHARS = 200;
/** A shorter text would hide half of an error's words. */
const MIN_SECRET_CHARS = 6;

/** Texts that must never be told. */
export class Hidden {
  readonly #texts = new Set<string>();

  add(text: string): void {
    if (text.length >= MIN_SECRET_CHARS) this.#texts.add(text);
  }

  /** Also every text inside a secret that is a JSON object. */
  addSecret(secret: string): void {
    this.add(secret);
    for (const value of Object.values(jsonObjectIn(secret) ?? {})) if (typeof value === 'string') this.add(value);
  }

  /** The text without the hidden ones, safe to show. */
  told(text: string): string {
    let shown = text;
    for (const secret of [...this.#texts].sort((a, b) => b.length - a.length))
      for (const form of new Set([
        secret,
        encodeURIComponent(secret),
        JSON.stringify(secret).slice(1, -1),
        Buffer.from(secret).toString('base64'),
      ]))
        shown = shown.replaceAll(form, '…');
    return safeText(shown, MAX_CHARS);
  }
}

/** The vendor's own reason, if its answer has one that we know to find. */
export function reasonOf({ body }: HttpResponse): string | undefined {
  const object = jsonObjectIn(Buffer.from(body).toString('utf8'));
  if (object === undefined) return undefined;
  for (const path of REASONS) {
    const value = reach(object, path);
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

function reach(object: Json, path: string): Json | undefined {
  if (path !== 'errors.0.message') return valueAt(object, path);
  const errors = valueAt(object, 'errors');
  return Array.isArray(errors) ? valueAt(errors[0], 'message') : undefined;
}

export function jsonObjectIn(text: string): Readonly<Record<string, Json>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

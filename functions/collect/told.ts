/** An answer that is no success → words for a person: what the vendor said, without anything that is secret. */
import { safeText } from '../core/terminal-text.ts';
import { jsonObjectIn, vendorReason } from '../core/vendor-reason.ts';
import type { HttpResponse } from '../ports/http.ts';

export { jsonObjectIn } from '../core/vendor-reason.ts';

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
    return safeText(this.without(text), MAX_CHARS);
  }

  /** The text without the hidden ones, else as it is. */
  without(text: string): string {
    let shown = text;
    for (const secret of [...this.#texts].sort((a, b) => b.length - a.length))
      for (const form of new Set([
        secret,
        encodeURIComponent(secret),
        JSON.stringify(secret).slice(1, -1),
        Buffer.from(secret).toString('base64'),
      ]))
        shown = shown.replaceAll(form, '…');
    return shown;
  }
}

/** The vendor's own reason, if its answer has one that we know to find. */
export const reasonOf = ({ body }: HttpResponse): string | undefined => vendorReason(Buffer.from(body).toString('utf8'));

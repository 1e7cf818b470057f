/** Turns a raw record into the text that the lake keeps of it beside its columns, so that history can be asked what the stream was asked. */
import { isUtf8 } from 'node:buffer';
import type { JsonObject } from '../json.ts';
import { jsonText } from '../json-text.ts';

/** Athena reads no row of more than 32 MB; a record this long is in the raw archive only. */
export const MAX_RAW_BYTES = 4 * 1024 * 1024;

/**
 * Compact JSON in UTF-8, as rules' keywords see it; undefined for a record that is too long to be a value of a column.
 * @param raw the bytes that it was read from
 * @param isCompact whether they are that text already, which they mostly are
 */
export function rawText(record: JsonObject, raw: Uint8Array, isCompact: boolean): Uint8Array | undefined {
  const bytes = isCompact && isUtf8(raw) ? raw : Buffer.from(jsonText(record));
  return bytes.length > MAX_RAW_BYTES ? undefined : bytes;
}

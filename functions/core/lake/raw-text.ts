/** Turns a raw record into the text that the lake keeps of it beside its columns, so that history can be asked what the stream was asked. */
import type { JsonObject } from '../json.ts';
import { jsonText } from '../json-text.ts';

/** Athena reads no row of more than 32 MB; a record this long is in the raw archive only. */
export const MAX_RAW_BYTES = 4 * 1024 * 1024;

/**
 * Compact JSON in UTF-8, as rules' keywords see it; undefined for a record that is too long to be a value of a column.
 * @param raw the bytes that it was read from: mostly the same, and then not held twice
 */
export function rawText(record: JsonObject, raw: Uint8Array): Uint8Array | undefined {
  const bytes = Buffer.from(jsonText(record));
  if (bytes.length > MAX_RAW_BYTES) return undefined;
  return bytes.length === raw.length && bytes.equals(raw) ? raw : bytes;
}

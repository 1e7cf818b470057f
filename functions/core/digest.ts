/** Turns values into SHA-256 digests that are equal exactly when the values are, whatever the order of keys. */
import { createHash, hash } from 'node:crypto';

/** Lower-case hex SHA-256 of text (as UTF-8) or bytes. */
export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** The same of bytes that come in pieces. */
export async function sha256OfPieces(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const hashed = createHash('sha256');
  for await (const piece of pieces) hashed.update(piece);
  return hashed.digest('hex');
}

/**
 * What tells the content of raw records apart: 128 bits of the SHA-256 of a record's compact text, in hex. Nobody can make two records that
 * have the same one.
 */
export const recordDigest = (text: Uint8Array): string => hash('sha256', text).slice(0, 32);

/** JSON text with object keys sorted by code unit at every depth (RFC 8785 for the values that we hash: no NaN, no lone surrogates). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}

/** SHA-256 of the canonical JSON of a value. */
export const digestOf = (value: unknown): string => sha256(canonicalJson(value));

/** A short stable id: the first 16 hex digits (64 bits) of the digest of the parts. */
export const shortId = (...parts: readonly string[]): string => sha256(parts.join('\u0000')).slice(0, 16);

/** Turns a key or a prefix into one that is safe as a path below a folder, or refuses it. */
import { YaguraError } from '../../functions/core/error.ts';

/** The folder of a store's own working files; no key may lie in it. */
export const RESERVED = '.store';
/** S3's limit. @see Amazon S3 User Guide, "Object key naming guidelines" */
const MAX_KEY_BYTES = 1024;

/** @throws YaguraError Refused for a key that could lie outside the folder or in the working files, BadInput for one that S3 refuses */
export function checkedKey(key: string): string {
  if (key === '' || Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new YaguraError('BadInput', `object key of ${Buffer.byteLength(key)} bytes (allowed: 1 to ${MAX_KEY_BYTES})`);
  }
  return refuseEscape(key, key.split('/'));
}

/** A prefix may be empty, end with a slash, or end within a name. */
export function checkedPrefix(prefix: string): string {
  const segments = prefix.split('/');
  const last = segments.pop() ?? '';
  return refuseEscape(prefix, last === '' ? segments : [...segments, last]);
}

function refuseEscape(key: string, segments: readonly string[]): string {
  const unsafe = segments.some((segment) => segment === '' || segment === '.' || segment === '..' || /[\0\\]/.test(segment));
  if (unsafe || segments[0] === RESERVED) {
    throw new YaguraError('Refused', `object key ${JSON.stringify(key)} would lie outside its store`);
  }
  return key;
}

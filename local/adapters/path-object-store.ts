/** The user's own files, read where they lie: an object store whose keys are absolute paths, and that never writes. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { YaguraError } from '../../functions/core/error.ts';
import type { ObjectInfo, ObjectStore } from '../../functions/ports/object-store.ts';

const PIECE_BYTES = 1024 * 1024;

/** Keys are absolute paths with `/`. `list` is not offered: `findLogFiles` walks folders. */
export function createPathObjectStore(): ObjectStore {
  const head = async (key: string): Promise<ObjectInfo | undefined> => {
    try {
      const found = await stat(key);
      return found.isFile() ? { key, sizeBytes: found.size, etag: `${found.size}-${found.mtimeMs}` } : undefined;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw new YaguraError('Unavailable', `${key} cannot be read`, { cause: error });
    }
  };
  const readOnly = (): never => {
    throw new YaguraError('Refused', "the user's own files are never written");
  };
  return {
    head,
    async get(key) {
      const info = await head(key);
      return info === undefined ? undefined : { ...info, body: pieces(key) };
    },
    put: readOnly,
    delete: readOnly,
    list: readOnly,
  };
}

async function* pieces(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: PIECE_BYTES }) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw new YaguraError('Unavailable', `${path} cannot be read`, { cause: error, retryable: true });
  }
}

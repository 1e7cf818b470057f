/** Turns a folder into an object store: a key is a path below it, writes are atomic, locks are kept, and nothing leaves the folder. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { sha256 } from '../../functions/core/digest.ts';
import { YaguraError } from '../../functions/core/error.ts';
import type { ObjectInfo, ObjectStore, PutOptions, StoredObject } from '../../functions/ports/object-store.ts';
import { checkedKey, checkedPrefix, RESERVED } from './folder-key.ts';

const CHUNK_BYTES = 256 * 1024;

export interface FolderObjectStoreOptions {
  /** The time that decides whether a lock still holds; default: the machine's clock. */
  nowMs?: () => number;
}

interface Folder {
  root: string;
  nowMs: () => number;
}

/**
 * An object store in `dir`, which is created with its parents at the first write. Work in progress lives in `dir/.store`; what killed
 * processes left there is removed. Content type and encoding are not kept: no reader asks for them.
 */
export function createFolderObjectStore(dir: string, options: FolderObjectStoreOptions = {}): ObjectStore {
  const folder: Folder = { root: dir, nowMs: options.nowMs ?? Date.now };
  const ready = once(() => prepare(folder));
  return {
    get: (key) => guarded(key, () => get(folder, checkedKey(key))),
    head: (key) => guarded(key, () => head(folder, checkedKey(key))),
    put: (key, bytes, putOptions = {}) =>
      guarded(key, async () => {
        checkedKey(key);
        await ready();
        return await put(folder, key, bytes, putOptions);
      }),
    list: (prefix) => list(folder, checkedPrefix(prefix)),
    delete: (key) => guarded(key, () => remove(folder, checkedKey(key))),
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

/** Makes the working folders and clears what dead processes left in them. */
async function prepare({ root }: Folder): Promise<void> {
  const working = join(root, RESERVED, 'tmp');
  await mkdir(working, { recursive: true });
  await mkdir(join(root, RESERVED, 'locks'), { recursive: true });
  const left = (await readdir(working)).filter((name) => !isAlive(Number.parseInt(name, 10)));
  await Promise.all(left.map((name) => rm(join(working, name), { force: true })));
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

async function head({ root }: Folder, key: string): Promise<ObjectInfo | undefined> {
  const path = await locate(root, key);
  const info = path === undefined ? undefined : await statFile(path);
  return info === undefined ? undefined : { key, ...info };
}

/** Size and etag of a regular file; undefined for anything else. */
async function statFile(path: string): Promise<{ sizeBytes: number; etag: string } | undefined> {
  const found = await unlessMissing(() => stat(path, { bigint: true }));
  if (found === undefined || !found.isFile()) return undefined;
  return { sizeBytes: Number(found.size), etag: etagOf(found) };
}

/** A write is a new inode, so inode and times change with the bytes. */
export const etagOf = ({ size, mtimeNs, ino }: { size: bigint; mtimeNs: bigint; ino: bigint }): string =>
  `${size}-${mtimeNs}-${ino}`;

async function get(folder: Folder, key: string): Promise<StoredObject | undefined> {
  const info = await head(folder, key);
  return info === undefined ? undefined : { ...info, body: readPieces(join(folder.root, key), info) };
}

/** Opened only when read, so that an unread body holds no file descriptor. */
async function* readPieces(path: string, expected: ObjectInfo): AsyncGenerator<Uint8Array> {
  const changed = new YaguraError('Unavailable', `object ${expected.key} changed before it was read`);
  const file = await unlessMissing(() => open(path, 'r'));
  if (file === undefined) throw changed;
  try {
    const now = await file.stat({ bigint: true });
    if (etagOf(now) !== expected.etag) throw changed;
    for (;;) {
      const { bytesRead, buffer } = await file.read(new Uint8Array(CHUNK_BYTES), 0, CHUNK_BYTES, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function put(folder: Folder, key: string, bytes: Uint8Array, options: PutOptions): Promise<boolean> {
  const path = (await locate(folder.root, key)) ?? join(folder.root, key);
  await mkdir(dirname(path), { recursive: true });
  const exists = (await statFile(path)) !== undefined;
  if (exists && options.ifAbsent === true) return false;
  if (exists) await refuseLocked(folder, key);
  const working = join(folder.root, RESERVED, 'tmp', `${process.pid}-${randomUUID()}`);
  try {
    await writeFile(working, bytes, { flag: 'wx' });
    if (options.retainUntilMs !== undefined) await lock(folder, key, options.retainUntilMs);
    return options.ifAbsent === true ? await linkOnce(working, path) : await rename(working, path).then(() => true);
  } finally {
    await rm(working, { force: true });
  }
}

/** A hard link appears whole or not at all and never replaces: the local If-None-Match. */
async function linkOnce(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function remove(folder: Folder, key: string): Promise<void> {
  const path = await locate(folder.root, key);
  if (path === undefined || (await statFile(path)) === undefined) return;
  await refuseLocked(folder, key);
  await rm(path, { force: true });
  await rm(lockPath(folder, key), { force: true });
}

const lockPath = ({ root }: Folder, key: string): string => join(root, RESERVED, 'locks', sha256(key));

async function lockedUntilMs(folder: Folder, key: string): Promise<number> {
  const text = await unlessMissing(() => readFile(lockPath(folder, key), 'utf8'));
  return text === undefined ? 0 : Number(text.split('\n')[0]);
}

async function refuseLocked(folder: Folder, key: string): Promise<void> {
  const untilMs = await lockedUntilMs(folder, key);
  if (untilMs <= folder.nowMs()) return;
  throw new YaguraError('Refused', `object ${key} is locked until ${new Date(untilMs).toISOString()}`);
}

/** Written before the object, because an object must never be there without its lock. A lock is only ever prolonged. */
async function lock(folder: Folder, key: string, untilMs: number): Promise<void> {
  if (untilMs <= (await lockedUntilMs(folder, key))) return;
  const working = join(folder.root, RESERVED, 'tmp', `${process.pid}-${randomUUID()}`);
  await writeFile(working, `${untilMs}\n${key}\n`, { flag: 'wx' });
  await rename(working, lockPath(folder, key));
}

/** The path of a key, or undefined where the store has no folder yet. Refuses a path that a symbolic link leads elsewhere. */
async function locate(root: string, key: string): Promise<string | undefined> {
  const base = await unlessMissing(() => realpath(root));
  if (base === undefined) return undefined;
  const nearest = await nearestFolder(dirname(join(root, key)));
  if (nearest === base || nearest.startsWith(base + sep)) return join(root, key);
  throw new YaguraError('Refused', `object ${key} would lie outside its store`);
}

/** The real path of the folder, or of its nearest ancestor that exists. */
async function nearestFolder(path: string): Promise<string> {
  return (await unlessMissing(() => realpath(path))) ?? (await nearestFolder(dirname(path)));
}

async function* list(folder: Folder, prefix: string): AsyncGenerator<ObjectInfo> {
  const cut = prefix.lastIndexOf('/') + 1;
  yield* walk(folder, prefix.slice(0, cut), prefix.slice(cut));
}

async function* walk(folder: Folder, parent: string, namePrefix: string): AsyncGenerator<ObjectInfo> {
  const entries = await guarded(parent, () => unlessMissing(() => readdir(join(folder.root, parent), { withFileTypes: true })));
  // A folder sorts as its keys do, that is with the slash: `a-b` comes before `a/b`.
  const named = (entries ?? [])
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .filter((entry) => entry.name.startsWith(namePrefix) && !(parent === '' && entry.name === RESERVED))
    .map((entry) => ({ name: entry.isDirectory() ? `${entry.name}/` : entry.name, isFolder: entry.isDirectory() }));
  named.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  for (const { name, isFolder } of named) {
    if (isFolder) yield* walk(folder, parent + name, '');
    else {
      const info = await guarded(parent + name, () => statFile(join(folder.root, parent, name)));
      if (info !== undefined) yield { key: parent + name, ...info };
    }
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

async function unlessMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Tells the file system's failures in our codes. */
async function guarded<T>(key: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof YaguraError) throw error;
    const code = codeOf(error);
    const message = `object ${key}: ${error instanceof Error ? error.message : String(error)}`;
    if (code === 'ENAMETOOLONG' || code === 'ENOTDIR' || code === 'EISDIR' || code === 'EEXIST') {
      throw new YaguraError('BadInput', message, { cause: error });
    }
    throw new YaguraError(code === 'EACCES' || code === 'EPERM' || code === 'EROFS' ? 'Refused' : 'Unavailable', message, {
      cause: error,
    });
  }
}

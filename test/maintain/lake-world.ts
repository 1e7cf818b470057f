// A lake in memory whose every state is remembered, a clock that moves with each call, and a store that breaks where a test wants it to.
import { sha256 } from '../../functions/core/digest.ts';
import { YaguraError } from '../../functions/core/error.ts';
import type { Commit } from '../../functions/core/lake/cut.ts';
import { encodeLake } from '../../functions/core/lake/encode.ts';
import type { OcsfEvent } from '../../functions/core/ocsf/event.ts';
import type { MaintainPorts } from '../../functions/maintain/stage.ts';
import type { ObjectStore } from '../../functions/ports/object-store.ts';
import { createMemoryTable } from '../../local/adapters/memory-table.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** What lay in the lake from a time on. */
export interface LakeState {
  atMs: number;
  objects: ReadonlyMap<string, Uint8Array>;
  /** What the view of the cut says. */
  commits: readonly Commit[];
}

/** Where a run breaks: at so many changes of a store, with the change done or not. */
export interface Crash {
  at: number;
  isDone: boolean;
}

export interface LakeWorld {
  ports: MaintainPorts;
  states: LakeState[];
  nowMs(): number;
  wait(ms: number): void;
  /** The next run breaks there. */
  crash: Crash | undefined;
  put(key: string, bytes: Uint8Array): void;
}

export function lakeWorld(startMs: number): LakeWorld {
  let nowMs = startMs;
  let objects = new Map<string, Uint8Array>();
  let commits: readonly Commit[] = [];
  const states: LakeState[] = [{ atMs: nowMs, objects, commits }];
  const world: LakeWorld = {
    states,
    nowMs: () => nowMs,
    wait: (ms) => {
      nowMs += ms;
    },
    crash: undefined,
    put: (key, bytes) => change((next) => next.set(key, bytes)),
    ports: undefined as unknown as MaintainPorts,
  };
  function change(edit: (next: Map<string, Uint8Array>) => unknown): void {
    nowMs += 1000;
    objects = new Map(objects);
    edit(objects);
    states.push({ atMs: nowMs, objects, commits });
  }
  /** Counts down to the crash, which is before or after the change. */
  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    const { crash } = world;
    if (crash === undefined) return await work();
    crash.at--;
    if (crash.at >= 0) return await work();
    if (crash.isDone && crash.at === -1) await work();
    throw new YaguraError('Unavailable', 'the store broke');
  }
  const infoOf = (key: string, bytes: Uint8Array) => ({ key, sizeBytes: bytes.length, etag: sha256(bytes) });
  const lake: ObjectStore = {
    head: async (key) => {
      const bytes = objects.get(key);
      return bytes === undefined ? undefined : infoOf(key, bytes);
    },
    get: async (key) => {
      const bytes = objects.get(key);
      if (bytes === undefined) return undefined;
      const body = (async function* () {
        yield bytes;
      })();
      return { ...infoOf(key, bytes), body };
    },
    list: async function* (prefix) {
      for (const [key, bytes] of [...objects].sort(([a], [b]) => (a < b ? -1 : 1)))
        if (key.startsWith(prefix)) yield infoOf(key, bytes);
    },
    put: (key, bytes, options) =>
      guarded(async () => {
        if (options?.ifAbsent === true && objects.has(key)) return false;
        change((next) => next.set(key, new Uint8Array(bytes)));
        return true;
      }),
    delete: (key) =>
      guarded(async () => {
        if (objects.has(key)) change((next) => next.delete(key));
      }),
  };
  const { table } = { table: createMemoryTable() };
  world.ports = {
    lake,
    cuts: {
      read: async () => commits,
      publish: (next) =>
        guarded(async () => {
          change(() => {
            commits = next;
          });
        }),
    },
    table: { ...table, write: (writes) => guarded(() => table.write(writes)) },
    clock: { nowMs: () => nowMs },
    meter: { count: () => undefined },
  };
  return world;
}

export interface TestEvent {
  uid: string;
  timeMs: number;
  source: string;
  classUid?: number;
  more?: Record<string, unknown>;
  /** Of its record; files of older versions have none. */
  digest?: string | undefined;
}

export const eventOf = ({ uid, timeMs, classUid = 6003, more = {} }: TestEvent): OcsfEvent =>
  ({
    ...{ class_uid: classUid, time: timeMs, severity_id: 1 },
    metadata: { version: '1.8.0', uid, product: { name: 'p', vendor_name: 'v' } },
    ...more,
  }) as unknown as OcsfEvent;

/** The files of a batch, as a stage writes them. */
export const batchFiles = (events: readonly TestEvent[], { batch, ingestMs }: { batch: string; ingestMs: number }) =>
  encodeLake(
    events.map((event) => ({
      event: eventOf(event),
      source: event.source,
      rawRef: { key: `raw/${batch}`, line: 0, sha256: 'ab', bytes: 1 },
      ingestTimeMs: ingestMs,
      recordDigest: event.digest,
    })),
    batch,
  );

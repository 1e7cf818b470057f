/** The content of every rule → one number per content: the version lock, in which a version rises exactly when its rule changes. */
import * as z from 'zod';

export const LOCK_SCHEMA = z.strictObject({
  rules: z.record(
    z.string(),
    z.strictObject({
      /** SHA-256 of the rule's content, comments and layout aside; findings carry its first 12 digits. */
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      version: z.int().positive(),
      /** Where the rule lies below `queries/`; absent once it is gone. Its number stays, so that no version ever means two things. */
      path: z.string().exactOptional(),
    }),
  ),
});
export type RuleLock = z.infer<typeof LOCK_SCHEMA>;

export interface LockedContent {
  id: string;
  path: string;
  sha256: string;
}

/** The lock that fits the rules as they are now. Deterministic: sorted by id. */
export function nextLock(previous: RuleLock, contents: readonly LockedContent[]): RuleLock {
  const before = new Map(Object.entries(previous.rules));
  const rules = new Map(
    [...before].map(([id, { sha256, version }]): [string, RuleLock['rules'][string]] => [id, { sha256, version }]),
  );
  for (const { id, path, sha256 } of contents) {
    const known = before.get(id);
    const version = known === undefined ? 1 : known.sha256 === sha256 ? known.version : known.version + 1;
    rules.set(id, { sha256, version, path });
  }
  return { rules: Object.fromEntries([...rules].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** The lock file's text. */
export const lockText = (lock: RuleLock): string => `${JSON.stringify(lock, null, 2)}\n`;

/** The number of a rule's version as a finding carries it (12 hex digits); undefined where the lock knows another content. */
export function versionNumber(lock: RuleLock, id: string, digest: string): number | undefined {
  const entry = Object.hasOwn(lock.rules, id) ? lock.rules[id] : undefined;
  return entry?.sha256.startsWith(digest) ? entry.version : undefined;
}

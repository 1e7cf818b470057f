/** `yagura rules lock`: the version of every rule, written down; a version rises when the rule's content changes. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { digestOf } from '../../../functions/core/digest.ts';
import { mergeDocuments } from '../../../functions/core/sigma/documents.ts';
import { type LockedContent, lockText, nextLock } from '../../../functions/core/sigma/lock.ts';
import { pathOf, readId, textOf } from '../../../functions/core/sigma/metadata.ts';
import { plainOf, readYaml } from '../../../functions/core/sigma/yaml-tree.ts';
import { ROOT } from '../../content.ts';
import { findRuleFiles } from '../../rule-files.ts';
import { CORRELATIONS, DETECTIONS } from '../../rule-set.ts';
import { EXIT, note, out } from '../io.ts';
import { LOCK_FILE, readLock } from './list.ts';

/** Id and digest of every document of the detections and correlations: the digest is the one that findings carry the beginning of. */
export async function lockedContents(): Promise<LockedContent[]> {
  const contents: LockedContent[] = [];
  for (const { file, text } of (await findRuleFiles([DETECTIONS, CORRELATIONS].filter((folder) => existsSync(folder)))).files) {
    const name = relative(ROOT, file);
    for (const map of mergeDocuments(readYaml(text, name).trees, name).maps) {
      const path = pathOf(name);
      const title = textOf(map, 'title', [])?.trim() ?? '';
      contents.push({ id: readId(map, { path, title, notes: [] }), path, sha256: digestOf(plainOf(map)) });
    }
  }
  return contents;
}

/** The lock's text as it should be now. */
export const freshLock = async (): Promise<string> => lockText(nextLock(await readLock(), await lockedContents()));

export async function lockCommand({ check }: { check?: boolean }): Promise<number> {
  const before = lockText(await readLock());
  const now = await freshLock();
  if (before === now) {
    out('the lock is fresh');
    return EXIT.ok;
  }
  if (check) {
    note('queries/detections.lock.json is stale. Fix: run `npm run yagura -- rules lock` and commit what it writes.');
    return EXIT.fault;
  }
  await writeFile(LOCK_FILE, now);
  out('wrote queries/detections.lock.json');
  return EXIT.ok;
}

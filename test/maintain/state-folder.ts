// A state of a lake in memory as a folder of the laptop, with the folder's own marks for which version of a file was taken over.
import { mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sha256 } from '../../functions/core/digest.ts';
import { ABSORBED_PREFIX } from '../../functions/core/lake/cut.ts';
import { CUTS_FILE } from '../../local/adapters/folder-cuts.ts';
import { etagOf } from '../../local/adapters/folder-object-store.ts';
import type { LakeState } from './lake-world.ts';

export function stateFolder({ objects, commits }: LakeState): string {
  const folder = mkdtempSync(join(tmpdir(), 'yagura-state-'));
  const put = (key: string, bytes: Uint8Array): void => {
    mkdirSync(dirname(join(folder, key)), { recursive: true });
    writeFileSync(join(folder, key), bytes);
  };
  for (const [key, bytes] of objects) put(key, bytes);
  put(CUTS_FILE, Buffer.from(JSON.stringify(commits)));
  for (const [key, bytes] of objects) {
    if (!key.startsWith(ABSORBED_PREFIX)) continue;
    const list: { files: { key: string; etag: string }[] } = JSON.parse(Buffer.from(bytes).toString('utf8'));
    const files = list.files.map((file) => {
      const there = objects.get(file.key);
      const isSame = there !== undefined && sha256(there) === file.etag;
      return isSame ? { key: file.key, etag: etagOf(statSync(join(folder, file.key), { bigint: true })) } : file;
    });
    put(key, Buffer.from(JSON.stringify({ files })));
  }
  return folder;
}

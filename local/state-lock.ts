/** One writer at a time in a state folder: a lock file that a killed process cannot hold for ever. */
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { YaguraError } from '../functions/core/error.ts';

/** Takes the folder's lock; returns what releases it. @throws YaguraError Conflict while another living process holds it */
export function lockState(dir: string): () => void {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'writer.lock');
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const handle = openSync(file, 'wx');
      writeSync(handle, String(process.pid));
      closeSync(handle);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      const holder = Number.parseInt(readFileSync(file, 'utf8'), 10);
      if (holder !== process.pid && isAlive(holder)) {
        throw new YaguraError('Conflict', `${dir} is being written by process ${holder}`, {
          problems: [{ at: file, what: 'the lock is held', fix: 'wait for that process, or use another --state folder' }],
        });
      }
      rmSync(file, { force: true });
    }
  }
  throw new YaguraError('Conflict', `${dir} cannot be locked`);
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockState } from '../../local/state-lock.ts';
import { inFolder } from './command.ts';

describe('the lock of a state folder', () => {
  it('is refused while another living process holds it, naming that process and what to do', async () =>
    await inFolder(async (dir) => {
      // Process 1 always lives, and is not this one.
      writeFileSync(join(dir, 'writer.lock'), '1');
      expect(() => lockState(dir)).toThrow(/process 1[\s\S]*another --state folder/);
    }));

  it('is taken over from a process that was killed, and given back', async () =>
    await inFolder(async (dir) => {
      writeFileSync(join(dir, 'writer.lock'), '999999999');
      const release = lockState(dir);
      release();
      lockState(dir)();
    }));
});

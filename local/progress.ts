/** Work in progress → one line that rewrites itself on a terminal, and a few plain lines in a pipe. */
import { note } from './commands/io.ts';

export interface Progress {
  update(done: number, total: number, text: string): void;
  end(text?: string): void;
}

const WIDTH = 28;

export function createProgress(quiet = false): Progress {
  const live = process.stderr.isTTY === true && !quiet;
  let lastShare = -1;
  return {
    update(done, total, text) {
      if (quiet) return;
      const share = total === 0 ? 1 : done / total;
      const bar = '█'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '░');
      if (live) process.stderr.write(`\r\u001b[2K${bar} ${text}`);
      else if (Math.floor(share * 4) > lastShare) {
        lastShare = Math.floor(share * 4);
        note(`${String(Math.round(share * 100)).padStart(3)} % ${text}`);
      }
    },
    end(text) {
      if (quiet) return;
      if (live) process.stderr.write('\r\u001b[2K');
      if (text !== undefined) note(text);
    },
  };
}

/** Letters of a laptop: files in an outbox, which a mail program opens; nothing leaves the machine. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mail } from '../../functions/ports/mail.ts';

export const createFolderMail = (dir: string): Mail => ({
  async send({ id, mime }) {
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, `${id.replaceAll(/[^A-Za-z0-9-]/g, '-')}.eml`), mime);
  },
});

/** Secrets of a laptop: an environment variable, or a file that only its owner can read. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { YaguraError } from '../../functions/core/error.ts';
import type { Secrets } from '../../functions/ports/secrets.ts';

export interface LocalSecretsOptions {
  /** Folder of the secrets' files: `<dir>/<reference, with - for what is no letter or digit>`. */
  dir: string;
  env?: NodeJS.ProcessEnv;
}

/** `yagura/okta` → `YAGURA_SECRET_YAGURA_OKTA`. */
export const secretVariable = (reference: string): string =>
  `YAGURA_SECRET_${plainName(reference).replaceAll('-', '_').toUpperCase()}`;

/** An ARN is known by the name in it. */
const plainName = (reference: string): string => reference.replace(/^arn:.*:secret:/, '').replaceAll(/[^A-Za-z0-9]+/g, '-');

export function createLocalSecrets({ dir, env = process.env }: LocalSecretsOptions): Secrets {
  return {
    async get(reference) {
      const variable = secretVariable(reference);
      const value = env[variable];
      if (value !== undefined && value !== '') return value;
      const file = join(dir, plainName(reference));
      const info = await stat(file).catch(() => undefined);
      if (info === undefined) throw absent(reference, variable, file);
      if (process.platform !== 'win32' && (info.mode & 0o077) !== 0) throw open(file, info.mode);
      return (await readFile(file, 'utf8')).trim();
    },
  };
}

const absent = (reference: string, variable: string, file: string): YaguraError =>
  new YaguraError('NotFound', `the secret ${reference} is not here`, {
    problems: [{ at: reference, what: 'no such secret on this machine', fix: `set ${variable}, or write ${file} with mode 600` }],
  });

const open = (file: string, mode: number): YaguraError =>
  new YaguraError('Refused', `${file} can be read by others`, {
    problems: [{ at: file, what: `mode ${(mode & 0o777).toString(8)}`, allowed: '600 or 400', fix: `chmod 600 ${file}` }],
  });

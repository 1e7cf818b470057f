/** The CSV files of address ranges on disk → answers; packed once, opened with the first question. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { shortId } from '../functions/core/digest.ts';
import { YaguraError } from '../functions/core/error.ts';
import { GEO_FOLDER, geoPaths } from '../functions/core/geo/files.ts';
import type { GeoLookup } from '../functions/core/geo/geo.ts';
import { openGeo, packGeo } from '../functions/core/geo/pack.ts';

/** The packed file is kept in `.cache` under a name of the CSV files' sizes and times. */
export async function packedGeo(root: string): Promise<Uint8Array> {
  const names = await readdir(join(root, GEO_FOLDER)).catch(() => []);
  const paths = geoPaths(names);
  const stats = await Promise.all(
    [...paths.countries, ...paths.networks].map(async (path) => [path, (await stat(join(root, path))).size] as const),
  );
  const cached = join(root, '.cache', `geo-${shortId(...stats.map(([path, size]) => `${path} ${size}`))}.bin`);
  const known = await readFile(cached).catch(() => undefined);
  if (known !== undefined) return known;
  const texts = (files: readonly string[]) => Promise.all(files.map((file) => readFile(join(root, file), 'utf8')));
  const packed = packGeo({ countries: await texts(paths.countries), networks: await texts(paths.networks) });
  await mkdir(dirname(cached), { recursive: true });
  // Several may pack at once: the file appears whole or not at all.
  const working = `${cached}.${randomUUID()}.tmp`;
  await writeFile(working, packed);
  await rename(working, cached);
  return packed;
}

/** Answers once `ready` has ended: only who asks pays for the loading. */
export interface LocalGeo extends GeoLookup {
  ready(): Promise<void>;
}

export function createLocalGeo(root: string): LocalGeo {
  let opened: GeoLookup | undefined;
  return {
    ready: async () => {
      opened ??= openGeo(await packedGeo(root));
    },
    network: (ip) => {
      if (opened === undefined) throw new YaguraError('Bug', 'addresses are asked for before their data is there');
      return opened.network(ip);
    },
  };
}

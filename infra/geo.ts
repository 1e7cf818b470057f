/** The CSV files of address ranges on disk → the packed file that functions get beside their code. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { shortId } from '../functions/core/digest.ts';
import { GEO_FOLDER, geoPaths } from '../functions/core/geo/files.ts';
import { packGeo } from '../functions/core/geo/pack.ts';

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

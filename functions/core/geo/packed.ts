/** The CSV files of address ranges on disk → the one packed file that answers, kept for the next time. */
import { shortId } from '../digest.ts';
import { GEO_FOLDER, geoPaths } from './files.ts';
import { packGeo } from './pack.ts';

/** What it needs of `node:fs/promises`. */
export interface GeoDisk {
  readdir(path: string): Promise<string[]>;
  stat(path: string): Promise<{ size: number; mtimeMs: number }>;
  readFile(path: string): Promise<Uint8Array>;
  mkdir(path: string, options: { recursive: true }): Promise<unknown>;
  mkdtemp(prefix: string): Promise<string>;
  writeFile(path: string, bytes: Uint8Array): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  rmdir(path: string): Promise<void>;
}

/**
 * The packed file is kept in `.cache` under a name of the CSV files' sizes and times.
 * @throws YaguraError BadContent for a line that is no range
 */
export async function packedGeo(root: string, disk: GeoDisk): Promise<Uint8Array> {
  const paths = geoPaths(await disk.readdir(`${root}/${GEO_FOLDER}`).catch(() => []));
  const stamps = await Promise.all(
    [...paths.countries, ...paths.networks].map(async (path) => {
      const { size, mtimeMs } = await disk.stat(`${root}/${path}`);
      return `${path} ${size} ${mtimeMs}`;
    }),
  );
  const cached = `${root}/.cache/geo-${shortId(...stamps)}.bin`;
  const known = await disk.readFile(cached).catch(() => undefined);
  if (known !== undefined) return known;
  const texts = (files: readonly string[]): Promise<string[]> =>
    Promise.all(files.map(async (file) => new TextDecoder().decode(await disk.readFile(`${root}/${file}`))));
  const packed = packGeo({ countries: await texts(paths.countries), networks: await texts(paths.networks) });
  await disk.mkdir(`${root}/.cache`, { recursive: true });
  // Several may pack at once: the file appears whole or not at all.
  const working = await disk.mkdtemp(`${root}/.cache/geo-`);
  await disk.writeFile(`${working}/packed`, packed);
  await disk.rename(`${working}/packed`, cached);
  await disk.rmdir(working);
  return packed;
}

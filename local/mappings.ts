/** A folder of mapping files → the log sources that this run knows: the users' own, and then the built-in ones. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { YaguraError } from '../functions/core/error.ts';
import { isMappingName, type MappingFile, parseMappings } from '../functions/core/mapping/file-set.ts';
import { withMappings } from '../functions/sources/from-mapping.ts';
import { SOURCES } from '../functions/sources/index.ts';
import type { Source } from '../functions/sources/source.ts';

/** Read where it is there, below the current folder. */
export const DEFAULT_MAPPINGS = 'mappings';

/**
 * @param dir undefined: the default, which may be missing
 * @throws YaguraError BadInput for a named folder that is not there, BadContent with every problem of every file
 */
export async function loadSources(dir?: string): Promise<readonly Source[]> {
  const folder = dir ?? DEFAULT_MAPPINGS;
  const names = await readdir(folder).catch((error: unknown) => {
    if (dir === undefined) return [];
    throw new YaguraError('BadInput', 'cannot read the mappings', {
      problems: [
        {
          at: folder,
          what: `no folder that can be listed: ${error instanceof Error ? error.message : String(error)}`,
          fix: 'name the folder that holds the *.yml files',
        },
      ],
    });
  });
  const files: MappingFile[] = [];
  for (const name of names.filter(isMappingName))
    files.push({ file: join(folder, name), text: await readFile(join(folder, name), 'utf8') });
  return withMappings(
    parseMappings(
      files,
      SOURCES.map(({ id }) => id),
    ),
    SOURCES,
  );
}

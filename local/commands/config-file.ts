/** A path → what the configuration file there says, unchecked. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ConfigInput } from '../../functions/core/config.ts';
import { YaguraError } from '../../functions/core/error.ts';

/** @throws YaguraError BadConfig where it cannot be read or exports nothing */
export async function configAt(path: string): Promise<ConfigInput> {
  const module: unknown = await import(pathToFileURL(resolve(path)).href).catch((error: unknown) => {
    throw new YaguraError('BadConfig', 'cannot read the configuration', {
      problems: [{ at: path, what: error instanceof Error ? error.message : String(error), fix: 'name it with --config' }],
    });
  });
  if (
    typeof module === 'object' &&
    module !== null &&
    'default' in module &&
    typeof module.default === 'object' &&
    module.default !== null
  )
    return module.default;
  throw new YaguraError('BadConfig', 'the configuration exports nothing', {
    problems: [{ at: path, what: 'no default export', fix: 'export default defineConfig({ … })' }],
  });
}

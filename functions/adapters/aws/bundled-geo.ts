/** The file of address ranges beside the function's code → answers; read with the first question. */
import { readFileSync } from 'node:fs';
import { YaguraError } from '../../core/error.ts';
import { GEO_FILE } from '../../core/geo/files.ts';
import type { GeoLookup } from '../../core/geo/geo.ts';
import { openGeo } from '../../core/geo/pack.ts';

/** @throws YaguraError BadConfig with the first question where the bundle has no such file: "unknown" would be another answer */
export function createBundledGeo(file: URL = new URL(`./${GEO_FILE}`, import.meta.url)): GeoLookup {
  let opened: GeoLookup | undefined;
  return {
    network: (ip) => {
      opened ??= open(file);
      return opened.network(ip);
    },
  };
}

function open(file: URL): GeoLookup {
  try {
    return openGeo(readFileSync(file));
  } catch (error) {
    throw new YaguraError('BadConfig', `the bundle has no readable ${GEO_FILE}`, { cause: error });
  }
}

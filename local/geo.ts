/** The CSV files of address ranges on disk → answers; packed once, opened with the first question. */
import * as disk from 'node:fs/promises';
import { YaguraError } from '../functions/core/error.ts';
import type { GeoLookup } from '../functions/core/geo/geo.ts';
import { openGeo } from '../functions/core/geo/pack.ts';
import { packedGeo } from '../functions/core/geo/packed.ts';

/** Answers once `ready` has ended: only who asks pays for the loading. */
export interface LocalGeo extends GeoLookup {
  ready(): Promise<void>;
}

export function createLocalGeo(root: string): LocalGeo {
  let opened: GeoLookup | undefined;
  return {
    ready: async () => {
      opened ??= openGeo(await packedGeo(root, disk));
    },
    network: (ip) => {
      if (opened === undefined) throw new YaguraError('Bug', 'addresses are asked for before their data is there');
      return opened.network(ip);
    },
  };
}

// The data of the packages, as a laptop asks it: addresses that everybody knows, and those that nobody on the internet has.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { geoPaths, PACKAGED } from '../../functions/core/geo/files.ts';
import { ROOT } from '../../local/content.ts';
import { createLocalGeo } from '../../local/geo.ts';

describe('where addresses are', () => {
  it('is told of public resolvers, and of no documentation or private address', async () => {
    const geo = createLocalGeo(ROOT);
    await geo.ready();
    expect(geo.network('8.8.8.8')).toMatchObject({ country: 'US', asn: 15169 });
    expect(geo.network('1.1.1.1')).toMatchObject({ asn: 13335 });
    expect(geo.network('2001:4860:4860::8888')).toMatchObject({ asn: 15169 });
    for (const ip of ['203.0.113.7', '10.1.2.3', '127.0.0.1', '::1', 'AWS Internal']) expect(geo.network(ip), ip).toBeUndefined();
  });

  it("comes from files of one's own where there are some", async () => {
    const root = mkdtempSync(join(tmpdir(), 'yagura-geo-'));
    mkdirSync(join(root, 'geo'));
    writeFileSync(join(root, 'geo', 'dbip-country-lite-2026-11.csv'), '"192.0.2.0","192.0.2.255","JP"\n');
    writeFileSync(join(root, 'geo', 'dbip-asn-lite-2026-11.csv'), '"192.0.2.0","192.0.2.255","64500","Example, Inc"\n');
    const geo = createLocalGeo(root);
    await geo.ready();
    expect(geo.network('192.0.2.9')).toEqual({ country: 'JP', asn: 64500, org: 'Example, Inc' });
    rmSync(root, { recursive: true });
  });

  it('names files by what they hold', () => {
    expect(geoPaths([])).toEqual(PACKAGED);
    expect(geoPaths(['asn-ipv4.csv', 'country-ipv4.csv', 'readme.txt'])).toEqual({
      countries: ['geo/country-ipv4.csv'],
      networks: ['geo/asn-ipv4.csv'],
    });
  });
});

/** Which files hold the ranges of addresses: the packages' own, or a deployment's, by their names. */

/** The packed file's name beside a function. */
export const GEO_FILE = 'geo.bin';
/** A folder at the root of the repository with CSV files of one's own takes the place of the packages. */
export const GEO_FOLDER = 'geo';

export interface GeoPaths {
  countries: readonly string[];
  networks: readonly string[];
}

/** Below the root of the repository. */
export const PACKAGED: GeoPaths = {
  countries: ['4', '6'].map((version) => `node_modules/@ip-location-db/dbip-country/dbip-country-ipv${version}-num.csv`),
  networks: ['4', '6'].map((version) => `node_modules/@ip-location-db/asn/asn-ipv${version}-num.csv`),
};

/** Files of `geo/` by what they are called: `dbip-country-lite-2026-11.csv`, `asn-ipv4.csv`. The packages' where there are none. */
export function geoPaths(namesInFolder: readonly string[]): GeoPaths {
  const named = (pattern: RegExp): string[] =>
    namesInFolder
      .filter((name) => pattern.test(name))
      .map((name) => `${GEO_FOLDER}/${name}`)
      .sort();
  const countries = named(/country.*\.csv$/i);
  const networks = named(/asn(?!.*country).*\.csv$/i);
  return {
    countries: countries.length > 0 ? countries : PACKAGED.countries,
    networks: networks.length > 0 ? networks : PACKAGED.networks,
  };
}

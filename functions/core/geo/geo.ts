/** Where on earth an address is, and whose network it belongs to; distances between such places. */

/** A place that is known up to a radius: a city's few kilometres, a country's many. */
export interface Place {
  lat: number;
  long: number;
  radiusKm: number;
}

export interface Network {
  /** ISO 3166-1 alpha-2. */
  country?: string;
  asn?: number;
  /** The organization that announces it. */
  org?: string;
}

/** Answers from data that lies beside the program: no call to anybody. */
export interface GeoLookup {
  /** Undefined for addresses that nobody on the internet has: private, documentation, unassigned. */
  network(ip: string): Network | undefined;
}

/** Knows no address: for a deployment without geographic data. */
export const NO_GEO: GeoLookup = { network: () => undefined };

const EARTH_KM = 6371;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Great-circle distance by the haversine formula. */
export function distanceKm(a: Pick<Place, 'lat' | 'long'>, b: Pick<Place, 'lat' | 'long'>): number {
  const [dLat, dLong] = [radians(b.lat - a.lat) / 2, radians(b.long - a.long) / 2];
  const h = Math.sin(dLat) ** 2 + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(dLong) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** The distance that certainly lies between two places, whatever the true points within their radii. */
export const leastKm = (a: Place, b: Place): number => Math.max(0, distanceKm(a, b) - a.radiusKm - b.radiusKm);

/** Turns the pieces that GuardDuty findings are made of (addresses, ports, callers) into OCSF objects. */
import { isIp } from '../../core/ip.ts';
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import { present } from '../../core/ocsf/parts.ts';

/** The object at a path of keys, or an empty one. */
export function objectAt(root: Json | undefined, ...keys: readonly string[]): JsonObject {
  let at = root;
  for (const key of keys) at = isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  return isJsonObject(at) ? at : {};
}

/** The objects of a list; anything else is none. */
export const objectsAt = (holder: JsonObject, key: string): JsonObject[] => {
  const value = holder[key];
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
};

/** Text (or a number as text) under a key; undefined for anything else and for empty text. */
export function textAt(holder: JsonObject, key: string): string | undefined {
  const value = Object.hasOwn(holder, key) ? holder[key] : undefined;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A whole number under a key, also written as text. */
export function integerAt(holder: JsonObject, key: string): number | undefined {
  const value = Object.hasOwn(holder, key) ? holder[key] : undefined;
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

const INT32 = 2_147_483_647;
/** As `integerAt`, where the attribute is an int of the lake; negatives (`asn: -1` of samples) are none. */
export function countAt(holder: JsonObject, key: string): number | undefined {
  const value = integerAt(holder, key);
  return value !== undefined && value >= 0 && value <= INT32 ? value : undefined;
}

/** An address under a key; other text is none. */
export function ipAt(holder: JsonObject, key: string): string | undefined {
  const ip = textAt(holder, key);
  return ip !== undefined && isIp(ip) ? ip : undefined;
}

/** A port of a `…PortDetails`; 0 to 65535. */
export const portOf = (details: JsonObject): number | undefined => {
  const port = integerAt(details, 'port');
  return port !== undefined && port >= 0 && port <= 65_535 ? port : undefined;
};

/** `remoteIpDetails` or `localIpDetails`, with the port that goes with it. Without an address or a name there is no endpoint. */
export function endpointOf(ipDetails: JsonObject, portDetails: JsonObject = {}): JsonObject {
  const ip = ipAt(ipDetails, 'ipAddressV4') ?? ipAt(ipDetails, 'ipAddressV6');
  if (ip === undefined) return {};
  const organization = objectAt(ipDetails, 'organization');
  const number = countAt(organization, 'asn');
  const name = textAt(organization, 'asnOrg');
  return present({
    ip,
    port: portOf(portDetails),
    location: locationOf(ipDetails),
    autonomous_system: number === undefined && name === undefined ? undefined : present({ number, name }),
    isp: textAt(organization, 'isp'),
    isp_org: textAt(organization, 'org'),
  });
}

/** OCSF wants a place by name; coordinates alone are none. */
function locationOf(ipDetails: JsonObject): JsonObject | undefined {
  const country = objectAt(ipDetails, 'country');
  const city = textAt(objectAt(ipDetails, 'city'), 'cityName');
  const name = textAt(country, 'countryCode') ?? textAt(country, 'countryName');
  if (city === undefined && name === undefined) return undefined;
  const { lat, lon } = objectAt(ipDetails, 'geoLocation');
  return present({
    country: name,
    city,
    lat: typeof lat === 'number' ? lat : undefined,
    long: typeof lon === 'number' ? lon : undefined,
  });
}

const OTHER = 99;

/** The principal of `accessKeyDetails`, as the actor of the finding. */
export function callerOf(finding: JsonObject): JsonObject | undefined {
  const key = objectAt(finding, 'resource', 'accessKeyDetails');
  const name = textAt(key, 'userName');
  const uid = textAt(key, 'principalId');
  if (name === undefined && uid === undefined) return undefined;
  const type = textAt(key, 'userType');
  const account = textAt(finding, 'accountId');
  return present({
    type,
    type_id: type === undefined ? undefined : OTHER,
    name,
    uid,
    account: account === undefined ? undefined : { uid: account },
    credential_uid: textAt(key, 'accessKeyId'),
  });
}

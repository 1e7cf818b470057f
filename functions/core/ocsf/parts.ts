/** Builds the OCSF objects that many sources share (endpoint, URL, file, fingerprint, person) out of the texts that logs write. */
import { isIp, isIpv4 } from '../ip.ts';
import { isJsonObject, type Json, type JsonObject } from '../json.ts';

/** The values that are there; undefined where none is. */
export function present(values: Readonly<Record<string, Json | undefined>>): JsonObject {
  const found: JsonObject = {};
  for (const key in values) {
    const value = values[key];
    if (value !== undefined) found[key] = value;
  }
  return found;
}

/** As `present`; undefined where nothing is left, since OCSF forbids empty objects in some places. */
export function presentOrNone(values: Readonly<Record<string, Json | undefined>>): JsonObject | undefined {
  const found = present(values);
  return Object.keys(found).length === 0 ? undefined : found;
}

const HOST_PORT = /^\[?(.*?)\]?(?::(\d{1,5}))?$/;

/** `192.0.2.1`, `192.0.2.1:443`, `[2001:db8::1]:443`, `host.example.com:443`, `2001:db8::1` → `{ip | hostname, port}`; undefined for blank text. */
export function addressOf(text: string | undefined): JsonObject | undefined {
  if (text === undefined || text.trim() === '' || text === '-') return undefined;
  if (isIp(text)) return { ip: text };
  const [, host = '', port] = HOST_PORT.exec(text) ?? [];
  // Without brackets, what follows the last colon of an IPv6 address is no port.
  const isWhole = host.includes(':') && !text.startsWith('[');
  const number = Number(port);
  const name = isWhole || host === '' || number > 65_535 ? text : host;
  const endpoint: JsonObject = isIp(name) ? { ip: name } : { hostname: name };
  if (port !== undefined && name !== text) endpoint['port'] = number;
  return endpoint;
}

const URL_PARTS = /^(?:([a-z][a-z0-9+.-]*):)?(?:\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)(?::(\d{1,5}))?)?([^?#]*)(?:\?([^#]*))?/i;

/** An OCSF url of a URL or a path with its query. The whole text stays in `url_string`; user and password of a URL are in no other part. */
export function urlOf(text: string | undefined): JsonObject | undefined {
  if (text === undefined || text === '') return undefined;
  const [, scheme, host, port, path, query] = URL_PARTS.exec(text) ?? [];
  const number = Number(port);
  return present({
    url_string: text,
    scheme: scheme?.toLowerCase(),
    hostname: host === undefined || host === '' ? undefined : host.replace(/^\[|\]$/g, ''),
    port: port === undefined || number > 65_535 ? undefined : number,
    path: path === '' ? undefined : path,
    query_string: query === '' ? undefined : query,
  });
}

/** OCSF fingerprint.algorithm_id, by the length of the hexadecimal text. */
const ALGORITHM_BY_LENGTH: Readonly<Record<number, number>> = { 32: 1, 40: 2, 56: 8, 64: 3, 96: 9, 128: 4 };
const ALGORITHM_BY_NAME: Readonly<Record<string, number>> = {
  md5: 1,
  sha1: 2,
  sha256: 3,
  sha512: 4,
  ssdeep: 5,
  ctph: 5,
  tlsh: 6,
  quickxorhash: 7,
  sha224: 8,
  sha384: 9,
  imphash: 18,
  imphashing: 18,
  hassh: 20,
};
const OTHER = 99;
const UNKNOWN = 0;

/** What products write where they computed no digest: as a fingerprint it would join files that have nothing in common. */
export const isNoDigest = (text: string): boolean => /^0*$/.test(text);

/** A fingerprint of a digest; its algorithm by the name that the log gives (`SHA-256`, `md5`), else by its length. Undefined for text that is none. */
export function fingerprintOf(value: string | undefined, algorithm?: string): JsonObject | undefined {
  if (value === undefined || isNoDigest(value)) return undefined;
  const name = algorithm?.toLowerCase().replace(/[^a-z0-9]/g, '') ?? '';
  const byName = Object.hasOwn(ALGORITHM_BY_NAME, name) ? ALGORITHM_BY_NAME[name] : undefined;
  const byLength = /^[0-9a-f]+$/i.test(value) ? ALGORITHM_BY_LENGTH[value.length] : undefined;
  const algorithm_id = byName ?? (algorithm === undefined ? (byLength ?? UNKNOWN) : OTHER);
  return algorithm_id === OTHER && algorithm !== undefined ? { algorithm_id, algorithm, value } : { algorithm_id, value };
}

const REGULAR_FILE = 1;
const FOLDER = 2;

/** A file of a path, with either slash: name, folder, extension. A path that ends in a slash is a folder. Undefined for blank text. */
export function fileOf(path: string | undefined): JsonObject | undefined {
  if (path === undefined || path === '') return undefined;
  const trimmed = path.replace(/(?<=[^/\\])[/\\]+$/, '');
  const at = Math.max(trimmed.lastIndexOf('/'), trimmed.lastIndexOf('\\'));
  const name = trimmed.slice(at + 1) || trimmed;
  const dot = name.lastIndexOf('.');
  const file: JsonObject = { name, path, type_id: trimmed === path ? REGULAR_FILE : FOLDER };
  if (at > 0) file['parent_folder'] = trimmed.slice(0, at);
  if (dot > 0 && dot < name.length - 1 && trimmed === path) file['ext'] = name.slice(dot + 1);
  return file;
}

/** What OCSF's `email_t` takes: no display name, no white space. */
const EMAIL = /^[a-zA-Z0-9!#$%&'*+\-/=?^_`{|}~.]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9-.]+$/;

/** True for an e-mail address as OCSF's `email_t` wants it. */
export const isEmail = (text: string): boolean => text.length <= 320 && EMAIL.test(text);

/** The attributes by which a user is known, from an address, a login name or an id; e-mail addresses also as `email_addr`. */
export function personOf(name: string | undefined, uid?: string): JsonObject | undefined {
  if (name === undefined && uid === undefined) return undefined;
  return present({ name, uid, email_addr: name !== undefined && isEmail(name) ? name : undefined });
}

/** IANA protocol numbers that logs meet. @see IANA "Assigned Internet Protocol Numbers" */
const PROTOCOLS: Readonly<Record<number, string>> = {
  0: 'hopopt',
  1: 'icmp',
  2: 'igmp',
  4: 'ipv4',
  6: 'tcp',
  17: 'udp',
  33: 'dccp',
  41: 'ipv6',
  47: 'gre',
  50: 'esp',
  51: 'ah',
  58: 'ipv6-icmp',
  88: 'eigrp',
  89: 'ospf',
  103: 'pim',
  112: 'vrrp',
  132: 'sctp',
  136: 'udplite',
};
const PROTOCOL_NUMBERS = new Map(Object.entries(PROTOCOLS).map(([number, name]) => [name, Number(number)]));

/** `tcp` for 6. Undefined for a number that we have no name for. */
export const protocolName = (number: number | undefined): string | undefined =>
  number === undefined ? undefined : PROTOCOLS[number];

/** 6 for `TCP`. */
export const protocolNumber = (name: string | undefined): number | undefined =>
  name === undefined ? undefined : PROTOCOL_NUMBERS.get(name.toLowerCase() === 'icmpv6' ? 'ipv6-icmp' : name.toLowerCase());

/** OCSF `protocol_ver_id` of an address: 4 or 6. */
export const ipVersionOf = (ip: string | undefined): number | undefined =>
  ip === undefined || !isIp(ip) ? undefined : isIpv4(ip) ? 4 : 6;

/** True where a value is an object with something in it. */
export const isFilled = (value: Json | undefined): value is JsonObject => isJsonObject(value) && Object.keys(value).length > 0;

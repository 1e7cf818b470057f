/** Turns what feeds write into an indicator's type and normal form: `hxxp://evil[.]example/x`, `EVIL.example.`, `192.0.2.0/24`. */
import ipaddr from 'ipaddr.js';
import { isIp } from '../ip.ts';
import type { IndicatorType } from './indicator.ts';

const HASH_LENGTHS: ReadonlySet<number> = new Set([32, 40, 64, 128]);
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** Takes the teeth back in. */
export const refanged = (text: string): string =>
  text
    .trim()
    .replace(/^["']|["']$/g, '')
    .replace(/\[\.\]|\(\.\)|\[dot\]/gi, '.')
    .replace(/\[@\]|\[at\]/gi, '@')
    .replace(/^hxxp/i, 'http')
    .replace(/\[:\]/g, ':');

/** Undefined for what is none of the types. */
export function indicatorValue(raw: string, type?: string): { type: IndicatorType; value: string } | undefined {
  const text = refanged(raw);
  const found = recognised(text);
  return found === undefined || (type !== undefined && !fits(type, found.type)) ? undefined : found;
}

const TYPE_WORDS: Readonly<Record<string, IndicatorType>> = {
  ip: 'ip',
  ipv4: 'ip',
  ipv6: 'ip',
  'ip-dst': 'ip',
  'ip-src': 'ip',
  'ipv4-addr': 'ip',
  'ipv6-addr': 'ip',
  cidr: 'cidr',
  netblock: 'cidr',
  domain: 'domain',
  hostname: 'domain',
  fqdn: 'domain',
  'domain-name': 'domain',
  url: 'url',
  uri: 'url',
  hash: 'hash',
  md5: 'hash',
  sha1: 'hash',
  sha256: 'hash',
  sha512: 'hash',
  email: 'email',
  'email-addr': 'email',
};

/** The type that a feed's word means; undefined for other words. */
export const typeOfWord = (word: string): IndicatorType | undefined => TYPE_WORDS[word.trim().toLowerCase()];
const fits = (word: string, type: IndicatorType): boolean => {
  const told = typeOfWord(word);
  return told === type || (told === 'ip' && type === 'cidr');
};

function recognised(text: string): { type: IndicatorType; value: string } | undefined {
  const lower = text.toLowerCase();
  if (isIp(lower)) return { type: 'ip', value: normalIp(lower) };
  if (/^[0-9a-f:.]+\/\d{1,3}$/.test(lower)) return cidrOf(lower);
  if (/^[0-9a-f]+$/.test(lower) && HASH_LENGTHS.has(lower.length)) return { type: 'hash', value: lower };
  if (/^[a-z][a-z0-9+.-]*:\/\//.test(lower)) return urlOf(text);
  const at = lower.lastIndexOf('@');
  if (at > 0 && isDomain(lower.slice(at + 1)) && !/\s/.test(lower)) return { type: 'email', value: lower };
  const domain = lower.replace(/^\*\./, '').replace(/\.$/, '');
  return isDomain(domain) ? { type: 'domain', value: domain } : undefined;
}

export const isDomain = (text: string): boolean => {
  const labels = text.split('.');
  return (
    text.length <= 253 && labels.length >= 2 && labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '')
  );
};

/** One spelling for IPv6; IPv4 in IPv6 is IPv4. */
export function normalIp(text: string): string {
  if (!text.includes(':')) return text;
  const bare = text.split('%')[0] ?? text;
  return ipaddr.isValid(bare) ? ipaddr.process(bare).toString() : bare;
}

function cidrOf(text: string): { type: IndicatorType; value: string } | undefined {
  if (!ipaddr.isValidCIDR(text)) return undefined;
  const [address, bits] = ipaddr.parseCIDR(text);
  const whole = address.kind() === 'ipv4' ? 32 : 128;
  if (bits === whole) return { type: 'ip', value: normalIp(address.toString()) };
  // A feed that lists a tenth of the internet is broken.
  return bits < (whole === 32 ? 8 : 24) ? undefined : { type: 'cidr', value: `${address.toString()}/${bits}` };
}

/** Scheme and host in lower case, the rest as it is, no fragment. */
function urlOf(text: string): { type: IndicatorType; value: string } | undefined {
  const value = normalUrl(text);
  return value === undefined ? undefined : { type: 'url', value };
}

export function normalUrl(text: string): string | undefined {
  const parts = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/?#]*@)?([^/?#]+)([^#]*)/i.exec(text.trim());
  if (parts === null) return undefined;
  const [, scheme = '', host = '', rest = ''] = parts;
  return `${scheme.toLowerCase()}://${host.toLowerCase()}${rest === '' ? '/' : rest}`;
}

/** Tells IP addresses from the other things that logs write in address fields. */

const DIGIT_0 = 48;
const DIGIT_9 = 57;
const DOT = 46;

/** True for dotted-quad IPv4 without leading zeros. Hand-written: it runs once for each event. */
export function isIpv4(text: string): boolean {
  if (text.length < 7 || text.length > 15) return false;
  let dots = 0;
  let octet = -1;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (octet < 0 || ++dots > 3) return false;
      octet = -1;
    } else if (code >= DIGIT_0 && code <= DIGIT_9 && octet !== 0) {
      octet = (octet < 0 ? 0 : octet * 10) + code - DIGIT_0;
      if (octet > 255) return false;
    } else return false;
  }
  return dots === 3 && octet >= 0;
}

/** True for IPv6 text, with or without `::`, an embedded IPv4 tail or a zone. @see RFC 4291 section 2.2, RFC 4007 section 11 */
export function isIpv6(text: string): boolean {
  if (text.length < 2 || text.length > 64 || !text.includes(':')) return false;
  const address = text.includes('%') ? text.slice(0, text.indexOf('%')) : text;
  const halves = address.split('::');
  if (halves.length > 2) return false;
  const groups = halves.map(groupCount);
  if (groups.some((count) => count < 0)) return false;
  const total = groups.reduce((sum, count) => sum + count, 0);
  return halves.length === 2 ? total <= 7 : total === 8;
}

/** 16-bit groups of one side of `::`; an IPv4 tail counts as two; -1 where a group is none. */
function groupCount(half: string): number {
  if (half === '') return 0;
  const groups = half.split(':');
  const last = groups.at(-1) ?? '';
  const tail = last.includes('.') ? 1 : 0;
  if (tail === 1 && !isIpv4(last)) return -1;
  const hex = tail === 1 ? groups.slice(0, -1) : groups;
  return hex.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? groups.length + tail : -1;
}

/** True for an IPv4 or IPv6 address. */
export const isIp = (text: string): boolean => isIpv4(text) || isIpv6(text);

/** Turns addresses as logs write them into numbers that ranges are searched by, and into the block that one subscriber has. */
import ipaddr from 'ipaddr.js';

/** An address as one number: 32 bits of IPv4, the first 48 of IPv6, which no route is finer than. */
export interface AddressNumber {
  version: 4 | 6;
  value: number;
}

function parsed(ip: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (!ipaddr.isValid(ip)) return undefined;
  const address = ipaddr.parse(ip);
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

/** Undefined for what is no address. */
export function addressNumber(ip: string): AddressNumber | undefined {
  const address = parsed(ip);
  if (address === undefined) return undefined;
  if (address instanceof ipaddr.IPv4)
    return { version: 4, value: address.octets.reduce((total, octet) => total * 256 + octet, 0) };
  const [a = 0, b = 0, c = 0] = address.parts;
  return { version: 6, value: (a * 65_536 + b) * 65_536 + c };
}

/** The address itself, or the /64 that an IPv6 subscriber moves within. What is no address stays as it is. */
export function addressBlock(ip: string): string {
  const address = parsed(ip);
  if (address === undefined) return ip;
  if (address instanceof ipaddr.IPv4) return address.toString();
  const [a = 0, b = 0, c = 0, d = 0] = address.parts;
  return `${[a, b, c, d].map((part) => part.toString(16)).join(':')}::/64`;
}

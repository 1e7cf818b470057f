/** Turns CIDR notation into a test of IP addresses. */
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** An address as a log writes it, or undefined; IPv4 inside IPv6 (`::ffff:…`) counts as IPv4. */
function addressOf(text: string): Address | undefined {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.IPv4.parse(bare);
  if (!bare.includes(':') || !ipaddr.IPv6.isValid(bare)) return undefined;
  return ipaddr.process(bare);
}

function networkOf(text: string): [Address, number] | undefined {
  const [base = '', bits, rest] = text.trim().split('/');
  const address = addressOf(base);
  if (!address || rest !== undefined || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return undefined;
  const size = address.kind() === 'ipv4' ? 32 : 128;
  // ::ffff:10.0.0.0/104 means the IPv4 network behind it.
  const mapped = size === 32 && base.includes(':') ? 96 : 0;
  const prefix = bits === undefined ? size : Number(bits) - mapped;
  return prefix >= 0 && prefix <= size ? [address, prefix] : undefined;
}

/** What is wrong with a network, if anything. Host bits may be set: the network around the address is meant. */
export function cidrProblem(text: string): { what: string; allowed: string; fix: string } | undefined {
  if (networkOf(text)) return undefined;
  return {
    what: `${JSON.stringify(text)} is no network`,
    allowed: 'IPv4 or IPv6 address, "/", prefix length (10.0.0.0/8, 2001:db8::/32)',
    fix: 'write the network in CIDR notation.',
  };
}

/** The network as `base/prefix` without host bits, IPv4 behind IPv6 as IPv4; undefined for what is no network. */
export function networkText(text: string): string | undefined {
  const network = networkOf(text);
  if (!network) return undefined;
  const [base, prefix] = network;
  const masked = base.toByteArray().map((byte, index) => byte & (0xff00 >> Math.min(8, Math.max(0, prefix - index * 8))));
  return `${ipaddr.fromByteArray(masked).toString()}/${prefix}`;
}

/** A test that is true for addresses inside any of the networks, and false for every text that is no address. */
export function cidrTest(networks: readonly string[]): (text: string) => boolean {
  const parsed = networks.map(networkOf).filter((network) => network !== undefined);
  return (text) => {
    // The longest address text is 45 characters, with brackets and zone under 64.
    if (text.length > 64) return false;
    const address = addressOf(text);
    if (!address) return false;
    return parsed.some(([base, prefix]) => base.kind() === address.kind() && inside(address, base, prefix));
  };
}

const inside = (address: Address, base: Address, prefix: number): boolean => {
  const [a, b] = [address.toByteArray(), base.toByteArray()];
  const whole = prefix >> 3;
  for (let i = 0; i < whole; i++) if (a[i] !== b[i]) return false;
  const shift = 8 - (prefix & 7);
  return shift === 8 || (a[whole] ?? 0) >> shift === (b[whole] ?? 0) >> shift;
};

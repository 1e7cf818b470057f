/** What a network is used for, as far as its number or name tells: people at home and in offices come from neither hosting nor VPN. */
import type { Network } from './geo.ts';

export type NetworkKind = 'vpn' | 'relay' | 'satellite' | 'hosting';

/** Autonomous systems that mean one thing. @see the operators' own pages, RIR registrations */
const KNOWN: Readonly<Record<number, NetworkKind>> = {
  // Privacy relays and mesh of browsers: iCloud Private Relay leaves through these too.
  13335: 'relay',
  36183: 'relay',
  54113: 'relay',
  // Satellite: the address is where the ground station is.
  14593: 'satellite',
  22351: 'satellite',
  40306: 'satellite',
  7155: 'satellite',
  6621: 'satellite',
  // VPN services and their main hosts.
  9009: 'vpn',
  39351: 'vpn',
  62371: 'vpn',
  209103: 'vpn',
  212238: 'vpn',
  60068: 'vpn',
  136787: 'vpn',
  // Zero-trust exits of companies: many share them, anywhere.
  53813: 'relay',
  22616: 'relay',
  62044: 'relay',
  55256: 'relay',
  // Clouds and hosting.
  16509: 'hosting',
  14618: 'hosting',
  8075: 'hosting',
  15169: 'hosting',
  396982: 'hosting',
  31898: 'hosting',
  14061: 'hosting',
  16276: 'hosting',
  24940: 'hosting',
  63949: 'hosting',
  20473: 'hosting',
  51167: 'hosting',
  45102: 'hosting',
  132203: 'hosting',
  202053: 'hosting',
};

const NAMES: readonly (readonly [NetworkKind, RegExp])[] = [
  ['vpn', /\bvpn\b|nordvpn|mullvad|expressvpn|surfshark|protonvpn|private internet access|tor exit/i],
  ['satellite', /starlink|satellite|viasat|hughes network|inmarsat|oneweb/i],
  ['relay', /zscaler|netskope|private relay|cato networks/i],
  ['hosting', /\bhosting\b|\bvps\b|dedicated servers?|data ?cent(er|re)|\bcloud\b/i],
];

/** Undefined for access networks, and for what nobody knows. */
export function networkKind(network: Network | undefined): NetworkKind | undefined {
  if (network === undefined) return undefined;
  const known = network.asn === undefined ? undefined : KNOWN[network.asn];
  if (known !== undefined) return known;
  const name = network.org ?? '';
  return NAMES.find(([, pattern]) => pattern.test(name))?.[0];
}

/** Values that everybody meets every day: a feed that lists one of them is wrong, and a hit would be noise for each event. */
import ipaddr from 'ipaddr.js';
import type { Indicator } from './indicator.ts';

/** Public resolvers. @see the operators' own pages: Google, Cloudflare, Quad9, OpenDNS */
const ADDRESSES: ReadonlySet<string> = new Set([
  ...['8.8.8.8', '8.8.4.4', '1.1.1.1', '1.0.0.1', '9.9.9.9', '149.112.112.112', '208.67.222.222', '208.67.220.220'],
  ...['2001:4860:4860::8888', '2001:4860:4860::8844', '2606:4700:4700::1111', '2606:4700:4700::1001', '2620:fe::fe'],
  ...['169.254.169.254', '169.254.169.253', '169.254.169.123', 'fd00:ec2::254'],
]);
/** Whole domains that carry everybody's traffic. What is hosted below them is still found: only the domain itself is common. */
const DOMAINS: ReadonlySet<string> = new Set([
  ...['amazonaws.com', 'amazon.com', 'cloudfront.net', 'aws.amazon.com', 'google.com', 'googleapis.com', 'gstatic.com'],
  ...['microsoft.com', 'microsoftonline.com', 'office.com', 'office365.com', 'live.com', 'windows.net', 'azure.com'],
  ...['windowsupdate.com', 'apple.com', 'icloud.com', 'github.com', 'githubusercontent.com', 'cloudflare.com', 'akamai.net'],
  ...['slack.com', 'okta.com', 'salesforce.com', 'zoom.us', 'dropbox.com', 'facebook.com', 'youtube.com', 'linkedin.com'],
  ...['digicert.com', 'letsencrypt.org', 'mozilla.org', 'ubuntu.com', 'debian.org', 'npmjs.org', 'pypi.org', 'docker.com'],
]);
/** Digests of nothing. */
const EMPTY: ReadonlySet<string> = new Set([
  'd41d8cd98f00b204e9800998ecf8427e',
  'da39a3ee5e6b4b0d3255bfef95601890afd80709',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
]);

/** Why the indicator would hit everybody; undefined where it would not. */
export function commonReason({ type, value }: Pick<Indicator, 'type' | 'value'>): string | undefined {
  if (type === 'ip' || type === 'cidr') return addressReason(value);
  if (type === 'domain' && DOMAINS.has(value)) return 'a domain that carries everybody’s traffic';
  return type === 'hash' && EMPTY.has(value) ? 'the digest of an empty file' : undefined;
}

function addressReason(value: string): string | undefined {
  if (ADDRESSES.has(value)) return 'a public resolver or the metadata service';
  const address = ipaddr.process(value.split('/')[0] ?? value);
  const range = address.range();
  return ['private', 'loopback', 'linkLocal', 'uniqueLocal', 'carrierGradeNat', 'unspecified', 'broadcast', 'multicast'].includes(
    range,
  )
    ? `an address that is not on the internet (${range})`
    : undefined;
}

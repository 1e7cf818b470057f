/** The addresses that a block may name: ranges of the internet, none wider than a /16. */
import * as z from 'zod';

/** IPv4 no wider than /16: a wider block is a decision of its own. */
export const Cidr = z.string().regex(/^(?:\d{1,3}\.){3}\d{1,3}\/(?:1[6-9]|2\d|3[0-2])$/, 'an IPv4 range from /16 to /32');

/** Private, loopback, link-local and unspecified ranges belong to nobody on the internet. @see RFC 6890 */
const OWN = /^(?:0|10|127)\.|^169\.254\.|^192\.168\.|^172\.(?:1[6-9]|2\d|3[01])\./;

/** Why a range must not be blocked; empty where it may. */
export const refusesRange = (cidr: string): string[] => (OWN.test(cidr) ? [`${cidr} is no address of the internet`] : []);

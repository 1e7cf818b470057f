/** Forms of options that several connectors have. */
import type { OptionSpec } from '../../core/collect-config.ts';

/** A DNS name whose last label is no number: neither an address nor a name of this machine. */
const HOST = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/;

/** The vendor's host, which is the customer's own. */
export const hostOption = (example: string, otherwise?: string): OptionSpec => ({
  what: `the host in lower case, without https://, such as ${example}`,
  pattern: HOST,
  ...(otherwise === undefined ? {} : { default: otherwise }),
});

/** A directory id of Entra. */
export const tenantOption: OptionSpec = {
  what: 'the directory (tenant) id, such as 0a1b2c3d-0000-4000-8000-000000000000',
  pattern: /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/,
};

/** `https://host/path?a=b`, every value encoded. */
export function urlOf(host: string, path: string, query: Readonly<Record<string, string | number | undefined>> = {}): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.append(name, String(value));
  const text = given.toString();
  return `https://${host}${path}${text === '' ? '' : `?${text}`}`;
}

/** ISO 8601 in UTC without milliseconds: windows are of whole seconds. */
export const isoSec = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

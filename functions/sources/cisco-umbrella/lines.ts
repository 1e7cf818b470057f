/** Reads CSV lines of Cisco Umbrella's and Secure Access's DNS and web logs, which have no header by default, into named fields. @see Umbrella User Guide, "DNS Log Formats", "Web Log Formats" */
import type { JsonObject } from '../../core/json.ts';
import { splitDelimited } from '../../core/mapping/split.ts';
import { named } from '../../core/text-lines.ts';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const DNS = words(
  'timestamp policyIdentity identities internalIp externalIp action queryType responseCode domain categories policyIdentityType identityTypes blockedCategories ruleId destinationCountries organizationId',
);
const WEB = words(
  'timestamp policyIdentity internalIp externalIp destinationIp contentType action url referer userAgent statusCode requestSize responseSize responseBodySize sha256 categories avDetections puas ampDisposition ampMalwareName ampScore policyIdentityType blockedCategories identities identityTypes requestMethod dlpStatus certificateErrors fileName rulesetId ruleId destinationListIds isolateAction fileAction warnStatus forwardingMethod producer mspOrganizationId blockedDestinationCountries applicationIds hostname dataCenter egress serverName timeBasedRule securityOverridden detectedResponseFileType warnCategories organizationId',
);

const STAMP = String.raw`^"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"`;
const TEXT = '"(?:[^"]|"")*"';
const ADDRESS = '"[0-9A-Fa-f.:]*"';
const FORMATS: readonly [RegExp, readonly string[]][] = [
  [new RegExp(String.raw`${STAMP},${TEXT},${TEXT},${ADDRESS},${ADDRESS},"[A-Za-z ]+","\d{1,5} \([A-Z0-9-]+\)","`), DNS],
  [new RegExp(`${STAMP},${TEXT},${ADDRESS},${ADDRESS},${ADDRESS},"[^",]*","[A-Za-z ]+","(?:[a-z]+:|[^"]*\\.)`), WEB],
];
const EMPTY: ReadonlySet<string> = new Set(['']);
/** Fields that list names, with commas. */
const LISTS = ['identities', 'identityTypes', 'categories', 'blockedCategories', 'destinationListIds'];

/** The header line that newer versions can write. */
export const isHeader = (line: string): boolean =>
  /^"?timestamp"?,"?(?:most granular identity|policy identity label)"?,/i.test(line);

/** The record of one line, or undefined where it is none of Umbrella's. */
export function readUmbrellaLine(line: string): JsonObject | undefined {
  if (!line.startsWith('"')) return undefined;
  const names = FORMATS.find(([pattern]) => pattern.test(line))?.[1];
  if (names === undefined) return undefined;
  const { values, isExact } = splitDelimited(line, ',');
  const record = named(names, values, EMPTY);
  if (!isExact) record['line'] = line;
  for (const key of LISTS) {
    const text = record[key];
    if (typeof text === 'string') record[key] = text.split(/, */).filter((item) => item !== '');
  }
  const [, name] = /\(([A-Z0-9-]+)\)$/.exec(String(record['queryType'] ?? '')) ?? [];
  if (name !== undefined) record['queryTypeName'] = name;
  return record;
}

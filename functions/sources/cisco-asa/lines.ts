/** Reads syslog messages of Cisco ASA and Firepower Threat Defense into fields: what each message's fixed words frame, and the named fields of FTD's security events. @see Cisco Secure Firewall ASA Series Syslog Messages; Cisco Secure Firewall Threat Defense Syslog Messages */
import type { JsonObject } from '../../core/json.ts';

/** Before the text: `%ASA-6-302013: `, `%FTD-session-6-302013: `, `%ASA-vpn-4-722051: `. */
const MARK = /%(ASA|FTD|PIX|FWSM)-(?:([a-z][a-z0-9_-]{0,30})-)?([0-7])-(\d{6}): ?/;
const PRIORITY = /^<(\d{1,3})>/;
const STAMP =
  /([A-Z][a-z]{2} [ \d]?\d (?:\d{4} )?\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?|\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:?\d{2})?)(?: (?:UTC|GMT|[A-Z]{1,3}[DS]?T)\b)?/g;

/** `outside:192.0.2.1/443 (203.0.113.1/443) (user)`. */
const side = (name: string): string =>
  `(?:(?<${name}_interface>[^\\s:/()]+):\\s?)${place(name)}(?: ?\\((?<${name}_nat_ip>[^\\s/()]+)\\/(?<${name}_nat_port>\\d{1,5})\\))?(?: ?\\((?<${name}_user>[^()]*)\\))?`;
/** `192.0.2.1/443`. */
const place = (name: string): string => `(?<${name}_ip>[0-9A-Fa-f.:]+)(?:\\/(?<${name}_port>[\\w-]+))?`;
/** `outside/192.0.2.1(443)(user)`. */
const listed = (name: string): string =>
  `(?<${name}_interface>[^\\s/]+)\\/(?<${name}_ip>[0-9A-Fa-f.:]+)\\((?<${name}_port>\\d+)\\)(?:\\((?<${name}_user>[^()]*)\\))?`;
const A = side('src');
const B = side('dst');

/** Texts of messages, by what they begin with. Groups become fields of the record. */
// biome-ignore format: one a line
const TEXTS: readonly RegExp[] = [
  new RegExp(`^(?<action>Built) (?<direction>inbound|outbound) (?<protocol>\\w+) connection (?<connection_id>\\d+) for ${A} to ${B}`),
  new RegExp(`^(?<action>Teardown) (?<protocol>\\w+) connection (?<connection_id>\\d+) for ${A} to ${B} duration (?<duration>[\\d:]+) bytes (?<bytes>\\d+)(?: (?<reason>[^()]+))?`),
  /^(?<action>Built|Teardown) (?:(?<direction>inbound|outbound) )?(?<protocol>ICMP) connection for faddr (?<src_ip>[^\s/(]+)(?:\/\d+)? ?(?:\((?<src_user>[^()]*)\) ?)?gaddr \S+ laddr (?<dst_ip>[^\s/(]+)/,
  new RegExp(`^(?<action>Built|Teardown) (?<nat>dynamic|static) (?<protocol>\\w+) translation from ${A} to (?<nat_interface>[^\\s:()]+):(?<nat_ip>[0-9A-Fa-f.:]+)\\/(?<nat_port>\\d+)`),
  new RegExp(`^(?<action>Deny) (?:(?<direction>inbound|outbound) )?(?<protocol>(?:protocol )?\\S+) src ${A} dst ${B}`),
  new RegExp(`^(?<action>Deny) (?:(?<direction>inbound|outbound) )?(?<protocol>\\S+) (?:\\(no connection\\) |reverse path check )?from ${place('src')} to ${place('dst')}`),
  new RegExp(`^(?<direction>Inbound|Outbound) (?<protocol>\\S+) connection (?<action>denied) from ${place('src')} to ${place('dst')}`),
  new RegExp(`^access-list (?<rule>\\S+) (?<action>permitted|denied|est-allowed) (?<protocol>\\S+) ${listed('src')} (?:-> )?${listed('dst')}`),
  new RegExp(`^(?<protocol>\\w+) (?:access|request) (?<action>denied|permitted|discarded)(?: by ACL)? from ${place('src')} to ${B}`),
  /^(?<action>Denied) (?<protocol>ICMP) type=(?<icmp_type>\d+), (?:code=)?(?<icmp_code>\d+) from (?<src_ip>\S+) on interface (?<src_interface>\S+)/,
  new RegExp(`^Login (?<action>denied|permitted) from ${place('src')} to (?<dst_interface>[^\\s:]+):(?<dst_ip>[0-9A-Fa-f.:]+)\\/(?<service>\\S+) for user "(?<user>[^"]*)"`),
  /^AAA user (?<aaa>\w+) (?<action>Successful|Rejected) ?:(?: reason = (?<reason>[^:]{1,200}?) ?:)?(?: local database ?:| server = {1,2}(?<server>[^\s,]+) ?[,:])? [Uu]ser = (?<user>[^:]{1,256}?)(?: ?: user IP = (?<src_ip>\S+))?$/,
  /^User '?(?<user>[^\s']{1,256})'? (?<action>locked out) on exceeding '?(?<attempts>\d+)/,
  /^Group (?:= )?<?(?<group>[^<>,]{1,256}?)>?,? User(?:name)?(?: =)? <?(?<user>[^<>,]{1,256}?)>?,? IP (?:= )?<?(?<src_ip>[0-9A-Fa-f.:]+)>?,? (?<text>.*)$/s,
  /^User (?:authentication )?(?<action>succeeded|failed|logged out): (?:IP(?: address:| =) (?<src_ip>[0-9A-Fa-f.:]+), )?Uname: (?<user>\S+)/,
  /^User '?(?<user>[^\s',]{1,256})'?,(?: running '(?<app>[^']*)')?(?: from IP (?<src_ip>[0-9A-Fa-f.:]+))?, (?<action>executed) (?:cmd: )?'?(?<command>.*?)'?$/s,
  /^User '?(?<user>[^\s',]{1,256})'? (?<action>executed) (?:the |cmd: )'?(?<command>.*?)'?(?: command\.?)?$/s,
  /^(?<action>New user added|User deleted|User priv level changed)[^:]{0,60}: Uname: (?<user>\S+)(?: Priv: (?<privilege>\d+))?(?: From: (?<privilege_before>\d+) To: (?<privilege_after>\d+))?/,
  /^(?:(?<user>[^@\s]{1,256})@)?(?<src_ip>[0-9A-Fa-f.:]+)(?: \((?<src_user>[^()]*)\))? (?<action>Accessed) (?:JAVA )?URL (?<dst_ip>[0-9A-Fa-f.]+): ?(?<url>\S+)/,
  /^Access (?<action>denied) URL (?<url>\S+) SRC (?<src_ip>[0-9A-Fa-f.:]+) DEST (?<dst_ip>[0-9A-Fa-f.]+)/,
  new RegExp(`^IPS:(?<signature>\\d+) (?<attack>.{1,200}?) from ${place('src')} to ${place('dst')} on interface (?<src_interface>\\S+)`),
  new RegExp(`^Dynamic [Ff]ilter (?<action>\\w+) (?<list>\\S+) (?<protocol>\\S+) traffic from ${A} to ${B},? (?<text>.*)$`, 's'),
];

/** Details at the end of messages, wherever they stand there. */
// biome-ignore format: one a line
const DETAILS: readonly [text: string, RegExp][] = [
  ['access-group', /by access-group "(?<rule>[^"]{1,256})"/],
  ['Session Type', /Session Type: (?<session_type>[^,]{1,60})/],
  ['Duration: ', /Duration: (?<duration>[^,]{1,40})/],
  ['Bytes ', /Bytes xmt: (?<bytes_out>\d+), Bytes rcv: (?<bytes_in>\d+)/],
  ['Reason: ', /Reason: (?<reason>.{1,200})$/],
  ['Address <', /Address <(?<assigned_ip>[0-9A-Fa-f.:]+)>/],
  ['threat-level', /threat-level: (?<threat_level>[\w-]+)(?:, category: (?<category>[^,]{1,80}))?/],
  ['resolved from', /resolved from [\w ]{1,20} list: (?<threat_host>[^\s,]{1,256})/],
];

/** Longer texts than this are kept whole, and not looked into. */
const MAX_TEXT = 8192;

/** The record of one line, or undefined where it is none of ASA or FTD. */
export function readAsaLine(line: string): JsonObject | undefined {
  if (!line.includes('%')) return undefined;
  const mark = MARK.exec(line);
  if (mark === null || mark.index > 256) return undefined;
  const [whole, product = '', facility, level = '', message_id = ''] = mark;
  const text = line.slice(mark.index + whole.length).trimEnd();
  const record: JsonObject = { product, level, message_id };
  if (facility !== undefined) record['class'] = facility;
  addHeader(record, line.slice(0, mark.index));
  if (message_id.startsWith('43000')) addNamed(record, text);
  else addText(record, text);
  return record;
}

/** Relays put their own time and name before the device's: the last ones are the device's. */
function addHeader(record: JsonObject, header: string): void {
  const before = header.trim();
  if (before === '') return;
  record['header'] = before;
  const [, pri] = PRIORITY.exec(before) ?? [];
  if (pri !== undefined) record['priority'] = pri;
  const stamp = [...before.matchAll(STAMP)].at(-1);
  if (stamp?.[1] === undefined) return;
  record['timestamp'] = stamp[1];
  const [hostname = ''] = before
    .slice(stamp.index + stamp[0].length)
    .trim()
    .split(/[\s:]+(?=$|[-%\s:])|\s/);
  if (/^[\w.-]{1,253}$/.test(hostname) && hostname !== '-') record['hostname'] = hostname;
}

function addText(record: JsonObject, text: string): void {
  record['message'] = text;
  if (text.length > MAX_TEXT) return;
  for (const pattern of TEXTS) {
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined) continue;
    addGroups(record, groups);
    break;
  }
  for (const [word, pattern] of DETAILS) if (text.includes(word)) addGroups(record, pattern.exec(text)?.groups ?? {});
  if (isBackwards(record)) swapSides(record);
}

function addGroups(record: JsonObject, groups: Record<string, string | undefined>): void {
  for (const key in groups) {
    const value = groups[key]?.trim();
    if (value !== undefined && value !== '') record[key] ??= value;
  }
}

const WELL_KNOWN = 1024;

/**
 * Connections name the foreign side first. An outbound one was begun by the other side; a teardown does not say who began: a well-known port is
 * the server's.
 */
function isBackwards({ action, direction, src_port, dst_port }: JsonObject): boolean {
  if (action === 'Built' && direction === 'outbound') return true;
  return action === 'Teardown' && Number(src_port) < WELL_KNOWN && Number(dst_port) >= WELL_KNOWN;
}

function swapSides(record: JsonObject): void {
  for (const name of ['interface', 'ip', 'port', 'nat_ip', 'nat_port', 'user']) {
    const { [`src_${name}`]: src, [`dst_${name}`]: dst } = record;
    delete record[`src_${name}`];
    delete record[`dst_${name}`];
    if (dst !== undefined) record[`src_${name}`] = dst;
    if (src !== undefined) record[`dst_${name}`] = src;
  }
}

const NEXT = /, (?=[A-Z][A-Za-z0-9_]{1,40}: )/;
const MAX_FIELDS = 200;

/** `SrcIP: 192.0.2.1, DstIP: …`: the first of a name counts, for a client can write the like into its URL. */
function addNamed(record: JsonObject, text: string): void {
  const rest: string[] = [];
  for (const [n, part] of text.split(NEXT).entries()) {
    const at = part.indexOf(': ');
    const key = part.slice(0, at);
    if (at < 1 || n >= MAX_FIELDS || !/^[A-Z][A-Za-z0-9_]*$/.test(key) || Object.hasOwn(record, key)) rest.push(part);
    else record[key] = part.slice(at + 2);
  }
  if (rest.length > 0) record['message'] = rest.join(', ');
}

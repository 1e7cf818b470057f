/** Reads lines of the Linux audit log (`type=… msg=audit(…): …`), bare or behind a syslog header, into named fields; records of one event share what its system call says. @see audit-documentation, "specs/messages" and "specs/fields" */
import { isIp } from '../../core/ip.ts';
import type { JsonObject } from '../../core/json.ts';
import { fieldWriter } from '../../core/mapping/split.ts';
import { syslogLine } from '../../core/text-lines.ts';
import type { LineReader } from '../source.ts';

const EVENT = /(?:^|[\s:])(?:node=(\S+) )?type=([A-Z][A-Z0-9_[\]?]*|\d{3,5}) (?:msg=)?audit\((\d{1,12}\.\d{1,9}):(\d+)\)\s*:\s?/;
/** `[` in a key: an argument that was too long for one record (`a1[0]=`). */
const PAIR = /(?:^|[\s,{])([A-Za-z_][\w.[\]-]*)=(?:"([^"]*)"|'([^']*)'|\{([^}]*)\}|([^\s\u001d]*))/g;
/** The kernel's records are of 8 kB at most. */
const MAX_FIELDS = 2000;

/** Numbers that stand for names where the kernel's own log is forwarded. @see linux/audit.h */
const TYPES: Readonly<Record<string, string>> = {
  1300: 'SYSCALL',
  1302: 'PATH',
  1305: 'CONFIG_CHANGE',
  1306: 'SOCKADDR',
  1307: 'CWD',
  1309: 'EXECVE',
  1325: 'NETFILTER_CFG',
  1326: 'SECCOMP',
  1327: 'PROCTITLE',
  1330: 'KERN_MODULE',
  1400: 'AVC',
  1701: 'ANOM_ABEND',
};

/** Fields that the kernel writes as hexadecimal digits where they are no plain printable text. */
const ENCODED = new Set(['proctitle', 'comm', 'exe', 'name', 'cwd', 'cmd', 'acct', 'data', 'path', 'dir', 'key', 'vm', 'watch']);
const HEX = /^(?:[0-9A-F]{2})+$/;

function decoded(key: string, bare: string, type: string): string {
  const isText = ENCODED.has(key) || (type === 'EXECVE' && /^a\d/.test(key));
  if (!isText || !HEX.test(bare)) return bare;
  const text = Buffer.from(bare, 'hex').toString('utf8');
  // A key of several rules is separated by 0x01, arguments of a title by NUL.
  return text.includes('\ufffd') ? bare : text.replaceAll('\u0000', ' ').replaceAll('\u0001', ',').trimEnd() || bare;
}

/**
 * Pairs of a text into the record; pairs inside a quoted `msg='…'` and a braced `SADDR={ … }` are the record's own. Words between them
 * are `text`.
 */
function addPairs(record: JsonObject, text: string, { type, put }: { type: string; put: FieldWriter }): void {
  let count = 0;
  let end = 0;
  PAIR.lastIndex = 0;
  const nested: string[] = [];
  const words: string[] = [];
  for (let match = PAIR.exec(text); match !== null && count++ < MAX_FIELDS; match = PAIR.exec(text)) {
    const [whole, key = '', double, single, braced, bare] = match;
    words.push(text.slice(end, match.index));
    end = match.index + whole.length;
    const inner = single ?? braced;
    if (inner?.includes('=')) {
      nested.push(inner);
      continue;
    }
    const value = double ?? inner ?? decoded(key, bare ?? '', type);
    if (value === '' || value === '?' || value === '(null)') continue;
    if (!Object.hasOwn(record, key) || record[key] !== value) put(key, value);
  }
  const rest = [...words, text.slice(end)].map((word) => word.trim()).filter((word) => /\w/.test(word));
  if (rest.length > 0) put(end === 0 ? 'message' : 'text', rest.join(' '));
  for (const inner of nested) addPairs(record, inner, { type, put });
}

type FieldWriter = ReturnType<typeof fieldWriter>;

/** What SELinux writes before the pairs of a decision. */
const DENIAL = /avc:\s+(denied|granted)\s+\{([^}]{0,400})\}(?:\s+for\b)?/;

/** Address and port of a socket address in hexadecimal digits: family, port, address. @see ip(7), ipv6(7) */
function socketOf(saddr: string): JsonObject {
  const family = saddr.slice(0, 4);
  const port = Number.parseInt(saddr.slice(4, 8), 16);
  const bytes = saddr.slice(8);
  if (family === '0200' && bytes.length >= 8)
    return {
      saddr_fam: 'inet',
      laddr: [0, 2, 4, 6].map((at) => Number.parseInt(bytes.slice(at, at + 2), 16)).join('.'),
      lport: String(port),
    };
  if (family === '0A00' && bytes.length >= 40) {
    const groups = bytes.slice(8, 40).toLowerCase().match(/.{4}/g) ?? [];
    const laddr = groups.map((group) => group.replace(/^0{1,3}/, '')).join(':');
    return isIp(laddr) ? { saddr_fam: 'inet6', laddr, lport: String(port) } : {};
  }
  if (family === '0100') {
    const path = decoded('path', bytesUntilNul(saddr.slice(4)), 'SOCKADDR');
    return path === '' ? { saddr_fam: 'local' } : { saddr_fam: 'local', path };
  }
  return {};
}

/** Of a system call, what the other records of its event do not say themselves. @see ausearch(8): records of one event share its id */
const SHARED = [
  'syscall',
  'SYSCALL',
  'success',
  'exit',
  'ppid',
  'pid',
  'auid',
  'AUID',
  'uid',
  'UID',
  'euid',
  'EUID',
  'tty',
  'ses',
  'comm',
  'exe',
  'key',
];
/** Records that the kernel writes beside a system call. */
const BESIDE = new Set([
  'EXECVE',
  'PATH',
  'CWD',
  'PROCTITLE',
  'SOCKADDR',
  'AVC',
  'OBJ_PID',
  'FD_PAIR',
  'MMAP',
  'IPC',
  'BPRM_FCAPS',
]);
/** Events of several processors interleave, a few at a time. */
const MAX_OPEN = 64;

/** A reader of one log: a record beside a system call gets that call's own fields under `SYSCALL`, as Laurel writes them. */
export function auditReader(): LineReader {
  const calls = new Map<string, JsonObject>();
  return {
    read: (line) => {
      const record = readAuditLine(line);
      if (record === undefined) return undefined;
      const { type, msg, node } = record;
      const event = `${String(node ?? '')} ${String(msg)}`;
      if (type === 'SYSCALL') {
        const [oldest] = calls.keys();
        if (calls.size >= MAX_OPEN && oldest !== undefined) calls.delete(oldest);
        calls.set(event, sharedOf(record));
      }
      const call = typeof type === 'string' && BESIDE.has(type) ? calls.get(event) : undefined;
      return { record: call === undefined || record['SYSCALL'] !== undefined ? record : { ...record, SYSCALL: call } };
    },
  };
}

function sharedOf(record: JsonObject): JsonObject {
  const shared: JsonObject = {};
  for (const key of SHARED) if (Object.hasOwn(record, key)) shared[key] = record[key] ?? null;
  return shared;
}

const bytesUntilNul = (hex: string): string => /^((?:(?!00)..)*)/.exec(hex)?.[1] ?? '';

/** The record of one line, or undefined where it is no line of the audit log. */
export function readAuditLine(line: string): JsonObject | undefined {
  if (!line.includes('audit(')) return undefined;
  const match = EVENT.exec(line);
  if (match === null) return undefined;
  const [whole, node, number = '', seconds = '', serial = ''] = match;
  const type = TYPES[number] ?? number;
  const record: JsonObject = { type, msg: `audit(${seconds}:${serial})`, serial };
  const before = line.slice(0, match.index).trim();
  const header = before === '' ? undefined : syslogLine(`${before} `)?.header;
  if (node !== undefined) record['node'] = node;
  else if (typeof header?.['hostname'] === 'string') record['node'] = header['hostname'];
  if (before !== '') record['header'] = before;
  const text = line.slice(match.index + whole.length);
  const pairs = text.replaceAll('\u001d', ' ').replace(DENIAL, (_, result: string, permissions: string) => {
    record['seresult'] = result;
    record['seperms'] = permissions.trim();
    return '';
  });
  addPairs(record, pairs, { type, put: fieldWriter(record) });
  const { saddr } = record;
  if (typeof saddr === 'string' && record['laddr'] === undefined && record['SADDR'] === undefined)
    Object.assign(record, socketOf(saddr));
  return record;
}

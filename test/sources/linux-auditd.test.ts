/** Lines of the Linux audit log: every form, what is encoded in them, and what they are as OCSF events. */
import { describe, expect, it } from 'vitest';
import { type JsonObject, valueAt } from '../../functions/core/json.ts';
import { auditReader, readAuditLine } from '../../functions/sources/linux-auditd/lines.ts';
import { linuxAuditd } from '../../functions/sources/linux-auditd/source.ts';
import { NOW_MS } from './samples.ts';

const MARK = 'msg=audit(1741080000.257:15795):';
const eventOf = (record: JsonObject) => linuxAuditd.toOcsf(record, { nowMs: NOW_MS });

describe('lines', () => {
  it.each<[string, JsonObject]>([
    [`type=CWD ${MARK} cwd="/root"`, { type: 'CWD', serial: '15795', cwd: '/root' }],
    [`node=web-1 type=CWD ${MARK} cwd="/root"`, { type: 'CWD', node: 'web-1' }],
    [`Mar  4 09:20:05 web-1 audispd: type=CWD ${MARK} cwd="/root"`, { type: 'CWD', node: 'web-1', cwd: '/root' }],
    ['audit: type=1300 audit(1741080000.257:15795): syscall=59', { type: 'SYSCALL', syscall: '59' }],
    [`type=EXECVE ${MARK} argc=2 a0="cat" a1=2F61206220`, { a0: 'cat', a1: '/a b' }],
    // Registers are no text, though they look like it.
    [`type=SYSCALL ${MARK} a0=2F61 comm=6C73`, { a0: '2F61', comm: 'ls' }],
    [`type=PATH ${MARK} name=(null) inode=5`, { inode: '5' }],
    [`type=SOCKADDR ${MARK} saddr=020001BBC63364070000000000000000`, { laddr: '198.51.100.7', lport: '443' }],
    [
      `type=SOCKADDR ${MARK} saddr=0A00005000000000${'20010DB8000000000000000000000001'}00000000`,
      { laddr: '2001:db8:0:0:0:0:0:1', lport: '80' },
    ],
    [`type=SOCKADDR ${MARK} saddr=01002F72756E2F7300000000`, { saddr_fam: 'local', path: '/run/s' }],
    [
      `type=SOCKADDR ${MARK} saddr=02\u001dSADDR={ saddr_fam=inet laddr=192.0.2.1 lport=22 }`,
      { laddr: '192.0.2.1', lport: '22' },
    ],
    [
      `type=USER_AUTH ${MARK} pid=1 msg='op=PAM:authentication acct="a b" res=failed'`,
      { acct: 'a b', op: 'PAM:authentication', res: 'failed' },
    ],
  ])('%s', (line, wanted) => expect(readAuditLine(line)).toMatchObject(wanted));

  it.each(['type=SYSCALL no mark', 'roses are red', 'see audit(1741080000.257:1) for more', '{"type":"SYSCALL"}'])(
    '%s is none',
    (line) => expect(readAuditLine(line)).toBeUndefined(),
  );

  it('a key of the prototype stays a key', () => {
    const record = readAuditLine(`type=CWD ${MARK} __proto__=x constructor=y`);
    expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
  });
});

it("records of one event are tied: each says who called, whatever lies between them, and has the event's number", () => {
  const reader = auditReader();
  const lines = [
    `type=SYSCALL ${MARK} arch=c000003e syscall=59 success=yes exit=0 ppid=6 pid=7 auid=1000 uid=0 ses=3 comm="perl" exe="/usr/bin/perl" key="run"`,
    'type=SYSCALL msg=audit(1741080000.300:15796): arch=c000003e syscall=2 success=no pid=99 uid=33 comm="nginx"',
    `type=EXECVE ${MARK} argc=2 a0="perl" a1="-v"`,
    'type=PATH msg=audit(1741080000.300:15796): item=0 name="/etc/shadow" nametype=NORMAL',
    `type=PATH msg=audit(1741080001.000:15797): item=0 name="/tmp/x" nametype=CREATE`,
  ];
  const [, , execve, path, alone] = lines.map((line) => {
    const read = reader.read(line);
    return eventOf(typeof read === 'object' ? read.record : {});
  });
  const facts = (event: ReturnType<typeof eventOf> | undefined, ...paths: string[]) => paths.map((one) => valueAt(event, one));
  expect(facts(execve, 'process.cmd_line', 'process.pid', 'actor.process.pid', 'actor.user.uid', 'status_id')).toEqual([
    'perl -v',
    7,
    6,
    '1000',
    1,
  ]);
  expect(facts(path, 'file.path', 'actor.process.name', 'actor.user.uid', 'status_id')).toEqual([
    '/etc/shadow',
    'nginx',
    '33',
    2,
  ]);
  expect(facts(alone, 'file.path', 'actor.process.name', 'status_id')).toEqual(['/tmp/x', undefined, undefined]);
  expect([execve, path].map((event) => valueAt(event, 'metadata.correlation_uid'))).toEqual(['15795', '15796']);
});

it.each<[string, number, number, Record<string, unknown>]>([
  [
    `type=SYSCALL ${MARK} arch=c000003e syscall=59 pid=7 ppid=6 auid=1000 uid=0 exe="/bin/id" success=yes`,
    1007,
    1,
    { 'process.pid': 7, 'actor.process.pid': 6, 'actor.user.uid': '1000', 'process.user.uid': '0' },
  ],
  [`type=SYSCALL ${MARK} arch=c00000b7 syscall=221 pid=7`, 1007, 1, { 'process.pid': 7 }],
  [`type=SYSCALL ${MARK} arch=c000003e syscall=221 pid=7`, 1003, 4, { 'kernel.name': '221', 'actor.process.pid': 7 }],
  [`type=SYSCALL ${MARK} syscall=175 SYSCALL=init_module success=yes`, 1005, 1, { status_id: 1 }],
  [
    `type=USER_LOGIN ${MARK} auid=4294967295 msg='acct="bob" addr=203.0.113.9 res=failed'`,
    3002,
    1,
    { 'user.name': 'bob', 'user.uid': undefined, 'src_endpoint.ip': '203.0.113.9', status_id: 2 },
  ],
  [`type=USER_END ${MARK} auid=1000 msg='acct="bob" res=success'`, 3002, 2, { 'user.uid': '1000', status_id: 1 }],
  [
    `type=ADD_USER ${MARK} auid=1000 msg='op=adding user id=1001 res=success'`,
    3001,
    1,
    { 'user.uid': '1001', 'actor.user.uid': '1000' },
  ],
  [`type=PATH ${MARK} name="/etc/shadow" nametype=DELETE`, 1001, 4, { 'file.path': '/etc/shadow' }],
  [`type=ANOM_PROMISCUOUS ${MARK} dev=eth0 prom=256`, 2004, 1, { severity_id: 3 }],
])('%s', (line, classUid, activity, facts) => {
  const event = eventOf(readAuditLine(line) ?? {});
  expect([event.class_uid, event.activity_id, event.time]).toEqual([classUid, activity, 1741080000257]);
  for (const [path, value] of Object.entries(facts)) expect([path, valueAt(event, path)]).toEqual([path, value]);
});

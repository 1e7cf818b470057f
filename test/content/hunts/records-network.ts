// Builds records of Zeek, Sysmon and Windows.
import type { JsonObject } from '../../../functions/core/json.ts';
import { iso, next, nextId, type Raw } from './records.ts';

const zeek = (ms: number, path: string, ends: [string, string, number], more: JsonObject): Raw => ({
  source: 'zeek',
  record: {
    _path: path,
    ts: ms / 1000,
    uid: `C${next()}`,
    'id.orig_h': ends[0],
    'id.orig_p': 40000 + (next() % 20000),
    'id.resp_h': ends[1],
    'id.resp_p': ends[2],
    proto: 'tcp',
    ...more,
  },
});

/** A connection as Zeek sees it: from, to, port. */
export const conn = (ms: number, ends: [string, string, number], more: JsonObject = {}): Raw =>
  zeek(ms, 'conn', ends, { duration: 1.5, orig_bytes: 800, resp_bytes: 9000, conn_state: 'SF', local_orig: true, ...more });
export const dns = (ms: number, from: string, query: string, more: JsonObject = {}): Raw =>
  zeek(ms, 'dns', [from, '10.0.0.2', 53], {
    proto: 'udp',
    trans_id: next() % 65536,
    query,
    qclass_name: 'C_INTERNET',
    qtype_name: 'A',
    rcode: 0,
    rcode_name: 'NOERROR',
    ...more,
  });
export const http = (ms: number, ends: [string, string, number], more: JsonObject = {}): Raw =>
  zeek(ms, 'http', ends, {
    method: 'GET',
    host: 'www.example.com',
    uri: '/',
    user_agent: 'Mozilla/5.0',
    request_body_len: 0,
    response_body_len: 5000,
    status_code: 200,
    ...more,
  });
export const modbus = (ms: number, from: string, to: string, func: string, unit = 1): Raw =>
  zeek(ms, 'modbus', [from, to, 502], { func, unit, pdu_type: 'REQ' });
export const dnp3 = (ms: number, from: string, to: string, fc_request: string): Raw =>
  zeek(ms, 'dnp3', [from, to, 20000], { fc_request, fc_reply: 'RESPONSE', iin: 0 });

export interface Proc {
  image: string;
  command?: string;
  parent?: string;
  host?: string;
  user?: string;
}

/** A process creation of Sysmon. */
export const proc = (ms: number, more: Proc): Raw => ({
  source: 'windows',
  record: {
    EventID: 1,
    Channel: 'Microsoft-Windows-Sysmon/Operational',
    Computer: more.host ?? 'PC-1.example.com',
    UtcTime: iso(ms).replace('T', ' ').replace('Z', ''),
    SourceName: 'Microsoft-Windows-Sysmon',
    ProcessGuid: `{${nextId()}}`,
    ProcessId: 1000 + (next() % 60000),
    Image: more.image,
    CommandLine: more.command ?? more.image,
    User: more.user ?? 'EXAMPLE\\aoi',
    ParentImage: more.parent ?? 'C:\\Windows\\explorer.exe',
    ParentCommandLine: more.parent ?? 'C:\\Windows\\explorer.exe',
    IntegrityLevel: 'Medium',
  },
});

/** A file created (11) as Sysmon sees it. */
export const fileWritten = (ms: number, host: string, image: string, target: string, id = 11): Raw => ({
  source: 'windows',
  record: {
    EventID: id,
    Channel: 'Microsoft-Windows-Sysmon/Operational',
    Computer: host,
    UtcTime: iso(ms).replace('T', ' ').replace('Z', ''),
    SourceName: 'Microsoft-Windows-Sysmon',
    Image: image,
    ProcessId: 4000,
    TargetFilename: target,
    User: 'EXAMPLE\\aoi',
  },
});

/** A logon (4624) or a failed one (4625) on a Windows host. */
export const logon = (ms: number, more: { host: string; user: string; ip: string; type?: number; failed?: boolean }): Raw => ({
  source: 'windows',
  record: {
    EventID: more.failed ? 4625 : 4624,
    Channel: 'Security',
    Computer: more.host,
    TimeCreated: iso(ms),
    TargetUserName: more.user,
    TargetDomainName: 'EXAMPLE',
    TargetUserSid: `S-1-5-21-1-2-3-${more.user.length}`,
    TargetLogonId: `0x${next().toString(16)}`,
    LogonType: more.type ?? 3,
    IpAddress: more.ip,
    IpPort: String(40000 + (next() % 20000)),
    LogonProcessName: 'Kerberos',
    ...(more.failed ? { Status: '0xc000006d', FailureReason: '%%2313' } : {}),
  },
});

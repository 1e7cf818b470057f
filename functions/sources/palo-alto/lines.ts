/** Reads PAN-OS log lines (comma-separated, bare or behind a syslog header) into the fields that PAN-OS names. @see PAN-OS Administrator's Guide, "Syslog Field Descriptions" */
import type { JsonObject } from '../../core/json.ts';
import { splitDelimited } from '../../core/mapping/split.ts';
import { named, syslogLine } from '../../core/text-lines.ts';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** The fields of all types; an underscore is one that is kept for future use. */
const HEAD = 'receive_time serial type subtype config_version time_generated';
const GROUPS = 'dg_hier_level_1 dg_hier_level_2 dg_hier_level_3 dg_hier_level_4 vsys_name device_name';
const SESSION =
  'src dst natsrc natdst rule srcuser dstuser app vsys from to inbound_if outbound_if logset _ sessionid repeatcnt sport dport natsport natdport flags proto action';

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  TRAFFIC: words(
    `${HEAD} ${SESSION} bytes bytes_sent bytes_received packets start elapsed category _ seqno actionflags srcloc dstloc _ pkts_sent pkts_received session_end_reason ${GROUPS} action_source src_uuid dst_uuid tunnelid monitortag parent_session_id parent_start_time tunnel assoc_id chunks chunks_sent chunks_received rule_uuid http2_connection link_change_count policy_id link_switches sdwan_cluster sdwan_device_type sdwan_cluster_type sdwan_site dynusergroup_name xff_ip src_category src_profile src_model src_vendor src_osfamily src_osversion src_host src_mac dst_category dst_profile dst_model dst_vendor dst_osfamily dst_osversion dst_host dst_mac container_id pod_namespace pod_name src_edl dst_edl hostid serialnumber src_dag dst_dag session_owner high_res_timestamp`,
  ),
  THREAT: words(
    `${HEAD} ${SESSION} misc threatid category severity direction seqno actionflags srcloc dstloc _ contenttype pcap_id filedigest cloud url_idx user_agent filetype xff referer sender subject recipient reportid ${GROUPS} _ src_uuid dst_uuid http_method tunnelid monitortag parent_session_id parent_start_time tunnel thr_category contentver _ assoc_id ppid http_headers url_category_list rule_uuid http2_connection dynusergroup_name xff_ip src_category src_profile src_model src_vendor src_osfamily src_osversion src_host src_mac dst_category dst_profile dst_model dst_vendor dst_osfamily dst_osversion dst_host dst_mac container_id pod_namespace pod_name src_edl dst_edl hostid serialnumber domain_edl src_dag dst_dag partial_hash high_res_timestamp reason justification`,
  ),
  SYSTEM: words(`${HEAD} vsys eventid object _ _ module severity opaque seqno actionflags ${GROUPS} _ _ high_res_timestamp`),
  CONFIG: words(`${HEAD} host vsys cmd admin client result path seqno actionflags ${GROUPS} dg_id comment _ high_res_timestamp`),
  /** With the custom fields of the change before `seqno`. */
  'CONFIG+': words(
    `${HEAD} host vsys cmd admin client result path before_change_detail after_change_detail seqno actionflags ${GROUPS} dg_id comment _ high_res_timestamp`,
  ),
  GLOBALPROTECT: words(
    `${HEAD} vsys eventid stage auth_method tunnel_type srcuser srcregion machinename public_ip public_ipv6 private_ip private_ipv6 hostid serialnumber client_ver client_os client_os_ver repeatcnt reason error opaque status location login_duration connect_method error_code portal seqno actionflags high_res_timestamp selection_type response_time priority attempted_gateways gateway ${GROUPS} vsys_id`,
  ),
  USERID: words(
    `${HEAD} vsys ip user datasourcename eventid repeatcnt timeout beginport endport datasource datasourcetype seqno actionflags ${GROUPS} vsys_id factortype factorcompletiontime factorno ugflags userbysource tag_name high_res_timestamp`,
  ),
  AUTHENTICATION: words(
    `${HEAD} vsys ip user normalize_user object authpolicy repeatcnt authid vendor logset serverprofile desc clienttype event factorno seqno actionflags ${GROUPS} vsys_id authproto rule_uuid high_res_timestamp`,
  ),
  HIPMATCH: words(
    `${HEAD} srcuser vsys machinename os src matchname repeatcnt matchtype _ _ seqno actionflags ${GROUPS} vsys_id srcipv6 hostid serialnumber mac high_res_timestamp`,
  ),
};

const LINE = /(?:^|[\s:])([^\s,]*),(\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2},[^,]*,([A-Z][A-Z-]{3,20}),.*)$/s;
/** Types that we have no list of fields for: the first six are the same. */
const TYPES =
  /^(?:TRAFFIC|THREAT|SYSTEM|CONFIG|GLOBALPROTECT|USERID|AUTHENTICATION|HIP-?MATCH|DECRYPTION|CORRELATION|SCTP|GTP|IPTAG|AUDIT|TUNNEL|WILDFIRE|DATA|URL)$/;

/** `for user 'bob'`, `From: 192.0.2.1` in the text of a system event. */
const WHO = /user(?:name)?:? '?([^\s',]+)'?/i;
const WHENCE = /(?:from:?(?: ip)?|source ip:?) '?\[?(\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:]*)/i;

/** The record of one line, or undefined where it is none of PAN-OS. */
export function readPanosLine(line: string): JsonObject | undefined {
  if (!line.includes(',')) return undefined;
  const [whole = '', first = '', rest = '', type = ''] = LINE.exec(line) ?? [];
  if (!TYPES.test(type)) return undefined;
  const { values, isExact } = splitDelimited(rest, ',');
  const names = FIELDS[type === 'CONFIG' && values.length > 24 ? 'CONFIG+' : type.replace('-', '')] ?? words(HEAD);
  const record = named(
    names.map((name, n) => (name === '_' ? `future_use_${n + 2}` : name)),
    values,
    EMPTY,
  );
  if (first !== '' && first !== '1') record['future_use_1'] = first;
  if (!isExact) record['line'] = rest;
  const before = line.slice(0, line.length - whole.length).trim();
  if (before !== '') {
    record['header'] = before;
    const hostname = syslogLine(`${before} `)?.header['hostname'];
    if (typeof hostname === 'string') record['hostname'] = hostname;
  }
  const { opaque } = record;
  if (type === 'SYSTEM' && typeof opaque === 'string' && opaque.length < 4096 && /auth|log(?:ged|in|out)/i.test(opaque)) {
    const [, user] = WHO.exec(opaque) ?? [];
    const [, from] = WHENCE.exec(opaque) ?? [];
    if (user !== undefined) record['auth_user'] = user;
    if (from !== undefined) record['auth_from'] = from;
  }
  return record;
}
const EMPTY: ReadonlySet<string> = new Set(['']);

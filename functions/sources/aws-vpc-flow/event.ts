/** Turns one flow log record into one OCSF Network Activity. @see VPC User Guide, "Flow log records" */
import type { JsonObject } from '../../core/json.ts';
import type { OcsfEvent } from '../../core/ocsf/event.ts';
import { type DraftAttributes, finishEvent } from '../../core/ocsf/finish.ts';
import { ipVersionOf, protocolName } from '../../core/ocsf/parts.ts';
import { RawRecord } from '../../core/ocsf/raw-record.ts';
import { recordUid } from '../../core/ocsf/record-uid.ts';
import { isoText } from '../../core/timestamp.ts';
import type { MapContext } from '../source.ts';

export const NETWORK_ACTIVITY = 4001;

const TRAFFIC = 6;
const INFORMATIONAL = 1;
const ALLOWED = 1;
const DENIED = 2;
const BLOCKED = 2;
const INBOUND = 1;
const OUTBOUND = 2;
const UNKNOWN = 0;
const NOBODY = 'Unknown';

/** `traffic-path` → OCSF boundary_id. @see VPC User Guide, "traffic-path" */
const BOUNDARIES: ReadonlyMap<unknown, number> = new Map([4, 5, 6, 7, 8, 9, 10, 11].map((id, i) => [String(i + 1), id]));

/** A field under either spelling: `pkt-srcaddr` of lines, `pkt_srcaddr` of Parquet and exports. */
const spelled = (raw: RawRecord, name: string): string => (raw.has(name) ? name : name.replaceAll('-', '_'));

/** Never throws. A record without data (NODATA, SKIPDATA) is an event with its status. */
export function toOcsf(record: JsonObject, context: MapContext): OcsfEvent {
  const raw = new RawRecord(record);
  const text = (name: string): string | undefined => raw.text(spelled(raw, name));
  const direction = raw.value(spelled(raw, 'flow-direction'));
  const start = raw.timeMs('start');
  const end = raw.timeMs('end');
  const attributes: DraftAttributes = {
    ...parties(raw, text, direction),
    connection_info: connectionOf(raw, direction),
    traffic: { bytes: raw.integer('bytes'), packets: raw.integer('packets') },
    cloud: {
      provider: 'AWS',
      region: text('region'),
      zone: text('az-id'),
      account: { uid: text('account-id') },
    },
    ...actionOf(raw),
    status_code: text('log-status'),
    status_detail: text('reject-reason'),
    start_time: start,
    start_time_dt: start === undefined ? undefined : isoText(start),
    end_time: end,
    end_time_dt: end === undefined ? undefined : isoText(end),
  };
  const version = text('version');
  return finishEvent({
    class_uid: NETWORK_ACTIVITY,
    activity_id: TRAFFIC,
    time: start ?? end ?? context.nowMs,
    severity_id: INFORMATIONAL,
    metadata: {
      uid: recordUid(record),
      product: {
        name: raw.has(spelled(raw, 'tgw-id')) ? 'Transit Gateway' : 'Amazon VPC',
        vendor_name: 'AWS',
        feature: { name: 'Flow Logs' },
        ...(version === undefined ? {} : { version }),
      },
    },
    attributes,
    unmapped: raw.rest(),
  });
}

type ReadText = (name: string) => string | undefined;

/**
 * Both ends, and the interface that saw the flow: it is the destination of an ingress flow, the source of an egress one. Where the
 * record does not say which, it is the device.
 */
function parties(raw: RawRecord, text: ReadText, direction: unknown): DraftAttributes {
  const own = {
    interface_uid: text('interface-id'),
    instance_uid: text('instance-id'),
    vpc_uid: text('vpc-id'),
    subnet_uid: text('subnet-id'),
  };
  const src_endpoint: DraftAttributes = {
    ...addressed(raw, 'src'),
    svc_name: text('pkt-src-aws-service'),
  };
  const dst_endpoint: DraftAttributes = {
    ...addressed(raw, 'dst'),
    svc_name: text('pkt-dst-aws-service'),
  };
  const seenBy = direction === 'ingress' ? dst_endpoint : direction === 'egress' ? src_endpoint : undefined;
  const device: DraftAttributes = {};
  if (Object.values(own).some((value) => value !== undefined)) {
    if (seenBy !== undefined) Object.assign(seenBy, own);
    else if (isKnown(src_endpoint, dst_endpoint)) Object.assign(device, named({ type_id: UNKNOWN, ...own }, true));
    else Object.assign(src_endpoint, own);
  }
  return { src_endpoint: named(src_endpoint, !isKnown(dst_endpoint)), dst_endpoint: named(dst_endpoint, false), device };
}

/** OCSF wants a name beside a port, and at least one end. */
function named(endpoint: DraftAttributes, isNeeded: boolean): DraftAttributes {
  const isSomething = isNeeded || Object.values(endpoint).some((value) => value !== undefined);
  return isSomething && !isKnown(endpoint) ? { ...endpoint, name: NOBODY } : endpoint;
}

/** What OCSF takes for the name of an endpoint, of what we set. */
const NAMES = ['ip', 'svc_name', 'instance_uid', 'interface_uid'] as const;

const isKnown = (...endpoints: readonly DraftAttributes[]): boolean =>
  endpoints.some((endpoint) => NAMES.some((name) => endpoint[name] !== undefined));

/** One end; the packet's own address beside the interface's, where a NAT or a container stands between them. */
function addressed(raw: RawRecord, end: 'src' | 'dst'): DraftAttributes {
  const ip = raw.ip(`${end}addr`);
  const packetField = spelled(raw, `pkt-${end}addr`);
  const packet = raw.ip(packetField);
  return {
    ip: ip ?? packet,
    port: raw.port(`${end}port`),
    intermediate_ips: ip !== undefined && packet !== undefined && packet !== ip ? [packet] : undefined,
  };
}

function connectionOf(raw: RawRecord, direction: unknown): DraftAttributes {
  const path = raw.value(spelled(raw, 'traffic-path'));
  const protocol_num = raw.count('protocol');
  const address = raw.value('srcaddr') ?? raw.value(spelled(raw, 'pkt-srcaddr'));
  return {
    direction_id: direction === 'ingress' ? INBOUND : direction === 'egress' ? OUTBOUND : UNKNOWN,
    boundary_id: BOUNDARIES.get(typeof path === 'number' ? String(path) : path),
    protocol_num,
    protocol_name: protocolName(protocol_num),
    protocol_ver_id: ipVersionOf(typeof address === 'string' ? address : undefined),
    tcp_flags: raw.count(spelled(raw, 'tcp-flags')),
  };
}

/** ACCEPT and REJECT also stay as they are written. */
function actionOf(raw: RawRecord): DraftAttributes {
  const action = raw.value('action');
  if (action === 'REJECT') return { action_id: DENIED, disposition_id: BLOCKED };
  return action === 'ACCEPT' ? { action_id: ALLOWED, disposition_id: ALLOWED } : {};
}

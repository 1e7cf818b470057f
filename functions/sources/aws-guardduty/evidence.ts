/** Turns a finding's action into OCSF evidences: who called, connected, asked or ran what. @see GuardDuty API reference, "Action" */
import type { JsonObject } from '../../core/json.ts';
import { jsonText } from '../../core/json-text.ts';
import { present } from '../../core/ocsf/parts.ts';
import { callerOf, endpointOf, integerAt, ipAt, objectAt, objectsAt, portOf, textAt } from './parts.ts';
import { processOf } from './process.ts';

const INBOUND = 1;
const OUTBOUND = 2;
const UNKNOWN = 0;

type Act = (action: JsonObject, finding: JsonObject) => JsonObject[];

const ACTIONS: Readonly<Record<string, Act>> = {
  awsApiCallAction: apiCall,
  networkConnectionAction: networkConnection,
  portProbeAction: portProbe,
  dnsRequestAction: dnsRequest,
  kubernetesApiCallAction: kubernetesApiCall,
  rdsLoginAttemptAction: rdsLogin,
};

/** One evidence for each thing done; the first also keeps the whole action as JSON text. */
export function evidencesOf(finding: JsonObject): JsonObject[] {
  const action = objectAt(finding, 'service', 'action');
  const evidences = Object.entries(ACTIONS).flatMap(([key, act]) => {
    const details = objectAt(action, key);
    return Object.keys(details).length === 0 ? [] : act(details, finding);
  });
  const process = processOf(objectAt(finding, 'service', 'runtimeDetails', 'process'));
  if (process !== undefined) evidences.push({ process });
  const hasAction = Object.keys(action).length > 0;
  if (evidences.length === 0 && hasAction) evidences.push({});
  const [first] = evidences;
  if (first !== undefined && hasAction) first['data'] = jsonText(action);
  return evidences;
}

function apiCall(action: JsonObject, finding: JsonObject): JsonObject[] {
  const operation = textAt(action, 'api');
  const service = textAt(action, 'serviceName');
  const error = textAt(action, 'errorCode');
  const user = callerOf(finding);
  const userAgent = textAt(action, 'userAgent');
  const api = present({
    operation,
    service: service === undefined ? undefined : { name: service },
    response: error === undefined ? undefined : { error },
  });
  return [
    present({
      actor: user === undefined ? undefined : { user },
      api: operation === undefined ? undefined : api,
      src_endpoint: callerEndpoint(action),
      http_request: userAgent === undefined ? undefined : { user_agent: userAgent },
    }),
  ];
}

/** A remote address, or an AWS service's domain. */
function callerEndpoint(action: JsonObject): JsonObject | undefined {
  const endpoint = endpointOf(objectAt(action, 'remoteIpDetails'));
  if (Object.keys(endpoint).length > 0) return endpoint;
  const domain = textAt(objectAt(action, 'domainDetails'), 'domain');
  if (domain === undefined) return undefined;
  return /\.amazonaws\.com(\.cn)?$/.test(domain) ? { domain, svc_name: domain } : { domain };
}

function networkConnection(action: JsonObject, finding: JsonObject): JsonObject[] {
  const direction = textAt(action, 'connectionDirection');
  const remote = endpointOf(objectAt(action, 'remoteIpDetails'), objectAt(action, 'remotePortDetails'));
  const local = localEndpoint(action, finding);
  const isOutbound = direction === 'OUTBOUND';
  return [
    present({
      src_endpoint: isOutbound ? local : remote,
      dst_endpoint: isOutbound ? remote : local,
      connection_info: connectionInfo(
        direction === 'INBOUND' ? INBOUND : isOutbound ? OUTBOUND : UNKNOWN,
        textAt(action, 'protocol'),
      ),
    }),
  ];
}

const connectionInfo = (direction_id: number, protocol: string | undefined): JsonObject =>
  present({ direction_id, protocol_name: protocol?.toLowerCase() });

/** The instance's side, known by its id where the action has no local address. */
function localEndpoint(action: JsonObject, finding: JsonObject): JsonObject {
  const { ip } = endpointOf(objectAt(action, 'localIpDetails'));
  const instance = instanceEndpoint(finding);
  const named = { ...instance, ...present({ ip: ip ?? instance['ip'], port: portOf(objectAt(action, 'localPortDetails')) }) };
  return named['ip'] === undefined && named['instance_uid'] === undefined ? {} : named;
}

function instanceEndpoint(finding: JsonObject): JsonObject {
  const instance = objectAt(finding, 'resource', 'instanceDetails');
  const [network] = objectsAt(instance, 'networkInterfaces');
  return present({
    instance_uid: textAt(instance, 'instanceId'),
    ip: ipAt(network ?? {}, 'privateIpAddress'),
    hostname: textAt(network ?? {}, 'privateDnsName'),
    interface_uid: textAt(network ?? {}, 'networkInterfaceId'),
    subnet_uid: textAt(network ?? {}, 'subnetId'),
    vpc_uid: textAt(network ?? {}, 'vpcId'),
  });
}

function portProbe(action: JsonObject, finding: JsonObject): JsonObject[] {
  return objectsAt(action, 'portProbeDetails').map((probe) => ({
    src_endpoint: endpointOf(objectAt(probe, 'remoteIpDetails')),
    dst_endpoint: localEndpoint(probe, finding),
    connection_info: connectionInfo(INBOUND, 'tcp'),
  }));
}

function dnsRequest(action: JsonObject, finding: JsonObject): JsonObject[] {
  const hostname = textAt(action, 'domain');
  return [
    present({
      query: hostname === undefined ? undefined : { hostname },
      src_endpoint: instanceEndpoint(finding),
      connection_info: connectionInfo(OUTBOUND, textAt(action, 'protocol')),
    }),
  ];
}

function kubernetesApiCall(action: JsonObject, finding: JsonObject): JsonObject[] {
  const caller = objectAt(finding, 'resource', 'kubernetesDetails', 'kubernetesUserDetails');
  const groups = Array.isArray(caller['groups']) ? caller['groups'].filter((name) => typeof name === 'string') : [];
  const user = present({
    name: textAt(caller, 'username'),
    uid: textAt(caller, 'uid'),
    groups: groups.map((name) => ({ name })),
  });
  const isNamed = user['name'] !== undefined || user['uid'] !== undefined;
  const path = textAt(action, 'requestUri');
  const verb = textAt(action, 'verb');
  const code = integerAt(action, 'statusCode');
  return [
    present({
      actor: isNamed ? { user } : undefined,
      api:
        verb === undefined
          ? undefined
          : present({ operation: verb, service: { name: 'kubernetes' }, response: code === undefined ? undefined : { code } }),
      src_endpoint: endpointOf(objectAt(action, 'remoteIpDetails')),
      http_request: present({ user_agent: textAt(action, 'userAgent'), url: path === undefined ? undefined : { path } }),
    }),
  ];
}

function rdsLogin(action: JsonObject): JsonObject[] {
  const src_endpoint = endpointOf(objectAt(action, 'remoteIpDetails'));
  const logins = objectsAt(action, 'loginAttributes');
  if (logins.length === 0) return [{ src_endpoint }];
  return logins.map((login) => {
    const name = textAt(login, 'user');
    return present({ src_endpoint: { ...src_endpoint }, user: name === undefined ? undefined : { name } });
  });
}

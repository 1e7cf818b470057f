/** Turns where a call came from into the OCSF source endpoint. */
import { isIp } from '../../core/ip.ts';
import type { JsonObject } from '../../core/json.ts';
import { textOr, type Unmapped } from '../../core/ocsf/unmapped.ts';

const SERVICE = /^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/i;
const DOMAIN = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i;

/** True for what stands in address fields when an AWS service made the call: `ec2.amazonaws.com`, `AWS Internal`. */
export const isAwsService = (text: string | undefined): boolean =>
  text !== undefined && (text === 'AWS Internal' || SERVICE.test(text));

/**
 * The caller's endpoint: an address goes to `ip`, an AWS service to `svc_name` (and `domain`, as Security Lake has it),
 * any other host name to `domain`, any other text to `name`. The VPC endpoint is its uid.
 */
export function sourceEndpoint(record: JsonObject, rest: Unmapped): JsonObject {
  const endpoint: JsonObject = {};
  const source = textOr(rest, 'sourceIPAddress', record['sourceIPAddress']);
  if (source !== undefined) {
    if (isIp(source)) endpoint['ip'] = source;
    else if (isAwsService(source)) {
      endpoint['svc_name'] = source;
      if (source !== 'AWS Internal') endpoint['domain'] = source;
    } else if (DOMAIN.test(source)) endpoint['domain'] = source;
    else endpoint['name'] = source;
  }
  const vpcEndpoint = textOr(rest, 'vpcEndpointId', record['vpcEndpointId']);
  if (vpcEndpoint !== undefined) endpoint['uid'] = vpcEndpoint;
  const owner = textOr(rest, 'vpcEndpointAccountId', record['vpcEndpointAccountId']);
  if (owner !== undefined) endpoint['owner'] = { account: { uid: owner } };
  return endpoint;
}

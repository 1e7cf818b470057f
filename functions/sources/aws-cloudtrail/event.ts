/** Turns one CloudTrail record into one OCSF event. @see CloudTrail User Guide, "CloudTrail record contents" (event version 1.11) */
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { jsonText } from '../../core/json-text.ts';
import type { OcsfEvent } from '../../core/ocsf/event.ts';
import { type EventDraft, finishEvent } from '../../core/ocsf/finish.ts';
import { recordUid } from '../../core/ocsf/record-uid.ts';
import { keep, keepOthers, textOr, type Unmapped } from '../../core/ocsf/unmapped.ts';
import { isoText, type ReadTime, readTime } from '../../core/timestamp.ts';
import type { MapContext } from '../source.ts';
import { addAccountChange } from './account-change.ts';
import { addAuthentication } from './authentication.ts';
import { ACCOUNT_CHANGE, API_ACTIVITY, AUTHENTICATION, classify } from './classify.ts';
import { isAwsService, sourceEndpoint } from './endpoint.ts';
import { actorOf } from './identity.ts';
import { outcomeOf } from './outcome.ts';
import { requestedResources, resourcesOf } from './resources.ts';
import { keepUntold } from './untold.ts';

/** Everything else of a record goes to `unmapped`: `readOnly`, `tlsDetails`, `additionalEventData`, `insightDetails`… */
const TYPED_KEYS: ReadonlySet<string> = new Set([
  'eventVersion',
  'eventTime',
  'eventID',
  'eventName',
  'eventSource',
  'eventType',
  'eventCategory',
  'awsRegion',
  'sourceIPAddress',
  'userAgent',
  'errorCode',
  'errorMessage',
  'requestParameters',
  'responseElements',
  'requestID',
  'apiVersion',
  'recipientAccountId',
  'sharedEventID',
  'vpcEndpointId',
  'vpcEndpointAccountId',
  'userIdentity',
  'resources',
]);

/**
 * In `metadata.labels` of every event that an AWS service made, on its own or on somebody's behalf: own `userIdentity` of type
 * AWSService, `invokedBy`, a service as source address, or a service event from no address. Rules leave AWS's own traffic out by it.
 */
export const AWS_SERVICE_LABEL = 'aws_service';

const INFORMATIONAL = 1;
/** What stands where OCSF requires a name and the record has none. */
const UNKNOWN = 'Unknown';

/** Never throws. A sparse record still becomes a valid event; `context.nowMs` is its time where it has none. */
export function toOcsf(record: JsonObject, context: MapContext): OcsfEvent {
  const rest: Unmapped = {};
  keepOthers(rest, '', record, TYPED_KEYS);
  const insight = isJsonObject(record['insightDetails']) ? record['insightDetails'] : undefined;
  const ownName = textOr(rest, 'eventName', record['eventName']);
  const ownSource = textOr(rest, 'eventSource', record['eventSource']);
  const name = ownName ?? textIn(insight, 'eventName') ?? textIn(record, 'eventType') ?? UNKNOWN;
  const service = ownSource ?? textIn(insight, 'eventSource');
  const kind = insight === undefined ? classify(service ?? '', name, record) : INSIGHT;
  const uid = textOr(rest, 'eventID', record['eventID']) ?? recordUid(record);
  const actor = actorOf(record['userIdentity'], rest);
  const endpoint = sourceEndpoint(record, rest);
  if (insight !== undefined) observedByCloudTrail(actor, endpoint);
  const account = textOr(rest, 'recipientAccountId', record['recipientAccountId']);
  const attributes: JsonObject = {
    actor,
    src_endpoint: endpoint,
    api: apiOf(record, { name, service, uid }, rest),
    cloud: cloudOf(record, account, accountOf(actor), rest),
  };
  const userAgent = textOr(rest, 'userAgent', record['userAgent']);
  if (userAgent !== undefined) attributes['http_request'] = { user_agent: userAgent };
  if (kind.class_uid !== ACCOUNT_CHANGE && service !== undefined) attributes['dst_endpoint'] = { svc_name: service };
  addOutcome(attributes, record, name);
  addClass(attributes, record, { class_uid: kind.class_uid, name, account: account ?? accountOf(actor), rest });
  const time = timeOf(record, context, rest);
  const metadata = metadataOf(record, uid, rest);
  keepUntold(record, { uid, name, service, eventCode: metadata['event_code'], actor }, rest);
  const draft: EventDraft = {
    class_uid: kind.class_uid,
    activity_id: kind.activity_id,
    activity_name: kind.activity_name,
    time: time.ms,
    time_dt: time.iso,
    severity_id: INFORMATIONAL,
    metadata,
    attributes,
    unmapped: rest,
  };
  if (madeByAws(record, actor, endpoint)) draft.metadata['labels'] = [AWS_SERVICE_LABEL];
  fillRequired(attributes, kind.class_uid, service);
  return finishEvent(draft);
}

const INSIGHT = { class_uid: API_ACTIVITY, activity_id: 99, activity_name: 'Insight' };

const CLOUDTRAIL = 'cloudtrail.amazonaws.com';

/** An Insights event has neither caller nor address: CloudTrail itself saw the rate change. */
function observedByCloudTrail(actor: JsonObject, endpoint: JsonObject): void {
  if (actor['user'] === undefined && actor['app_name'] === undefined) actor['app_name'] = CLOUDTRAIL;
  if (Object.keys(endpoint).length === 0) endpoint['svc_name'] = CLOUDTRAIL;
}

const textIn = (holder: JsonObject | undefined, key: string): string | undefined => {
  const value = holder?.[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

function timeOf(record: JsonObject, context: MapContext, rest: Unmapped): ReadTime {
  const { eventTime } = record;
  if (typeof eventTime !== 'string' && typeof eventTime !== 'number') keep(rest, 'eventTime', eventTime);
  return readTime(eventTime) ?? { ms: context.nowMs, iso: isoText(context.nowMs) };
}

function metadataOf(record: JsonObject, uid: string, rest: Unmapped): EventDraft['metadata'] {
  const product: JsonObject & { name: string; vendor_name: string } = { name: 'CloudTrail', vendor_name: 'AWS' };
  const version = textOr(rest, 'eventVersion', record['eventVersion']);
  if (version !== undefined) product['version'] = version;
  const category = textOr(rest, 'eventCategory', record['eventCategory']);
  if (category !== undefined) product['feature'] = { name: category };
  const metadata: EventDraft['metadata'] = { uid, product };
  const type = textOr(rest, 'eventType', record['eventType']);
  if (type !== undefined) metadata['event_code'] = type;
  const original = record['eventTime'];
  if ((typeof original === 'string' && original !== '') || typeof original === 'number')
    metadata['original_time'] = String(original);
  else if (original === '') rest['eventTime'] = '';
  const shared = textOr(rest, 'sharedEventID', record['sharedEventID']);
  if (shared !== undefined) metadata['correlation_uid'] = shared;
  return metadata;
}

interface Call {
  name: string;
  service: string | undefined;
  uid: string;
}

/** Request and response are JSON text: their keys differ for each API, sometimes in case only. Null is kept apart from absent. */
function apiOf(record: JsonObject, call: Call, rest: Unmapped): JsonObject {
  const api: JsonObject = { operation: call.name };
  if (call.service !== undefined) api['service'] = { name: call.service };
  const version = textOr(rest, 'apiVersion', record['apiVersion']);
  if (version !== undefined) api['version'] = version;
  const requestId = textOr(rest, 'requestID', record['requestID']);
  const { requestParameters, responseElements } = record;
  const hasData = requestParameters !== undefined && requestParameters !== null;
  if (requestParameters === null) rest['requestParameters'] = 'null';
  // OCSF requires a request's uid; where CloudTrail gives none, the event stands for its request.
  if (requestId !== undefined || hasData) api['request'] = { uid: requestId ?? call.uid };
  if (hasData && isJsonObject(api['request'])) api['request']['data'] = jsonText(requestParameters);
  const response: JsonObject = {};
  const error = textOr(rest, 'errorCode', record['errorCode']);
  const message = textOr(rest, 'errorMessage', record['errorMessage']);
  if (error !== undefined) response['error'] = error;
  if (message !== undefined) response['message'] = message;
  if (responseElements === null) rest['responseElements'] = 'null';
  else if (responseElements !== undefined) response['data'] = jsonText(responseElements);
  if (Object.keys(response).length > 0) api['response'] = response;
  return api;
}

/** What stands in the account's labels where the record names no recipient and the caller's own account is taken. */
const INFERRED = 'inferred';

function cloudOf(record: JsonObject, own: string | undefined, inferred: string | undefined, rest: Unmapped): JsonObject {
  const cloud: JsonObject = { provider: 'AWS' };
  const region = textOr(rest, 'awsRegion', record['awsRegion']);
  if (region !== undefined) cloud['region'] = region;
  if (own !== undefined) cloud['account'] = { uid: own };
  else if (inferred !== undefined) cloud['account'] = { uid: inferred, labels: [INFERRED] };
  return cloud;
}

function accountOf(actor: JsonObject): string | undefined {
  const user = actor['user'];
  const account = isJsonObject(user) ? user['account'] : undefined;
  return isJsonObject(account) ? textIn(account, 'uid') : undefined;
}

function addOutcome(attributes: JsonObject, record: JsonObject, name: string): void {
  const status = outcomeOf(record, name);
  if (status !== undefined) attributes['status_id'] = status;
  const { errorCode, errorMessage } = record;
  if (typeof errorCode === 'string' || typeof errorCode === 'number') attributes['status_code'] = String(errorCode);
  if (typeof errorMessage === 'string' || typeof errorMessage === 'number') attributes['status_detail'] = String(errorMessage);
}

interface ClassContext {
  class_uid: number;
  name: string;
  account: string | undefined;
  rest: Unmapped;
}

function addClass(attributes: JsonObject, record: JsonObject, { class_uid, name, account, rest }: ClassContext): void {
  if (class_uid === API_ACTIVITY) {
    const told = resourcesOf(record['resources'], rest);
    const resources = told.length > 0 ? told : requestedResources(record['requestParameters'], record['awsRegion']);
    if (resources.length > 0) attributes['resources'] = resources;
    return;
  }
  keep(rest, 'resources', record['resources']);
  if (class_uid === ACCOUNT_CHANGE) addAccountChange(attributes, record, account);
  if (class_uid === AUTHENTICATION) addAuthentication(attributes, record, name);
}

function madeByAws(record: JsonObject, actor: JsonObject, endpoint: JsonObject): boolean {
  const identity = record['userIdentity'];
  if (isJsonObject(identity) && identity['type'] === 'AWSService') return true;
  if (isAwsService(textIn(actor, 'app_name')) || endpoint['svc_name'] !== undefined) return true;
  return (
    record['eventType'] === 'AwsCloudTrailInsight' || (record['eventType'] === 'AwsServiceEvent' && endpoint['ip'] === undefined)
  );
}

/** What OCSF requires and the record left out: the service for its own events, `Unknown` for the rest. */
function fillRequired(attributes: JsonObject, class_uid: number, service: string | undefined): void {
  const { actor, src_endpoint } = attributes;
  if (isJsonObject(actor)) {
    if (actor['user'] === undefined && actor['app_name'] === undefined && actor['session'] === undefined)
      actor['app_name'] = service ?? UNKNOWN;
    if (class_uid !== API_ACTIVITY && attributes['user'] === undefined)
      attributes['user'] = isJsonObject(actor['user']) ? { ...actor['user'] } : { name: UNKNOWN };
  }
  const hasSource = isJsonObject(src_endpoint) && Object.keys(src_endpoint).some((key) => key !== 'owner');
  if (isJsonObject(src_endpoint) && !hasSource) src_endpoint['name'] = UNKNOWN;
  if (class_uid === AUTHENTICATION && service === undefined) attributes['service'] = { name: UNKNOWN };
}

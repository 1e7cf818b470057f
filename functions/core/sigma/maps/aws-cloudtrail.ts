/** Where CloudTrail's raw fields lie in the lake. Each expression gives the record's own text, or NULL where the column was derived. */
import type { LakeMap } from '../sql/lake-map.ts';

const kept = (path: string): string => `element_at(unmapped, '${path}')`;
/** A column, unless it holds one of the texts that the mapping writes for itself; then `unmapped` has the record's own. */
const unless = (column: string, derived: string): string => `CASE WHEN NOT (${derived}) THEN ${column} END`;
const same = (a: string, b: string): string => `coalesce(${a} = ${b}, false)`;

const INSIGHT_NAME = kept('insightDetails.eventName');
const ISSUER = 'userIdentity.sessionContext.sessionIssuer';
const UID = 'actor.user.uid';
const BEHALF = same(UID, kept('userIdentity.onBehalfOf.userId'));

/** `2026-11-20T08:00:00Z`, with milliseconds only where there are any, as the mapping writes times. */
const isoSql = (column: string): string =>
  `concat(date_format(${column}, '%Y-%m-%dT%H:%i:%s'), CASE WHEN millisecond(${column}) = 0 THEN 'Z' ELSE concat('.', lpad(CAST(millisecond(${column}) AS varchar), 3, '0'), 'Z') END)`;

/** @see sources/aws-cloudtrail/event.ts, whose `keepUntold` keeps what these expressions could not tell */
export const AWS_CLOUDTRAIL: LakeMap = {
  source: 'aws-cloudtrail',
  logsources: [{ product: 'aws', service: 'cloudtrail' }],
  classes: [6003, 3002, 3001],
  columns: {
    eventVersion: 'metadata.product.version',
    eventTime: 'metadata.original_time',
    // An event without an id is known by its digest.
    eventID: unless('metadata.uid', "regexp_like(metadata.uid, '\\A[0-9a-f]{64}\\z')"),
    eventName: unless(
      'api.operation',
      `api.operation IN ('Unknown', 'null', '[]') OR ${same('api.operation', 'metadata.event_code')} OR ${same('api.operation', INSIGHT_NAME)}`,
    ),
    eventSource: unless(
      'api.service.name',
      `api.service.name IN ('null', '[]') OR ${same('api.service.name', kept('insightDetails.eventSource'))}`,
    ),
    eventType: 'metadata.event_code',
    eventCategory: 'metadata.product.feature.name',
    awsRegion: 'cloud.region',
    sourceIPAddress: `coalesce(src_endpoint.ip, src_endpoint.domain, CASE WHEN src_endpoint.svc_name = 'AWS Internal' THEN src_endpoint.svc_name END, CASE WHEN src_endpoint.name <> 'Unknown' THEN src_endpoint.name END)`,
    userAgent: 'http_request.user_agent',
    errorCode: 'api.response.error',
    errorMessage: 'api.response.message',
    requestID: unless('api.request.uid', same('api.request.uid', 'metadata.uid')),
    apiVersion: 'api.version',
    recipientAccountId: `CASE WHEN coalesce(cardinality(cloud.account.labels), 0) = 0 THEN cloud.account.uid END`,
    sharedEventID: 'metadata.correlation_uid',
    vpcEndpointId: 'src_endpoint.uid',
    vpcEndpointAccountId: 'src_endpoint.owner.account.uid',
    'userIdentity.type': 'actor.user.type',
    'userIdentity.principalId': `coalesce(actor.user.uid_alt, CASE WHEN NOT starts_with(${UID}, 'arn:') AND NOT ${BEHALF} AND ${UID} NOT IN ('null', '[]') AND ${kept('userIdentity.arn')} IS NULL THEN ${UID} END)`,
    'userIdentity.arn': `CASE WHEN starts_with(${UID}, 'arn:') AND NOT ${BEHALF} AND NOT ${same(UID, kept('userIdentity.principalId'))} THEN ${UID} END`,
    'userIdentity.accountId': 'actor.user.account.uid',
    'userIdentity.accessKeyId': 'actor.user.credential_uid',
    'userIdentity.userName': unless(
      'actor.user.name',
      `actor.user.name IN ('root', 'null', '[]') OR ${same('actor.user.name', 'actor.invoked_by')} OR ${same('actor.user.name', kept(`${ISSUER}.userName`))}`,
    ),
    'userIdentity.invokedBy': 'actor.invoked_by',
    'userIdentity.credentialId': 'actor.session.uid',
    'userIdentity.sessionContext.attributes.mfaAuthenticated': 'CAST(actor.session.is_mfa AS varchar)',
    'userIdentity.sessionContext.attributes.creationDate': `CASE WHEN ${kept('userIdentity.sessionContext.attributes.creationDate')} IS NULL THEN ${isoSql('actor.session.created_time_dt')} END`,
    [`${ISSUER}.arn`]: 'actor.session.issuer',
    'userIdentity.sessionContext.webIdFederationData.federatedProvider': unless(
      'actor.idp.name',
      same('actor.idp.name', kept('userIdentity.identityProvider')),
    ),
  },
  json: { requestParameters: 'api.request.data', responseElements: 'api.response.data' },
  // They stand as OCSF resources among those that the request names.
  whole: ['resources'],
};

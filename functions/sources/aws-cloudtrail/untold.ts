/** Keeps raw values of which the OCSF event alone could not tell that the record had them, since it may hold the same text by inference. */
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import { keep, type Unmapped } from '../../core/ocsf/unmapped.ts';

/** Attributes that are read from the record, or inferred where it lacks them. */
export interface Inferable {
  uid: string;
  name: string;
  service: string | undefined;
  eventCode: Json | undefined;
  actor: JsonObject;
}

/** Texts that `unmapped` writes for null and for an empty list. */
const MARKS: ReadonlySet<string> = new Set(['null', '[]']);
const DIGEST = /^[0-9a-f]{64}$/;
const ISSUER_NAME = 'userIdentity.sessionContext.sessionIssuer.userName';

/** The record's own text, as `textOr` takes it into a column. */
const taken = (value: Json | undefined): string | undefined => {
  if (typeof value === 'string' && value !== '') return value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
};

/**
 * Adds those values to `rest` under their raw paths. Whatever a column tells, `rest` holds only where the column cannot be trusted.
 * @see core/sigma/maps/aws-cloudtrail.ts, which reads the columns by the same conditions
 */
export function keepUntold(record: JsonObject, event: Inferable, rest: Unmapped): void {
  const keepOwn = (path: string, value: Json | undefined, isUntold: (text: string) => boolean): void => {
    const text = taken(value);
    if (text !== undefined && isUntold(text)) keep(rest, path, text);
  };
  keepOwn('eventID', record['eventID'], (text) => DIGEST.test(text));
  keepOwn(
    'eventName',
    record['eventName'],
    (text) => text === 'Unknown' || MARKS.has(text) || text === event.eventCode || text === rest['insightDetails.eventName'],
  );
  keepOwn('eventSource', record['eventSource'], (text) => MARKS.has(text) || text === rest['insightDetails.eventSource']);
  keepOwn('requestID', record['requestID'], (text) => text === event.uid);
  keepOwn('sourceIPAddress', record['sourceIPAddress'], (text) => text === 'Unknown');
  if (isJsonObject(record['userIdentity'])) keepUntoldIdentity(record['userIdentity'], event.actor, rest, keepOwn);
}

type KeepOwn = (path: string, value: Json | undefined, isUntold: (text: string) => boolean) => void;

function keepUntoldIdentity(identity: JsonObject, actor: JsonObject, rest: Unmapped, keepOwn: KeepOwn): void {
  const user = isJsonObject(actor['user']) ? actor['user'] : {};
  const uid = typeof user['uid'] === 'string' ? user['uid'] : undefined;
  const isBehalf = uid !== undefined && uid === rest['userIdentity.onBehalfOf.userId'];
  const isArn = uid?.startsWith('arn:') === true;
  keepOwn('userIdentity.identityProvider', identity['identityProvider'], () => true);
  keepOwn(
    'userIdentity.userName',
    identity['userName'],
    (text) => text === 'root' || MARKS.has(text) || text === actor['invoked_by'] || text === rest[ISSUER_NAME],
  );
  // A principal that looks like an ARN stands where only ARNs do.
  keepOwn('userIdentity.arn', identity['arn'], (text) => text !== uid || !isArn || isBehalf || text === identity['principalId']);
  keepOwn('userIdentity.principalId', identity['principalId'], (text) => {
    if (text === user['uid_alt']) return false;
    return isArn || isBehalf || MARKS.has(text) || rest['userIdentity.arn'] !== undefined || text !== uid;
  });
}

/** Turns CloudTrail's `userIdentity` into the OCSF actor. @see CloudTrail User Guide, "userIdentity element" */
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import { keep, keepOthers, textOr, type Unmapped } from '../../core/ocsf/unmapped.ts';
import { readTime } from '../../core/timestamp.ts';

const IDENTITY_KEYS: ReadonlySet<string> = new Set([
  'type',
  'principalId',
  'arn',
  'accountId',
  'accessKeyId',
  'userName',
  'invokedBy',
  'identityProvider',
  'credentialId',
  'onBehalfOf',
  'sessionContext',
]);
const SESSION_KEYS: ReadonlySet<string> = new Set(['attributes', 'sessionIssuer', 'webIdFederationData']);
const ATTRIBUTE_KEYS: ReadonlySet<string> = new Set(['creationDate', 'mfaAuthenticated']);
const ISSUER_KEYS: ReadonlySet<string> = new Set(['arn']);
const FEDERATION_KEYS: ReadonlySet<string> = new Set(['federatedProvider']);

/** `type` is CloudTrail's own word (`AssumedRole`), so its id is Other. */
const OTHER = 99;

/** The actor, without a user, session or application where the record names none. */
export function actorOf(identity: Json | undefined, rest: Unmapped): JsonObject {
  const actor: JsonObject = {};
  if (!isJsonObject(identity) || Object.keys(identity).length === 0) {
    keep(rest, 'userIdentity', identity);
    return actor;
  }
  keepOthers(rest, 'userIdentity', identity, IDENTITY_KEYS);
  const context = identity['sessionContext'];
  const session: JsonObject = {};
  const federated = isJsonObject(context) ? readContext(context, session, rest) : undefined;
  if (!isJsonObject(context)) keep(rest, 'userIdentity.sessionContext', context);
  const user = userOf(identity, rest);
  nameSession(user, session);
  const credential = textOr(rest, 'userIdentity.credentialId', identity['credentialId']);
  if (credential !== undefined) session['uid'] = credential;
  const provider = textOr(rest, 'userIdentity.identityProvider', identity['identityProvider']);
  if (federated !== undefined && provider !== undefined)
    rest['userIdentity.sessionContext.webIdFederationData.federatedProvider'] = federated;
  const invokedBy = textOr(rest, 'userIdentity.invokedBy', identity['invokedBy']);
  if (invokedBy !== undefined) {
    actor['app_name'] = invokedBy;
    actor['invoked_by'] = invokedBy;
  }
  const idp = provider ?? federated;
  if (idp !== undefined) actor['idp'] = { name: idp };
  if (Object.keys(session).length > 0) actor['session'] = session;
  if (isNamed(user)) actor['user'] = user;
  else keepUser(user, rest);
  return actor;
}

/** OCSF wants an account, a name or a uid of a user. @see https://schema.ocsf.io/1.8.0/objects/user */
const isNamed = (user: JsonObject): boolean =>
  user['name'] !== undefined || user['uid'] !== undefined || user['account'] !== undefined;

function keepUser(user: JsonObject, rest: Unmapped): void {
  keep(rest, 'userIdentity.type', user['type']);
  keep(rest, 'userIdentity.accessKeyId', user['credential_uid']);
}

function userOf(identity: JsonObject, rest: Unmapped): JsonObject {
  const user: JsonObject = {};
  const type = textOr(rest, 'userIdentity.type', identity['type']);
  if (type !== undefined) {
    user['type'] = type;
    user['type_id'] = OTHER;
  }
  const behalf = identity['onBehalfOf'];
  const arn = textOr(rest, 'userIdentity.arn', identity['arn']);
  const principal = textOr(rest, 'userIdentity.principalId', identity['principalId']);
  // Cross-account callers and Identity Center users have no ARN; what they have instead identifies them.
  const behalfUser =
    arn === undefined && isJsonObject(behalf) && typeof behalf['userId'] === 'string' ? behalf['userId'] : undefined;
  keep(rest, 'userIdentity.onBehalfOf', behalf);
  const uid = arn ?? behalfUser ?? principal;
  if (uid !== undefined) user['uid'] = uid;
  if (principal !== undefined && principal !== uid) user['uid_alt'] = principal;
  const name = nameOf(type, identity, rest);
  if (name !== undefined) user['name'] = name;
  const account = textOr(rest, 'userIdentity.accountId', identity['accountId']);
  if (account !== undefined) user['account'] = { uid: account };
  const accessKey = textOr(rest, 'userIdentity.accessKeyId', identity['accessKeyId']);
  if (accessKey !== undefined) user['credential_uid'] = accessKey;
  return user;
}

/** A role's session goes by the role's name; its own name, which need not be unique, is the session's other uid. */
function nameOf(type: string | undefined, identity: JsonObject, rest: Unmapped): string | undefined {
  const userName = textOr(rest, 'userIdentity.userName', identity['userName']);
  if (userName !== undefined) return userName;
  if (type === 'Root') return 'root';
  const { invokedBy } = identity;
  if (type === 'AWSService' && typeof invokedBy === 'string' && invokedBy !== '') return invokedBy;
  const context = identity['sessionContext'];
  const issuer = isJsonObject(context) ? context['sessionIssuer'] : undefined;
  const issuerName = isJsonObject(issuer) ? issuer['userName'] : undefined;
  return typeof issuerName === 'string' && issuerName !== '' ? issuerName : undefined;
}

/** `AROAEXAMPLE:session-name` tells the session's name. */
function nameSession(user: JsonObject, session: JsonObject): void {
  const principal = user['uid_alt'] ?? user['uid'];
  if (typeof principal !== 'string' || principal.startsWith('arn:')) return;
  const colon = principal.indexOf(':');
  if (colon > 0 && colon < principal.length - 1) session['uid_alt'] = principal.slice(colon + 1);
}

/** Fills the session; returns the web identity provider, if there is one. */
function readContext(context: JsonObject, session: JsonObject, rest: Unmapped): string | undefined {
  const prefix = 'userIdentity.sessionContext';
  keepOthers(rest, prefix, context, SESSION_KEYS);
  if (Object.keys(context).length === 0) keep(rest, 'userIdentity.sessionContext', context);
  const { attributes, sessionIssuer, webIdFederationData } = context;
  if (isJsonObject(attributes)) readAttributes(attributes, session, rest);
  else keep(rest, 'userIdentity.sessionContext.attributes', attributes);
  if (isJsonObject(sessionIssuer) && Object.keys(sessionIssuer).length > 0) {
    keepOthers(rest, 'userIdentity.sessionContext.sessionIssuer', sessionIssuer, ISSUER_KEYS);
    const arn = textOr(rest, 'userIdentity.sessionContext.sessionIssuer.arn', sessionIssuer['arn']);
    if (arn !== undefined) session['issuer'] = arn;
  } else keep(rest, 'userIdentity.sessionContext.sessionIssuer', sessionIssuer);
  if (!isJsonObject(webIdFederationData) || Object.keys(webIdFederationData).length === 0) {
    keep(rest, 'userIdentity.sessionContext.webIdFederationData', webIdFederationData);
    return undefined;
  }
  keepOthers(rest, 'userIdentity.sessionContext.webIdFederationData', webIdFederationData, FEDERATION_KEYS);
  const path = 'userIdentity.sessionContext.webIdFederationData.federatedProvider';
  return textOr(rest, path, webIdFederationData['federatedProvider']);
}

/** MFA stays absent where CloudTrail says nothing: absent is neither yes nor no. */
function readAttributes(attributes: JsonObject, session: JsonObject, rest: Unmapped): void {
  keepOthers(rest, 'userIdentity.sessionContext.attributes', attributes, ATTRIBUTE_KEYS);
  if (Object.keys(attributes).length === 0) keep(rest, 'userIdentity.sessionContext.attributes', attributes);
  const mfa = attributes['mfaAuthenticated'];
  if (mfa === 'true' || mfa === true) session['is_mfa'] = true;
  else if (mfa === 'false' || mfa === false) session['is_mfa'] = false;
  else keep(rest, 'userIdentity.sessionContext.attributes.mfaAuthenticated', mfa);
  const created = attributes['creationDate'];
  const time = readTime(created);
  if (time !== undefined) {
    session['created_time'] = time.ms;
    session['created_time_dt'] = time.iso;
  }
  if (time?.iso !== created) keep(rest, 'userIdentity.sessionContext.attributes.creationDate', created);
}

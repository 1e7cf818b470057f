/** Turns a sign-in or a request for credentials into the attributes that OCSF Authentication (3002) has beyond API Activity. */
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import { parseTimeMs } from '../../core/timestamp.ts';

const SAML = 5;
const OPENID = 4;
const OAUTH_2 = 6;
const IMPERSONATE = 2;

const PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ['AssumeRoleWithSAML', SAML],
  ['AssumeRoleWithWebIdentity', OPENID],
  ['CreateToken', OAUTH_2],
  ['CreateTokenWithIAM', OAUTH_2],
]);

/** Identity Center's `CredentialType`. @see IAM Identity Center User Guide, "Understanding sign-in events" */
const FACTORS: ReadonlyMap<string, number> = new Map([
  ['PASSWORD', 11],
  ['TOTP', 7],
  ['RESYNC_TOTP', 7],
  ['EMAIL_OTP', 8],
  ['WEBAUTHN', 10],
]);
const OTHER = 99;

const at = (value: Json | undefined, key: string): Json | undefined =>
  isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
const textAt = (value: Json | undefined, key: string): string | undefined => {
  const found = at(value, key);
  return typeof found === 'string' && found !== '' ? found : undefined;
};

/** Sets protocol, factors, MFA and the session that the request opened. `user` and `actor.session` are set already. */
export function addAuthentication(attributes: JsonObject, record: JsonObject, name: string): void {
  const protocol = PROTOCOLS.get(name);
  if (protocol !== undefined) attributes['auth_protocol_id'] = protocol;
  if (name === 'SwitchRole') attributes['account_switch_type_id'] = IMPERSONATE;
  const mfa = isMfa(record, attributes['actor']);
  if (mfa !== undefined) attributes['is_mfa'] = mfa;
  const factor = textAt(record['additionalEventData'], 'CredentialType');
  if (factor !== undefined) attributes['auth_factors'] = [factorOf(factor)];
  const session = newSession(record);
  if (Object.keys(session).length > 0) attributes['session'] = session;
}

function factorOf(credentialType: string): JsonObject {
  const id = FACTORS.get(credentialType);
  return id === undefined ? { factor_type_id: OTHER, factor_type: credentialType } : { factor_type_id: id };
}

/** What the sign-in says; else whether the request carried an MFA device's code; else what the caller's session says; else nothing. */
function isMfa(record: JsonObject, actor: Json | undefined): boolean | undefined {
  const used = at(record['additionalEventData'], 'MFAUsed');
  if (used === 'Yes' || used === true) return true;
  if (used === 'No' || used === false) return false;
  if (textAt(record['requestParameters'], 'serialNumber') !== undefined) return true;
  const ofSession = at(at(actor, 'session'), 'is_mfa');
  return typeof ofSession === 'boolean' ? ofSession : undefined;
}

/** The temporary credentials that STS gave: the role is the issuer, the role session the uid. */
function newSession(record: JsonObject): JsonObject {
  const { requestParameters: request, responseElements: response } = record;
  const session: JsonObject = {};
  const put = (key: string, value: Json | undefined): void => {
    if (value !== undefined) session[key] = value;
  };
  const credentials = at(response, 'credentials');
  const role = at(response, 'assumedRoleUser') ?? at(response, 'federatedUser');
  put('issuer', textAt(request, 'roleArn'));
  put('uid', textAt(role, 'assumedRoleId') ?? textAt(role, 'federatedUserId'));
  put('uid_alt', textAt(role, 'arn'));
  put('credential_uid', textAt(credentials, 'accessKeyId'));
  put('expiration_time', parseTimeMs(at(credentials, 'expiration')));
  return session;
}

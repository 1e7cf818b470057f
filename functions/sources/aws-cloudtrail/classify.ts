/** Turns the name of a CloudTrail event into its OCSF class and activity. */
import type { JsonObject } from '../../core/json.ts';

/** @see https://schema.ocsf.io/1.8.0/classes */
export const API_ACTIVITY = 6003;
export const AUTHENTICATION = 3002;
export const ACCOUNT_CHANGE = 3001;

export interface Kind {
  class_uid: number;
  activity_id: number;
  /** The event's own name, where OCSF has no activity for it. */
  activity_name?: string | undefined;
}

const LOGON = 1;
const LOGOFF = 2;
const PREAUTH = 6;
const ACCOUNT_SWITCH = 7;
const OTHER = 99;

/** event source → event name → Authentication activity. */
const AUTHENTICATIONS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'signin.amazonaws.com': {
    ConsoleLogin: LOGON,
    UserAuthentication: LOGON,
    GetSigninToken: LOGON,
    CheckMfa: PREAUTH,
    CredentialChallenge: PREAUTH,
    CredentialVerification: PREAUTH,
    SwitchRole: ACCOUNT_SWITCH,
    ExitRole: ACCOUNT_SWITCH,
    RenewRole: ACCOUNT_SWITCH,
    Logout: LOGOFF,
  },
  'sts.amazonaws.com': {
    AssumeRole: LOGON,
    AssumeRoleWithSAML: LOGON,
    AssumeRoleWithWebIdentity: LOGON,
    AssumeRoot: LOGON,
    GetSessionToken: LOGON,
    GetFederationToken: LOGON,
    GetWebIdentityToken: LOGON,
  },
  'sso.amazonaws.com': { Authenticate: LOGON, Federate: LOGON, UserAuthentication: LOGON, Logout: LOGOFF },
  'sso-oauth.amazonaws.com': { CreateToken: LOGON, CreateTokenWithIAM: LOGON },
  'rolesanywhere.amazonaws.com': { CreateSession: LOGON },
  'eks-auth.amazonaws.com': { AssumeRoleForPodIdentity: LOGON },
};

const CREATE = 1;
const ENABLE = 2;
const PASSWORD_CHANGE = 3;
const PASSWORD_RESET = 4;
const DISABLE = 5;
const DELETE = 6;
const ATTACH_POLICY = 7;
const DETACH_POLICY = 8;
const MFA_ENABLE = 10;
const MFA_DISABLE = 11;

/** event source → event name → Account Change activity. A login profile is what opens the console to a user. */
const ACCOUNT_CHANGES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'iam.amazonaws.com': {
    CreateUser: CREATE,
    DeleteUser: DELETE,
    UpdateUser: OTHER,
    TagUser: OTHER,
    UntagUser: OTHER,
    CreateLoginProfile: ENABLE,
    UpdateLoginProfile: PASSWORD_RESET,
    DeleteLoginProfile: DISABLE,
    ChangePassword: PASSWORD_CHANGE,
    EnableMFADevice: MFA_ENABLE,
    DeactivateMFADevice: MFA_DISABLE,
    ResyncMFADevice: OTHER,
    AttachUserPolicy: ATTACH_POLICY,
    PutUserPolicy: ATTACH_POLICY,
    PutUserPermissionsBoundary: ATTACH_POLICY,
    DetachUserPolicy: DETACH_POLICY,
    DeleteUserPolicy: DETACH_POLICY,
    DeleteUserPermissionsBoundary: DETACH_POLICY,
    AddUserToGroup: OTHER,
    RemoveUserFromGroup: OTHER,
    CreateAccessKey: OTHER,
    UpdateAccessKey: OTHER,
    DeleteAccessKey: OTHER,
    CreateServiceSpecificCredential: OTHER,
    UpdateServiceSpecificCredential: OTHER,
    ResetServiceSpecificCredential: OTHER,
    DeleteServiceSpecificCredential: OTHER,
    UploadSSHPublicKey: OTHER,
    UpdateSSHPublicKey: OTHER,
    DeleteSSHPublicKey: OTHER,
    UploadSigningCertificate: OTHER,
    UpdateSigningCertificate: OTHER,
    DeleteSigningCertificate: OTHER,
  },
  'signin.amazonaws.com': {
    PasswordRecoveryRequested: OTHER,
    PasswordRecoveryCompleted: PASSWORD_RESET,
    PasswordUpdated: PASSWORD_CHANGE,
    EmailUpdated: OTHER,
  },
  'identitystore.amazonaws.com': { CreateUser: CREATE, UpdateUser: OTHER, DeleteUser: DELETE },
  'sso-directory.amazonaws.com': {
    CreateUser: CREATE,
    UpdateUser: OTHER,
    DeleteUser: DELETE,
    EnableUser: ENABLE,
    DisableUser: DISABLE,
    UpdatePassword: PASSWORD_RESET,
    CompleteVirtualMfaDeviceRegistration: MFA_ENABLE,
    CompleteWebauthnDeviceRegistration: MFA_ENABLE,
    DeleteMfaDeviceForUser: MFA_DISABLE,
  },
};

/** API Activity of the first word of an event name: 1 Create, 2 Read, 3 Update, 4 Delete. */
const VERBS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    1: 'Create Run Add Register Allocate Import Launch Generate Issue Request Copy Restore Upload Provision Insert Publish Clone Purchase Invite Initiate',
    2: 'Get List Describe Head Lookup Search Query Scan View Download Select Filter Check Test Simulate Validate Preview Detect Estimate Retrieve Read Export Poll Receive Verify Decode Discover',
    3: 'Update Modify Put Set Change Enable Disable Attach Detach Associate Disassociate Tag Untag Start Stop Reboot Authorize Replace Reset Accept Reject Move Rotate Edit Apply Grant Assign Unassign Activate Deactivate Promote Resize Configure Monitor Unmonitor Share Write Complete Swap Merge Transfer Leave',
    4: 'Delete Remove Terminate Deregister Release Revoke Purge Cancel Destroy Deprovision Delist Unregister Abort Evict Retire Schedule',
  }).flatMap(([activity, verbs]) => verbs.split(' ').map((verb) => [verb, Number(activity)] as const)),
);

/** `BatchGetItem`, `AdminDeleteUser`: the verb is the second word. */
const VERB = /^(?:Batch|Admin|Bulk|Multi)?([A-Z][a-z]+)/;

function apiActivity(name: string): number {
  const verb = VERB.exec(name)?.[1];
  return (verb === undefined ? undefined : VERBS.get(verb)) ?? OTHER;
}

const own = (
  table: Readonly<Record<string, Readonly<Record<string, number>>>>,
  source: string,
  name: string,
): number | undefined => {
  const names = Object.hasOwn(table, source) ? table[source] : undefined;
  return names !== undefined && Object.hasOwn(names, name) ? names[name] : undefined;
};

function judge(source: string, name: string): Kind {
  const change = own(ACCOUNT_CHANGES, source, name);
  if (change !== undefined) return kindOf(ACCOUNT_CHANGE, change, name);
  const logon = own(AUTHENTICATIONS, source, name) ?? (source === 'signin.amazonaws.com' ? OTHER : undefined);
  if (logon !== undefined) return kindOf(AUTHENTICATION, logon, name);
  return { class_uid: API_ACTIVITY, activity_id: apiActivity(name) };
}

const kindOf = (class_uid: number, activity_id: number, name: string): Kind =>
  activity_id === OTHER && name !== '' ? { class_uid, activity_id, activity_name: name } : { class_uid, activity_id };

const READ: Kind = { class_uid: API_ACTIVITY, activity_id: 2 };
/** event source → event name → what it is. */
const known = new Map<string, Map<string, Kind>>();
let knownCount = 0;
/** Event names are AWS's own; hostile files may hold any number of others. */
const MAX_KNOWN = 10_000;

function learn(source: string, name: string): Kind {
  if (++knownCount > MAX_KNOWN) {
    known.clear();
    knownCount = 1;
  }
  const kind = judge(source, name);
  const names = known.get(source) ?? new Map<string, Kind>();
  known.set(source, names.set(name, kind));
  return kind;
}

/** The class and activity of a record. `readOnly`, where CloudTrail says it, decides Read before the name does. */
export function classify(source: string, name: string, record: JsonObject): Kind {
  const kind = known.get(source)?.get(name) ?? learn(source, name);
  if (kind.class_uid !== API_ACTIVITY) return kind;
  if (record['eventType'] === 'AwsConsoleSignIn') return kindOf(AUTHENTICATION, OTHER, name);
  const readOnly = record['readOnly'];
  return readOnly === true || readOnly === 'true' ? READ : kind;
}

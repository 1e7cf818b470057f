/** Alibaba Cloud: ActionTrail events of API calls, console operations and sign-ins. @see Alibaba Cloud documentation, "ActionTrail: Structure of management events" */
import type { Kind, MappingSpec, When } from '../../core/mapping/spec.ts';
import { API_VERBS } from '../../core/mapping/verbs.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const VERBS = {
  'describe*': 2,
  'query*': 2,
  'lookup*': 2,
  'attach*': 3,
  'detach*': 3,
  'run*': 1,
  'put*': 3,
  'stop*': 3,
  'start*': 3,
  'assumerole*': 99,
  ...API_VERBS,
};

const ALL: readonly Kind[] = [
  {
    when: { eventName: ['ConsoleSignin', 'ConsoleSignout', 'Login', 'Logout'] },
    class_uid: 3002,
    activity: { from: 'eventName', table: { ConsoleSignout: 2, Logout: 2, '*': 1 } },
    fields: {
      'user.name': ['userIdentity.userName', 'userIdentity.principalId'],
      'user.uid': 'userIdentity.principalId',
      'user.account.uid': 'userIdentity.accountId',
      is_mfa: {
        from: ['additionalEventData.mfaChecked', 'additionalEventData.isMFAChecked'],
        table: { true: true, false: false },
      },
    },
  },
  {
    when: {
      eventName: [
        'CreateUser',
        'DeleteUser',
        'UpdateUser',
        'CreateLoginProfile',
        'UpdateLoginProfile',
        'PasswordReset',
        'ChangePassword',
        'AttachPolicyToUser',
        'DetachPolicyFromUser',
        'BindMFADevice',
        'UnbindMFADevice',
      ],
      serviceName: ['Ram', 'Ims', 'Aas*'],
    },
    class_uid: 3001,
    activity: {
      from: 'eventName',
      table: {
        CreateUser: 1,
        DeleteUser: 6,
        ChangePassword: 3,
        PasswordReset: 4,
        UpdateLoginProfile: 4,
        AttachPolicyToUser: 7,
        DetachPolicyFromUser: 8,
        BindMFADevice: 10,
        UnbindMFADevice: 11,
      },
    },
    fields: {
      'user.name': ['requestParameters.UserName', 'requestParameters.UserPrincipalName', 'userIdentity.userName'],
      'user.full_name': 'requestParameters.DisplayName',
      'policies[0].name': 'requestParameters.PolicyName',
    },
  },
  // Where the name says nothing, the event still says whether it reads or writes.
  ...(
    [
      [{ eventRW: 'Read' }, 2],
      [{ eventRW: 'Write' }, 3],
      [{}, 99],
    ] as const
  ).map(([when, other]): Kind => ({ when, class_uid: 6003, activity: { from: 'eventName', table: VERBS, else: other } })),
];

const withOutcome = (kind: Kind, when: When, status_id: number): Kind => ({
  ...kind,
  when: { ...kind.when, ...when },
  fields: { ...kind.fields, status_id: { is: status_id } },
});

const SPEC: MappingSpec = {
  id: 'alibaba-actiontrail',
  title: { en: 'Alibaba Cloud ActionTrail', ja: 'Alibaba Cloud ActionTrail(操作履歴)' },
  product: { name: 'ActionTrail', vendor_name: 'Alibaba Cloud' },
  logsources: [{ product: 'alibaba', service: 'actiontrail' }],
  keys: /(^|\/)AliyunLogs\/Actiontrail\//i,
  match: [
    { eventName: true, eventSource: '*.aliyuncs.com' },
    { eventName: true, acsRegion: true },
    {
      eventName: true,
      eventType: ['ApiCall', 'ConsoleOperation', 'AliyunServiceEvent', 'ConsoleSignin', 'PasswordReset', 'ConsoleSignout'],
      serviceName: true,
    },
  ],
  uid: 'eventId',
  time: 'eventTime',
  code: ['eventName', 'eventType'],
  vendorService: { 'userIdentity.type': 'system' },
  // A call without an error code was a success.
  kinds: [...ALL.map((kind) => withOutcome(kind, { errorCode: true }, 2)), ...ALL.map((kind) => withOutcome(kind, {}, 1))],
  fields: {
    'actor.user.name': ['userIdentity.userName', 'userIdentity.principalId'],
    'actor.user.uid': 'userIdentity.principalId',
    'actor.user.type_id': {
      from: 'userIdentity.type',
      table: { 'root-account': 2, 'ram-user': 1, 'assumed-role': 99, system: 3 },
      else: 0,
    },
    'actor.user.account.uid': 'userIdentity.accountId',
    'actor.user.credential_uid': 'userIdentity.accessKeyId',
    'actor.session.is_mfa': 'userIdentity.sessionContext.attributes.mfaAuthenticated',
    'api.operation': 'eventName',
    'api.service.name': ['serviceName', 'eventSource'],
    'api.version': 'apiVersion',
    'api.request.uid': 'requestId',
    'api.request.data': { json: ['requestParameters', 'requestParameterJson'] },
    'api.response.error': 'errorCode',
    'api.response.error_message': 'errorMessage',
    'api.response.data': { json: 'responseElements' },
    'src_endpoint.ip': 'sourceIpAddress',
    'src_endpoint.svc_name': { from: 'sourceIpAddress', table: { Internal: 'Internal', '*.aliyuncs.com': 'Alibaba Cloud' } },
    'http_request.user_agent': 'userAgent',
    'dst_endpoint.svc_name': 'eventSource',
    'resources[0].name': [
      'resourceName',
      'requestParameters.InstanceId',
      'requestParameters.BucketName',
      'requestParameters.UserName',
      'requestParameters.UserPrincipalName',
    ],
    'resources[0].type': 'resourceType',
    'cloud.provider': { is: 'Alibaba Cloud' },
    'cloud.region': ['acsRegion', 'requestParameters.RegionId'],
    'cloud.account.uid': ['recipientAccountId', 'userIdentity.accountId'],
    status_code: 'errorCode',
    status_detail: 'errorMessage',
    'metadata.log_name': 'eventType',
  },
};

export const alibabaActiontrail: Source = mappedSource(SPEC);

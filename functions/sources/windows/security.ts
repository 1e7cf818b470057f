/** Events of the Security channel → OCSF classes. @see Microsoft Learn, "Advanced security audit policy settings", "Appendix L: Events to Monitor" */
import type { Fields, Kind } from '../../core/mapping/spec.ts';

const TARGET: Fields = {
  'user.name': ['TargetUserName', 'SubjectUserName'],
  'user.uid': { from: ['TargetUserSid', 'TargetSid', 'SubjectUserSid'], unless: ['S-1-0-0', 'NULL SID'] },
  'user.domain': ['TargetDomainName', 'SubjectDomainName'],
};
const SIGN_IN: Fields = {
  ...TARGET,
  'session.uid': 'TargetLogonId',
  logon_type_id: 'LogonType',
  auth_protocol: ['AuthenticationPackageName', 'PackageName'],
  status_code: 'Status',
  status_detail: 'FailureReason',
  'service.name': ['ServiceName', 'LogonProcessName'],
};
/** What the domain controller answered: 0x0 is success. @see Microsoft Learn, events 4768, 4769 and 4776 */
const BY_STATUS: Fields = { status_id: { from: 'Status', table: { '0x0': 1, '0': 1, '*': 2 } } };
const ACCOUNT: Fields = {
  'user.name': ['TargetUserName', 'SubjectUserName'],
  'user.uid': ['TargetSid'],
  'user.domain': 'TargetDomainName',
};
const ENTITY = (name: string | readonly string[], type: string | readonly string[]): Fields => ({
  'entity.name': name,
  'entity.type': type,
});

const IDENTITY: readonly Kind[] = [
  {
    when: { EventID: ['4768', '4769', '4770', '4776'] },
    class_uid: 3002,
    activity: { from: 'EventID', table: { '4768': 3, '4769': 4, '4770': 5, '4776': 1 } },
    fields: { ...SIGN_IN, ...BY_STATUS },
  },
  {
    when: { EventID: ['4625', '4649', '4771', '4772', '4773', '4777', '4820', '4821', '4822', '4823', '4824'] },
    class_uid: 3002,
    activity: { from: 'EventID', table: { '4771': 6, '4824': 6, '4772': 3, '4773': 4, '4820': 3, '4821': 4, '*': 1 } },
    fields: { ...SIGN_IN, status_id: { is: 2 } },
  },
  {
    when: { EventID: ['4624', '4634', '4647', '4648', '4778', '4779', '4800', '4801', '4802', '4803'] },
    class_uid: 3002,
    activity: { from: 'EventID', table: { '4624': 1, '4648': 1, '4778': 1, '4634': 2, '4647': 2, '4779': 2, '*': 99 } },
    fields: { ...SIGN_IN, 'user.name': ['TargetUserName', 'AccountName', 'SubjectUserName'], status_id: { is: 1 } },
  },
  {
    when: { EventID: ['4672'] },
    class_uid: 3003,
    activity: 1,
    fields: { ...TARGET, privileges: 'PrivilegeList', 'session.uid': 'SubjectLogonId' },
  },
  {
    when: { EventID: ['4627', '4964'] },
    class_uid: 3003,
    activity: 2,
    fields: { ...TARGET, 'group.uid': ['GroupMembership', 'SidList'], 'session.uid': 'TargetLogonId' },
  },
  {
    when: {
      EventID: [
        ...[
          '4720',
          '4722',
          '4723',
          '4724',
          '4725',
          '4726',
          '4738',
          '4740',
          '4767',
          '4780',
          '4781',
          '4782',
          '4794',
          '4765',
          '4766',
        ],
        ...['4741', '4742', '4743'],
      ],
    },
    class_uid: 3001,
    activity: {
      from: 'EventID',
      table: {
        '4720': 1,
        '4741': 1,
        '4722': 2,
        '4723': 3,
        '4724': 4,
        '4794': 4,
        '4725': 5,
        '4726': 6,
        '4743': 6,
        '4740': 9,
        '4767': 12,
      },
    },
    // Where the audit says neither success nor failure, Windows writes the event for a success.
    fields: {
      ...ACCOUNT,
      'user.type': { from: 'EventID', table: { '4741': 'Computer', '4742': 'Computer', '4743': 'Computer' } },
      status_id: {
        from: ['Status', 'Keywords'],
        table: { '0x0': 1, '0x8010*': 2, '0x8020*': 1, '*failure*': 2, '*success*': 1 },
      },
    },
  },
  {
    when: { EventID: ['4704', '4705', '4717', '4718'] },
    class_uid: 3005,
    activity: { from: 'EventID', table: { '4704': 1, '4717': 1, '*': 2 } },
    fields: {
      'user.uid': 'TargetSid',
      'user.name': 'TargetUserName',
      privileges: ['PrivilegeList', 'AccessGranted', 'AccessRemoved'],
    },
  },
  {
    when: {
      EventID: [
        ...[
          '4727',
          '4728',
          '4729',
          '4730',
          '4731',
          '4732',
          '4733',
          '4734',
          '4735',
          '4737',
          '4744',
          '4745',
          '4746',
          '4747',
          '4748',
        ],
        ...[
          '4749',
          '4750',
          '4751',
          '4752',
          '4753',
          '4754',
          '4755',
          '4756',
          '4757',
          '4758',
          '4759',
          '4760',
          '4761',
          '4762',
          '4763',
        ],
        '4764',
      ],
    },
    class_uid: 3006,
    activity: {
      from: 'EventID',
      table: {
        ...{ '4728': 3, '4732': 3, '4746': 3, '4751': 3, '4756': 3, '4761': 3 },
        ...{ '4729': 4, '4733': 4, '4747': 4, '4752': 4, '4757': 4, '4762': 4 },
        ...{ '4730': 5, '4734': 5, '4748': 5, '4753': 5, '4758': 5, '4763': 5 },
        ...{ '4727': 6, '4731': 6, '4744': 6, '4749': 6, '4754': 6, '4759': 6 },
      },
    },
    fields: { 'group.name': 'TargetUserName', 'group.uid': 'TargetSid', 'user.uid': 'MemberSid', 'user.name': 'MemberName' },
  },
];

const ACCESSES = { '*%%1537*': 4, '*%%4417*': 3, '*%%4424*': 6, '*%%1539*': 7, '*%%4416*': 2 };
const OBJECTS: readonly Kind[] = [
  {
    when: { EventID: ['4656', '4660', '4663', '4664'], ObjectType: 'File' },
    class_uid: 1001,
    activity: { from: 'AccessList', table: ACCESSES, else: 14 },
    fields: { file: { from: 'ObjectName', as: 'file' }, status_id: { from: 'Keywords', table: { '0x8010*': 2, '0x8020*': 1 } } },
  },
  {
    when: { EventID: ['4656', '4660', '4663'], ObjectType: 'Key' },
    class_uid: 201001,
    activity: { from: 'AccessList', table: { '*%%1537*': 4, '*%%4433*': 3, '*%%4432*': 2 }, else: 6 },
    fields: { 'reg_key.path': 'ObjectName' },
  },
  {
    when: { EventID: ['4657'] },
    class_uid: 201002,
    activity: { from: 'OperationType', table: { '%%1904': 2, '%%1905': 3, '%%1906': 4 }, else: 3 },
    fields: {
      'reg_value.path': 'ObjectName',
      'reg_value.name': 'ObjectValueName',
      'reg_value.data': 'NewValue',
      'prev_reg_value.path': 'ObjectName',
      'prev_reg_value.name': 'ObjectValueName',
      'prev_reg_value.data': 'OldValue',
    },
  },
  {
    when: { EventID: ['4656', '4660', '4661', '4662', '4663'] },
    class_uid: 3004,
    activity: { from: ['AccessList', 'EventID'], table: { '*%%1537*': 4, '*%%7685*': 3, '4660': 4 }, else: 2 },
    fields: { ...ENTITY('ObjectName', 'ObjectType'), 'entity.uid': 'HandleId' },
  },
  {
    when: { EventID: ['5136', '5137', '5138', '5139', '5141'] },
    class_uid: 3004,
    activity: { from: 'EventID', table: { '5136': 3, '5137': 1, '5138': 1, '5139': 5, '5141': 4 } },
    fields: { ...ENTITY(['ObjectDN', 'NewObjectDN'], 'ObjectClass'), 'entity.uid': 'ObjectGUID' },
  },
  {
    when: { EventID: ['4719', '4902', '4906', '4907', '4912', '4713', '4739', '4715', '4670', '4904', '4905'] },
    class_uid: 3004,
    activity: { from: 'EventID', table: { '4904': 1, '4905': 4 }, else: 3 },
    fields: ENTITY(
      ['SubcategoryGuid', 'DomainPolicyChanged', 'KerberosPolicyChange', 'ObjectName', 'DomainName', 'AuditSourceName'],
      ['CategoryId', 'ObjectType', 'EventID'],
    ),
  },
  {
    when: { EventID: ['4706', '4707', '4716', '4865', '4866', '4867'] },
    class_uid: 3004,
    activity: { from: 'EventID', table: { '4706': 1, '4865': 1, '4707': 4, '4866': 4 }, else: 3 },
    fields: {
      'entity.name': ['DomainName', 'ForestRoot', 'TopLevelName'],
      'entity.uid': 'DomainSid',
      'entity.type': { is: 'trust' },
    },
  },
  // Who is in a group, or which groups a user is in, was asked.
  {
    when: { EventID: ['4798', '4799'] },
    class_uid: 3004,
    activity: 2,
    fields: {
      'entity.name': 'TargetUserName',
      'entity.uid': 'TargetSid',
      'entity.type': { from: 'EventID', table: { '4798': 'user', '4799': 'group' } },
      'actor.process.file': { from: 'CallerProcessName', as: 'file' },
      'actor.process.uid': 'CallerProcessId',
    },
  },
  // Certificate services.
  {
    when: { EventID: ['4870', '4886', '4887', '4888', '4898', '4899', '4900'] },
    class_uid: 3004,
    activity: { from: 'EventID', table: { '4887': 1, '4870': 4, '4899': 3, '4900': 3, '4898': 2 } },
    fields: {
      'entity.name': ['Subject', 'TemplateInternalName', 'Requester', 'CertificateSerialNumber'],
      'entity.type': {
        from: 'EventID',
        table: {
          '4898': 'certificate template',
          '4899': 'certificate template',
          '4900': 'certificate template',
          '*': 'certificate',
        },
      },
      'entity.uid': ['RequestId', 'TemplateOID'],
      'actor.user.name': 'Requester',
    },
  },
  {
    when: { EventID: ['4946', '4947', '4948', '4950'] },
    class_uid: 3004,
    activity: { from: 'EventID', table: { '4946': 1, '4948': 4 }, else: 3 },
    fields: ENTITY(['RuleName', 'SettingType'], 'ProfileChanged'),
  },
  {
    when: { EventID: ['5142', '5143', '5144'] },
    class_uid: 3004,
    activity: { from: 'EventID', table: { '5142': 1, '5143': 3, '5144': 4 } },
    fields: ENTITY('ShareName', 'ObjectType'),
  },
  {
    when: { EventID: ['5140', '5145', '5168'] },
    class_uid: 4006,
    activity: { from: 'EventID', table: { '5145': 2 }, else: 99 },
    fields: {
      share: 'ShareName',
      file: { from: 'RelativeTargetName', as: 'file' },
      'dst_endpoint.hostname': 'Computer',
      status_id: {
        from: ['Keywords', 'EventID'],
        table: { '0x8010*': 2, '0x8020*': 1, '*failure*': 2, '*success*': 1, '5168': 2 },
      },
    },
  },
];

const SYSTEM: readonly Kind[] = [
  {
    when: { EventID: ['5031', '5150', '5151', '5152', '5153', '5154', '5155', '5156', '5157', '5158', '5159'] },
    class_uid: 4001,
    activity: { from: 'EventID', table: { '5154': 7, '5158': 7, '5156': 1, '*': 5 } },
    fields: {
      'src_endpoint.ip': 'SourceAddress',
      'src_endpoint.port': 'SourcePort',
      'dst_endpoint.ip': 'DestAddress',
      'dst_endpoint.port': 'DestPort',
      'connection_info.direction_id': {
        from: 'Direction',
        table: { '%%14592': 1, '%%14593': 2, inbound: 1, outbound: 2 },
        else: 0,
      },
      'connection_info.protocol_num': 'Protocol',
      'actor.process.file': { from: 'Application', as: 'file' },
      action_id: { from: 'EventID', table: { '5154': 1, '5156': 1, '5158': 1, '*': 2 } },
      disposition_id: { from: 'EventID', table: { '5154': 1, '5156': 1, '5158': 1, '*': 2 } },
    },
  },
  {
    when: { EventID: ['4698', '4699', '4700', '4701', '4702'] },
    class_uid: 1006,
    activity: { from: 'EventID', table: { '4698': 1, '4699': 3, '4700': 4, '4701': 5, '4702': 2 } },
    fields: { 'job.name': 'TaskName', 'job.cmd_line': ['TaskContent', 'TaskContentNew'], 'job.file.name': 'TaskName' },
  },
  {
    when: { EventID: ['4697'] },
    class_uid: 201004,
    activity: 1,
    fields: {
      'win_service.name': 'ServiceName',
      'win_service.cmd_line': 'ServiceFileName',
      'win_service.run_as': 'ServiceAccount',
    },
  },
  {
    when: { EventID: ['1100', '1102', '1104', '1105', '1108'] },
    class_uid: 1008,
    activity: { from: 'EventID', table: { '1100': 7, '1102': 1, '1105': 4 } },
    fields: { log_name: 'Channel' },
  },
  { when: { EventID: ['4610', '4611', '4614', '4622'] }, class_uid: 1005, activity: 1, fields: securityPackage() },
  {
    when: { EventID: ['6416', '6419', '6420', '6421', '6422', '6423', '6424'] },
    class_uid: 1010,
    activity: { from: 'EventID', table: { '6416': 1, '6420': 5, '6422': 4 } },
    fields: {
      'peripheral_device.name': 'DeviceDescription',
      'peripheral_device.uid': 'DeviceId',
      'peripheral_device.class': 'ClassName',
    },
  },
  {
    when: { EventID: ['4688', '4689', '4696'] },
    class_uid: 1007,
    activity: { from: 'EventID', table: { '4688': 1, '4689': 2 } },
    fields: {
      'process.file': { from: ['NewProcessName', 'ProcessName', 'TargetProcessName'], as: 'file' },
      'process.uid': ['NewProcessId', 'ProcessId', 'TargetProcessId'],
      'process.integrity': 'MandatoryLabel',
      'actor.process.file': { from: 'ParentProcessName', as: 'file' },
      'actor.process.uid': 'ProcessId',
      'actor.process.pid': [],
    },
  },
];

function securityPackage(): Fields {
  return {
    'module.file.name': ['AuthenticationPackageName', 'SecurityPackageName', 'NotificationPackageName', 'LogonProcessName'],
    'module.file.type_id': { is: 1 },
    'module.load_type_id': { is: 0 },
  };
}

export const SECURITY: readonly Kind[] = [...IDENTITY, ...OBJECTS, ...SYSTEM];

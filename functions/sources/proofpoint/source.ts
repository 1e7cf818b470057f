/** Proofpoint TAP: messages delivered and blocked, clicks permitted and blocked. @see Proofpoint Threat Insight Dashboard, "SIEM API" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'proofpoint',
  title: { en: 'Proofpoint Targeted Attack Protection', ja: 'Proofpoint Targeted Attack Protection' },
  product: { name: 'Targeted Attack Protection', vendor_name: 'Proofpoint' },
  logsources: [{ product: 'proofpoint', service: 'tap' }],
  keys: /(^|\/)proofpoint\//,
  match: [
    { messageTime: true, threatsInfoMap: true },
    { messageTime: true, phishScore: true, malwareScore: true },
    { clickTime: true, clickIP: true, url: true, recipient: true },
    { clickTime: true, threatID: true, recipient: true },
  ],
  uid: { id: ['GUID', 'id', 'messageID'], and: ['recipient'] },
  time: ['clickTime', 'messageTime'],
  code: ['eventType', 'classification', 'quarantineRule'],
  severity: { from: 'eventType', table: { '*delivered': 4, '*permitted': 4 }, else: 3 },
  kinds: [
    {
      when: { clickTime: true },
      class_uid: 2004,
      activity: 1,
      fields: {
        'finding_info.uid': ['threatID', 'id', 'GUID'],
        'finding_info.title': ['classification', 'url'],
        'finding_info.types': 'classification',
        'finding_info.src_url': 'threatURL',
        is_alert: { is: true },
        action_id: { from: 'eventType', table: { '*block*': 2, '*permit*': 1 } },
        disposition_id: { from: 'eventType', table: { '*block*': 2, '*permit*': 1 } },
        'evidences[0].src_endpoint.ip': 'clickIP',
        'evidences[0].url': { from: 'url', as: 'url' },
        'evidences[0].http_request.user_agent': 'userAgent',
        'evidences[0].actor.user.email_addr': 'recipient',
        'evidences[0].actor.user.name': 'recipient',
        'evidences[0].email.from': 'sender',
        'evidences[0].email.message_uid': 'messageID',
      },
    },
    {
      class_uid: 2004,
      activity: 1,
      fields: {
        'finding_info.uid': ['GUID', 'messageID'],
        'finding_info.title': ['subject', 'quarantineRule'],
        'finding_info.types': ['threatsInfoMap[0].classification', 'quarantineFolder'],
        'finding_info.related_events': {
          each: 'threatsInfoMap',
          fields: {
            uid: ['threatID', 'threatId'],
            title: 'threat',
            type: 'threatType',
            desc: 'classification',
            status: 'threatStatus',
          },
        },
        // A message is as dangerous as the one of its threats that is still active.
        status_id: {
          from: ['threatsInfoMap[threatStatus=active].threatStatus', 'threatsInfoMap[0].threatStatus'],
          table: { active: 1, onceActive: 1, cleared: 4, falsePositive: 3 },
        },
        is_alert: { is: true },
        action_id: { from: ['eventType', 'quarantineFolder'], table: { '*deliver*': 1, '*': 2 } },
        disposition_id: { from: ['eventType', 'quarantineFolder'], table: { '*deliver*': 1, '*block*': 2, '*': 3 } },
        'evidences[0].src_endpoint.ip': 'senderIP',
        'evidences[0].actor.user.email_addr': 'sender',
        'evidences[0].actor.user.name': 'sender',
        'evidences[0].email.from': ['fromAddress', 'sender'],
        'evidences[0].email.to': ['toAddresses', 'recipient'],
        'evidences[0].email.subject': 'subject',
        'evidences[0].email.message_uid': 'messageID',
        'evidences[0].email.uid': 'QID',
        'evidences[0].email.cc': 'ccAddresses',
      },
    },
  ],
  fields: { 'metadata.log_name': 'eventType' },
};

export const proofpoint: Source = mappedSource(SPEC);

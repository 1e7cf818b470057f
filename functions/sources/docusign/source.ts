/** Docusign: Connect notifications of envelopes. @see Docusign developers, "Docusign Connect", "Connect event triggers" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'docusign',
  title: { en: 'Docusign Connect', ja: 'Docusign Connect' },
  product: { name: 'Docusign', vendor_name: 'Docusign' },
  arrivals: ['object', 'push'],
  logsources: [{ product: 'docusign', service: 'connect' }],
  keys: /(^|\/)docusign\//,
  match: [
    { event: ['envelope-*', 'recipient-*', 'template-*', 'click-*'], 'data.envelopeId': true },
    { event: ['envelope-*', 'recipient-*', 'template-*', 'click-*'], apiVersion: true, configurationId: true },
  ],
  uid: { id: 'data.envelopeId', and: ['event', 'data.recipientId', 'generatedDateTime'] },
  time: 'generatedDateTime',
  code: 'event',
  kinds: [
    {
      when: { event: ['recipient-authenticationfailed'] },
      class_uid: 3002,
      activity: 1,
      fields: {
        'user.uid': ['data.recipientId', 'data.userId'],
        'user.name': ['data.recipientEmail', 'data.recipientId'],
        'service.name': { is: 'Docusign' },
        status_id: { is: 2 },
      },
    },
    {
      class_uid: 6003,
      activity: {
        from: 'event',
        table: {
          '*-created': 1,
          '*-sent': 1,
          '*-resent': 1,
          '*-delivered': 2,
          '*-completed': 3,
          '*-signed': 3,
          '*-finish-later': 3,
          '*-delegate': 3,
          '*-declined': 3,
          '*-corrected': 3,
          '*-reassign': 3,
          '*-voided': 4,
          '*-deleted': 4,
          '*-purge': 4,
          '*-discard': 4,
        },
      },
    },
  ],
  fields: {
    'actor.user.uid': ['data.userId', 'data.recipientId'],
    'actor.user.email_addr': ['data.senderEmail', 'data.envelopeSummary.sender.email'],
    'actor.user.name': ['data.envelopeSummary.sender.userName', 'data.senderEmail'],
    'src_endpoint.ip': 'data.envelopeSummary.sender.ipAddress',
    'api.operation': 'event',
    'api.version': 'apiVersion',
    'api.service.name': { is: 'Docusign' },
    'resources[0].uid': 'data.envelopeId',
    'resources[0].name': 'data.envelopeSummary.emailSubject',
    'resources[0].type': { is: 'envelope' },
    'http_request.url': { from: 'uri', as: 'url' },
    status_detail: ['data.terminationReason', 'data.envelopeSummary.voidedReason'],
    'metadata.tenant_uid': 'data.accountId',
  },
};

export const docusign: Source = mappedSource(SPEC);

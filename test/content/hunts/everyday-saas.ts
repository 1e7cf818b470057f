// Fourteen days of documents, mail, code and clusters in which nothing is wrong.
import { at, days, type Raw, times } from './records.ts';
import { github, kube, m365, m365File } from './records-saas.ts';

const clerk = (i: number): string => `user${i}@example.com`;

const daily = (day: number): Raw[] => [
  ...times(3, (i) => github(at(day, 9, i), 'git.clone', { actor: 'aoi-kato', repo: `service-${i}` })),
  ...times(20, (i) => github(at(day, 2, i), 'git.clone', { actor: 'backup-bot', ip: '198.51.100.20', repo: `service-${i}` })),
  ...times(8, (i) => m365File(at(day, 10, i), 'FileDownloaded', `plan-${day}-${i}.docx`, { user: clerk(1) })),
  ...times(4, (i) => m365File(at(day, 11, i), 'FileDeleted', `old-${day}-${i}.docx`, { user: clerk(2) })),
  m365File(at(day, 12), 'AnonymousLinkCreated', `poster-${day}.pdf`, {
    user: clerk(3),
    record: { TargetUserOrGroupType: 'Anonymous' },
  }),
  m365(at(day, 13), 'MailItemsAccessed', { user: clerk(1), record: { MailboxOwnerUPN: clerk(1), MailboxGuid: 'g1' } }),
  // A controller lists secrets, a developer looks into a pod, an agent runs on every node.
  kube(at(day, 1), { verb: 'list', resource: 'secrets', user: 'system:kube-controller-manager', namespace: 'shop' }),
  kube(at(day, 14), { verb: 'create', resource: 'pods', name: 'web-1', subresource: 'exec', user: 'dev-ren' }),
  kube(at(day, 15), {
    verb: 'create',
    resource: 'daemonsets',
    name: 'agent',
    namespace: 'security',
    user: 'system:serviceaccount:security:agent',
    request: {
      spec: {
        template: { spec: { hostNetwork: true, containers: [{ image: 'agent', securityContext: { privileged: true } }] } },
      },
    },
  }),
  kube(at(day, 16), {
    verb: 'create',
    resource: 'rolebindings',
    name: `release-${day}`,
    group: 'rbac.authorization.k8s.io',
    user: 'pipeline',
    request: { roleRef: { kind: 'Role', name: 'viewer' }, subjects: [{ kind: 'ServiceAccount', name: 'web' }] },
  }),
  kube(at(day, 17), {
    verb: 'get',
    resource: '',
    uri: '/healthz',
    user: 'system:anonymous',
    groups: ['system:unauthenticated'],
    ip: '10.0.0.9',
  }),
  kube(at(day, 18), { verb: 'get', resource: 'secrets', name: 'web-tls', user: 'dev-ren' }),
];

export const EVERYDAY_SAAS: readonly Raw[] = [
  ...days(daily),
  m365(at(7, 9), 'New-InboxRule', {
    user: clerk(4),
    record: {
      Parameters: [
        { Name: 'Name', Value: 'Newsletters' },
        { Name: 'MoveToFolder', Value: 'Reading' },
        { Name: 'From', Value: 'news@example.com' },
      ],
    },
  }),
  m365(at(8, 9), 'Set-Mailbox', {
    user: 'admin.mori@example.com',
    record: {
      ObjectId: 'user5',
      Parameters: [
        { Name: 'Identity', Value: clerk(5) },
        { Name: 'IssueWarningQuota', Value: '90 GB' },
      ],
    },
  }),
  github(at(9, 9), 'protected_branch.update_required_status_checks_enforcement_level', {
    actor: 'admin-mori',
    repo: 'service-1',
  }),
];

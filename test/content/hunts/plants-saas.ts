// Attacks on code, mail, documents and clusters, one for each hunt.
import type { Plant } from './plant.ts';
import { at, times } from './records.ts';
import { workspace } from './records-identity.ts';
import { github, kube, m365, m365File } from './records-saas.ts';

const EVIL = '192.0.2.66';
const victim = 'user6@example.com';

export const SAAS_PLANTS: readonly Plant[] = [
  {
    hunt: 'saas_repositories_cloned_in_bulk',
    records: times(25, (i) => github(at(14, 3, i), 'git.clone', { actor: 'aoi-kato', ip: EVIL, repo: `service-${i}` })),
    first: { who: 'aoi-kato', repositories: 25, earlier_days: 13, src_ip: EVIL },
  },
  {
    hunt: 'saas_code_protection_lowered',
    records: [
      github(at(14, 3), 'protected_branch.destroy', { actor: 'aoi-kato', ip: EVIL, repo: 'payments' }),
      github(at(14, 3, 1), 'repo.access', {
        actor: 'aoi-kato',
        ip: EVIL,
        repo: 'payments',
        data: { visibility: 'public', previous_visibility: 'private' },
      }),
    ],
    first: { who: 'aoi-kato', total_weight: 13, kinds: 2, repository: 'example-org/payments' },
  },
  {
    hunt: 'saas_mail_rules_that_hide',
    records: [
      m365(at(14, 3), 'New-InboxRule', {
        user: victim,
        ip: EVIL,
        record: {
          Parameters: [
            { Name: 'Name', Value: '.' },
            { Name: 'SubjectOrBodyContainsWords', Value: 'invoice;payment' },
            { Name: 'MoveToFolder', Value: 'RSS Feeds' },
            { Name: 'MarkAsRead', Value: 'True' },
          ],
        },
      }),
    ],
    first: { who: victim, hides: true, has_words: true, forwards: false, total_weight: 7 },
  },
  {
    hunt: 'saas_mail_rules_that_hide',
    records: [
      workspace(at(14, 3), 'user_accounts', 'email_forwarding_out_of_domain', {
        by: victim,
        ip: EVIL,
        parameters: { email_forwarding_destination_address: 'drop@example.net' },
      }),
    ],
    first: { who: victim, source: 'google-workspace', forwards: true },
  },
  {
    hunt: 'saas_mailbox_opened_to_others',
    records: [
      m365(at(14, 3), 'Set-Mailbox', {
        user: victim,
        ip: EVIL,
        record: {
          ObjectId: 'user6',
          Parameters: [
            { Name: 'Identity', Value: victim },
            { Name: 'ForwardingSmtpAddress', Value: 'smtp:drop@example.net' },
          ],
        },
      }),
    ],
    first: { who: victim, heaviest: 10, mailbox: 'user6', src_ip: EVIL },
  },
  {
    hunt: 'saas_files_downloaded_in_bulk',
    records: times(120, (i) =>
      m365File(at(14, 3, i % 60, Math.floor(i / 60)), 'FileDownloaded', `secret-${i}.docx`, {
        user: 'user1@example.com',
        ip: EVIL,
      }),
    ),
    first: { who: 'user1@example.com', files: 128, earlier_days: 13, times_usual: 16 },
  },
  {
    hunt: 'saas_files_deleted_in_bulk',
    records: times(90, (i) =>
      m365File(at(14, 3, i % 60, Math.floor(i / 60)), 'FileDeleted', `plan-${i}.docx`, { user: victim, ip: EVIL }),
    ),
    first: { who: victim, files: 90, earlier_days: 0, src_ip: EVIL },
  },
  {
    hunt: 'saas_files_shared_with_anyone',
    records: times(6, (i) =>
      workspace(at(14, 3, i), 'drive', 'change_document_visibility', {
        by: victim,
        ip: EVIL,
        parameters: {
          doc_id: `d${i}`,
          doc_title: `salaries-${i}.xlsx`,
          doc_type: 'spreadsheet',
          visibility: 'people_with_link',
          owner: victim,
        },
      }),
    ),
    first: { who: victim, files: 6, source: 'google-workspace' },
  },
  {
    hunt: 'k8s_exec_into_pods',
    records: times(3, (i) =>
      kube(at(14, 3, i), {
        verb: 'create',
        resource: 'pods',
        name: `db-${i}`,
        subresource: 'exec',
        user: 'system:serviceaccount:shop:web',
        ip: EVIL,
      }),
    ),
    first: { who: 'system:serviceaccount:shop:web', pods: 3, is_service_account: true, kinds: ['exec'] },
  },
  {
    hunt: 'k8s_secrets_read_widely',
    records: ['shop', 'pay', 'hr'].map((namespace, i) =>
      kube(at(14, 3, i), { verb: 'list', resource: 'secrets', namespace, user: 'dev-ren', ip: EVIL }),
    ),
    first: { who: 'dev-ren', whole_lists: 3, namespaces: 3, src_ip: EVIL },
  },
  {
    hunt: 'k8s_anonymous_access',
    records: [
      kube(at(14, 3), { verb: 'list', resource: 'pods', user: 'system:anonymous', groups: ['system:unauthenticated'], ip: EVIL }),
    ],
    first: { src_ip: EVIL, answered: 1, asked: ['list /api/v1/namespaces/shop/pods'] },
  },
  {
    hunt: 'k8s_pods_with_host_rights',
    records: [
      kube(at(14, 3), {
        verb: 'create',
        resource: 'pods',
        name: 'debug',
        user: 'dev-ren',
        ip: EVIL,
        code: 201,
        request: {
          spec: {
            hostPID: true,
            containers: [{ image: 'busybox', securityContext: { privileged: true } }],
            volumes: [{ name: 'h', hostPath: { path: '/' } }],
          },
        },
      }),
    ],
    first: {
      who: 'dev-ren',
      workload: 'debug',
      image: 'busybox',
      is_privileged: true,
      has_host_path: true,
      has_host_namespace: true,
    },
  },
  {
    hunt: 'k8s_rights_given',
    records: [
      kube(at(14, 3), {
        verb: 'create',
        resource: 'clusterrolebindings',
        name: 'debug',
        group: 'rbac.authorization.k8s.io',
        user: 'dev-ren',
        ip: EVIL,
        code: 201,
        request: { roleRef: { kind: 'ClusterRole', name: 'cluster-admin' }, subjects: [{ kind: 'User', name: 'dev-ren' }] },
      }),
    ],
    first: { who: 'dev-ren', strong: 1, role: 'cluster-admin', subject: 'dev-ren' },
  },
];

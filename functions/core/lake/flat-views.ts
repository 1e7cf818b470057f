/** The flat views for analysts: which events each one shows, and which columns. */
import { flatColumns } from './flat-columns.ts';
import { type FlatSpec, flatView, type Words } from './flat-view.ts';
import type { LakeView } from './views.ts';

const TAIL = 'event_code product account_id region class_name raw_ref ingest_time source eventday';

interface View extends Omit<FlatSpec, 'columns'> {
  /** Names of columns. @see flat-columns.ts */
  columns: string;
}

const view = (name: string, [en, ja]: readonly [string, string], more: Omit<View, 'name' | 'title'>): FlatSpec => {
  const title: Words = { en, ja };
  return { ...more, name, title, columns: flatColumns(more.columns) };
};

/** What audit trails become: API calls, sign-ins, account changes. */
const AUDIT = {
  classes: [6003, 3002, 3001],
  columns:
    'time event_id event_name event_source user_name user_type user_arn principal_id access_key_id session_issuer is_mfa src_ip user_agent status error_code error_message account_id region resources request response request_id class_name raw_ref ingest_time source eventday',
} as const;

/** A caller that is a service has a name instead of an address. */
const withServices = (spec: FlatSpec): FlatSpec => ({
  ...spec,
  columns: spec.columns.map((column) =>
    column.name === 'src_ip' ? { ...column, from: 'src_endpoint.ip | src_endpoint.domain | src_endpoint.svc_name' } : column,
  ),
});

/** In a sign-in the user is who signs in; the actor, where there is one, is who asked for it. */
const bySubject = (spec: FlatSpec): FlatSpec => ({
  ...spec,
  columns: spec.columns.map((column) =>
    column.name.startsWith('user_') && column.name !== 'user_agent'
      ? { ...column, from: column.from.split(' | ').reverse().join(' | ') }
      : column,
  ),
});

/** An item for each vulnerability of a finding. Lists of scalars are unnested alike on Athena and Trino. */
const VULNERABILITY = [
  'v -> v.cve.uid',
  'v -> v.title',
  'v -> array_max(filter(transform(v.cve.cvss, s -> s.base_score), b -> b IS NOT NULL))',
  'v -> v.cve.epss.score',
  'v -> v.is_fix_available',
  'v -> v.is_exploit_available',
  'v -> transform(v.affected_packages, p -> p.name)',
  'v -> transform(v.affected_packages, p -> p.version)',
  'v -> transform(v.affected_packages, p -> p.fixed_in_version)',
].map((lambda) => `transform(vulnerabilities, ${lambda})`);
const OBSERVABLE = ['o -> o.name', 'o -> o.type', 'o -> o.type_id', 'o -> o.value'].map(
  (lambda) => `transform(observables, ${lambda})`,
);

export const FLAT_SPECS: readonly FlatSpec[] = [
  withServices(
    view(
      'audit',
      ['Every audit trail: calls, sign-ins, changes of accounts', 'すべての監査証跡(API 呼び出し、サインイン、アカウント変更)'],
      AUDIT,
    ),
  ),
  withServices(
    view('cloudtrail', ['AWS CloudTrail alone, as `audit`', 'AWS CloudTrail のみ(列は audit と同じ)'], {
      ...AUDIT,
      where: "source = 'aws-cloudtrail'",
    }),
  ),
  view(
    'findings',
    [
      'Detections, sensitive data and open access: our own findings and those of products',
      '検出結果、機密データ、外部アクセス(自前および製品の検出)',
    ],
    {
      // Sensitive data and access analysis have no table of their own.
      classes: [2004, 0],
      where: 'class_uid IN (2004, 2006, 2008)',
      columns:
        'time event_id finding_uid title types severity severity_id status is_alert product rule_id rule_name techniques resources account_id region src_url ingest_time source eventday',
    },
  ),
  view('api_calls', ['Calls of APIs: clouds, SaaS, Kubernetes', 'API 呼び出し(クラウド、SaaS、Kubernetes)'], {
    classes: [6003],
    columns: `time event_id activity api_operation api_service user_name user_uid user_email user_type access_key_id session_issuer is_mfa src_ip src_hostname src_country src_asn user_agent status error_code error_message resources resource_types request response request_id ${TAIL}`,
  }),
  bySubject(
    view(
      'sign_ins',
      ['Sign-ins and sign-outs of every identity provider, cloud and host', 'サインイン・サインアウト(IdP、クラウド、ホスト)'],
      {
        classes: [3002],
        columns: `time event_id activity status status_code status_detail user_name user_uid user_email user_type user_domain service is_mfa auth_protocol logon_type is_remote src_ip src_hostname src_country src_city src_asn user_agent dst_hostname dst_ip session_id severity ${TAIL}`,
      },
    ),
  ),
  view(
    'account_changes',
    ['Changes of users: created, deleted, password, factors, policies', 'ユーザーの変更(作成、削除、パスワード、要素、ポリシー)'],
    {
      classes: [3001, 3005],
      columns: `time event_id activity status user_name user_uid user_type target_user_name target_user_uid target_user_email privileges api_operation src_ip user_agent message ${TAIL}`,
    },
  ),
  view('group_changes', ['Changes of groups and their members', 'グループとメンバーの変更'], {
    classes: [3006],
    columns: `time event_id activity status user_name user_uid group_name group_uid target_user_name target_user_uid privileges api_operation src_ip message ${TAIL}`,
  }),
  view('network', ['Connections: flow logs, firewalls, sensors', '通信(フローログ、ファイアウォール、センサー)'], {
    classes: [4001, 4007],
    columns: `time event_id activity src_ip src_port src_hostname src_country dst_ip dst_port dst_hostname dst_country protocol direction bytes bytes_in bytes_out packets tcp_flags action disposition rule app app_protocol tls_version tls_sni ja3 start_time end_time src_instance_id src_interface_id src_vpc_id dst_instance_id dst_interface_id dst_vpc_id user_name host severity ${TAIL}`,
  }),
  view('dns', ['Questions to DNS and their answers', 'DNS の問い合わせと応答'], {
    classes: [4003],
    columns: `time event_id query query_type rcode answers src_ip src_port src_hostname src_instance_id src_vpc_id dst_ip protocol action disposition rule user_name host severity ${TAIL}`,
  }),
  view('http', ['Requests to web servers, through proxies and firewalls', 'HTTP リクエスト(Web サーバー、プロキシ、WAF)'], {
    classes: [4002, 6001],
    columns: `time event_id activity http_method url url_host url_path url_query http_status src_ip src_port src_country dst_ip dst_port dst_hostname user_agent referrer x_forwarded_for response_bytes bytes action disposition rule tls_version tls_sni ja3 user_name severity ${TAIL}`,
  }),
  view('processes', ['Processes on hosts: started, ended, injected', 'ホストのプロセス(開始、終了、注入)'], {
    classes: [1007],
    columns: `time event_id activity host host_ip host_uid process_user process_name process_path process_id process_uid command_line process_sha256 parent_name parent_path parent_id parent_command_line exit_code action disposition severity ${TAIL}`,
  }),
  view('files', ['Files on hosts and in file services: read, written, moved, shared', 'ファイル操作(ホスト、ファイルサービス)'], {
    classes: [1001, 6006],
    columns: `time event_id activity status user_name user_email host file_name file_path file_type file_size file_sha256 new_path shared_with actor_process actor_process_path src_ip user_agent severity ${TAIL}`,
  }),
  view('data_access', ['Reads and writes of buckets and databases', 'バケット・データベースの読み書き'], {
    classes: [6005],
    columns: `time event_id activity status status_code user_name user_uid user_type databucket object_key database http_status response_bytes src_ip user_agent ${TAIL}`,
  }),
  view('emails', ['Mails: received, sent, blocked', 'メール(受信、送信、遮断)'], {
    classes: [4009],
    columns: `time event_id activity direction mail_from mail_to subject message_id attachments attachment_sha256 links src_ip action disposition status severity ${TAIL}`,
  }),
  view(
    'vulnerabilities',
    ['Vulnerabilities of resources: one row for each in a finding', 'リソースの脆弱性(検出結果の脆弱性ごとに 1 行)'],
    {
      classes: [2002],
      beside: `LEFT JOIN UNNEST(${VULNERABILITY.join(', ')}) AS v(cve, vulnerability, cvss, epss, is_fix_available, is_exploit_available, packages, versions, fixed_in) ON TRUE`,
      columns: `time event_id finding_uid title severity severity_id status cve vulnerability cvss epss is_fix_available is_exploit_available packages versions fixed_in resources resource_types first_seen last_seen ${TAIL}`,
    },
  ),
  view('compliance', ['Checks of configuration against standards', '基準に対する設定の確認'], {
    classes: [2003],
    columns: `time event_id finding_uid title severity severity_id status control compliance_status standards requirements resources resource_types remediation first_seen last_seen ${TAIL}`,
  }),
  view(
    'incidents',
    ["Incidents: a row for each change, the last is the incident's state", 'インシデント(変更ごとに 1 行、最新が現在の状態)'],
    {
      classes: [2005],
      columns: `time event_id incident_id activity incident_title comment status severity severity_id priority risk findings verdict start_time end_time ${TAIL}`,
    },
  ),
  view('responses', ['Actions that were taken in response', '実施された対応'], {
    classes: [7001],
    columns: `time event_id activity command_id status status_detail countermeasures remediation user_name message ${TAIL}`,
  }),
  view(
    'event_observables',
    ['What events name, to pivot on: a row for each value in each event', 'イベント中の観測値(値ごとに 1 行、ピボット用)'],
    {
      classes: 'events',
      beside: `CROSS JOIN UNNEST(${OBSERVABLE.join(', ')}) AS o(name, type, type_id, value)`,
      columns: `time event_id activity observable type type_id value ${TAIL}`,
    },
  ),
];

/** The views over the classes' views and `events`. */
export const FLAT_VIEWS: readonly LakeView[] = FLAT_SPECS.map(flatView);

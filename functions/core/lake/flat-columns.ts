/** The columns of the flat views by their names: one name has one meaning wherever it stands. */
import { list, STRING } from './fields.ts';
import { FINDING_ENTRIES } from './flat-finding-columns.ts';
import type { FlatColumn } from './flat-view.ts';
import { tableForClass } from './tables.ts';
import type { LakeType } from './types.ts';

const TYPES = {
  text: STRING,
  texts: list(STRING),
  int: { kind: 'int' },
  bigint: { kind: 'bigint' },
  double: { kind: 'double' },
  boolean: { kind: 'boolean' },
  timestamp: { kind: 'timestamp' },
  raw_ref: tableForClass(0).columns.find(({ name }) => name === 'raw_ref')?.type ?? STRING,
} as const satisfies Record<string, LakeType>;
export type TypeName = keyof typeof TYPES;

/** SHA-256 among the fingerprints of a file. */
const sha256 = (file: string): string =>
  `element_at(transform(filter(${file}.hashes, h -> h.algorithm_id = 3), h -> h.value), 1)`;
/** Both ends of a connection have these. */
const end = (side: 'src' | 'dst', en: string, ja: string) =>
  ({
    [`${side}_ip`]: [`${side}_endpoint.ip`, 'text', `IP address of the ${en}`, `${ja}の IP アドレス`],
    [`${side}_port`]: [`${side}_endpoint.port`, 'int', `port of the ${en}`, `${ja}のポート`],
    [`${side}_hostname`]: [
      `${side}_endpoint.hostname | ${side}_endpoint.domain | ${side}_endpoint.name`,
      'text',
      `name of the ${en}`,
      `${ja}のホスト名`,
    ],
    [`${side}_country`]: [
      `${side}_endpoint.location.country`,
      'text',
      `country of the ${en}, where the source knows it (ISO 3166)`,
      `${ja}の国(ソースが知る場合、ISO 3166)`,
    ],
    [`${side}_city`]: [
      `${side}_endpoint.location.city`,
      'text',
      `city of the ${en}, where the source knows it`,
      `${ja}の都市(ソースが知る場合)`,
    ],
    [`${side}_asn`]: [
      `${side}_endpoint.autonomous_system.number`,
      'int',
      `autonomous system number of the ${en}, where the source knows it`,
      `${ja}の AS 番号(ソースが知る場合)`,
    ],
    [`${side}_instance_id`]: [`${side}_endpoint.instance_uid`, 'text', `cloud instance of the ${en}`, `${ja}のインスタンス`],
    [`${side}_interface_id`]: [
      `${side}_endpoint.interface_uid`,
      'text',
      `network interface of the ${en}`,
      `${ja}のネットワークインターフェイス`,
    ],
    [`${side}_vpc_id`]: [`${side}_endpoint.vpc_uid`, 'text', `VPC of the ${en}`, `${ja}の VPC`],
  }) as const satisfies Record<string, Entry>;

/** Where a column comes from, its type, its meaning. */
export type Entry = readonly [from: string, type: TypeName, en: string, ja: string];

const ENTRIES: Readonly<Record<string, Entry>> = {
  time: ['time_dt', 'timestamp', 'when it happened, UTC', '発生日時(UTC)'],
  event_id: [
    'metadata.uid',
    'text',
    "the provider's id of the event, else a digest",
    'プロバイダーのイベント ID(なければダイジェスト)',
  ],
  activity: ['activity_name', 'text', 'what was done, in OCSF’s word', '操作の種類(OCSF の語)'],
  event_code: ['metadata.event_code', 'text', "the source's own name of this kind of event", 'ソース固有のイベント名'],
  class_name: ['class_name', 'text', 'OCSF class', 'OCSF クラス'],
  severity: ['severity', 'text', 'how bad it is, in words', '重大度(語)'],
  severity_id: [
    'severity_id',
    'int',
    'how bad it is: 1 informational to 5 critical, 6 fatal',
    '重大度(1 情報〜5 重大、6 致命的)',
  ],
  status: ['status', 'text', 'outcome or state: Success, Failure, New, …', '結果・状態(Success、Failure、New など)'],
  status_code: ['status_code', 'text', "the source's own code of the outcome", 'ソース固有の結果コード'],
  status_detail: ['status_detail', 'text', 'the outcome in detail', '結果の詳細'],
  message: ['message', 'text', 'the event in words', 'イベントの説明'],
  product: ['metadata.product.name', 'text', 'product that reported it', '報告した製品'],
  account_id: ['accountid', 'text', 'cloud account or tenant', 'クラウドアカウント・テナント'],
  region: ['region', 'text', 'cloud region', 'クラウドのリージョン'],
  raw_ref: [
    'raw_ref',
    'raw_ref',
    'where the raw record lies: object, line, digest',
    '生ログの位置(オブジェクト、行、ダイジェスト)',
  ],
  source: ['source', 'text', 'id of the source: a partition key', 'ソースの ID(パーティションキー)'],
  eventday: [
    'eventday',
    'text',
    'UTC day as yyyyMMdd: a partition key that every query should bound',
    'UTC の日 yyyyMMdd(パーティションキー。必ず範囲を指定)',
  ],

  user_name: ['actor.user.name | "user".name', 'text', 'who did it', '実行者'],
  user_uid: [
    'actor.user.uid | "user".uid',
    'text',
    'unique id of who did it (ARN, SID, object id)',
    '実行者の一意な ID(ARN、SID など)',
  ],
  user_email: ['actor.user.email_addr | "user".email_addr', 'text', 'mail address of who did it', '実行者のメールアドレス'],
  user_type: [
    'actor.user.type | "user".type',
    'text',
    'kind of principal: IAMUser, AssumedRole, Admin, …',
    '主体の種類(IAMUser、AssumedRole など)',
  ],
  user_domain: ['actor.user.domain | "user".domain', 'text', 'domain of who did it', '実行者のドメイン'],
  user_arn: ['actor.user.uid', 'text', 'ARN of the caller', '呼び出し元の ARN'],
  principal_id: ['actor.user.uid_alt', 'text', 'principal id of the caller', '呼び出し元のプリンシパル ID'],
  access_key_id: ['actor.user.credential_uid', 'text', 'access key that was used', '使われたアクセスキー'],
  session_issuer: [
    'actor.session.issuer',
    'text',
    'role or identity provider that issued the session',
    'セッションの発行元(ロール、IdP)',
  ],
  session_id: ['session.uid | actor.session.uid', 'text', 'session', 'セッション'],
  is_mfa: ['is_mfa | actor.session.is_mfa', 'boolean', 'a second factor was used', '多要素認証の有無'],
  target_user_name: ['"user".name', 'text', 'whose account it is about', '対象ユーザー'],
  target_user_uid: ['"user".uid', 'text', 'unique id of whose account it is about', '対象ユーザーの一意な ID'],
  target_user_email: ['"user".email_addr', 'text', 'mail address of whose account it is about', '対象ユーザーのメールアドレス'],
  group_name: ['"group".name', 'text', 'group', 'グループ'],
  group_uid: ['"group".uid', 'text', 'unique id of the group', 'グループの一意な ID'],
  privileges: ['privileges', 'texts', 'privileges that were given or taken', '付与・剥奪された権限'],

  ...end('src', 'source', '送信元'),
  ...end('dst', 'destination', '宛先'),
  user_agent: ['http_request.user_agent', 'text', 'program that asked', 'ユーザーエージェント'],
  service: ['service.name | dst_endpoint.svc_name | api.service.name', 'text', 'service that was used', '利用されたサービス'],
  api_operation: ['api.operation', 'text', 'name of the call', 'API 操作名'],
  api_service: ['api.service.name', 'text', 'service of the call', 'API のサービス'],
  event_name: ['api.operation', 'text', 'name of the call', 'API 操作名'],
  event_source: ['api.service.name', 'text', 'service of the call', 'API のサービス'],
  error_code: ['api.response.error', 'text', 'error of the call', 'エラーコード'],
  error_message: ['api.response.error_message | api.response.message', 'text', 'error of the call in words', 'エラーメッセージ'],
  request: ['api.request.data', 'text', 'parameters of the call: JSON for json_extract_scalar', 'リクエストの引数(JSON)'],
  response: ['api.response.data', 'text', 'what the call gave back: JSON', '応答(JSON)'],
  request_id: ['api.request.uid', 'text', 'id of the call', 'リクエスト ID'],
  resources: ['transform(resources, r -> coalesce(r.uid, r.name))', 'texts', 'resources that it is about', '対象リソース'],
  resource_types: [
    'transform(resources, r -> r.type)',
    'texts',
    'kinds of those resources, in the same order',
    '対象リソースの種類(同順)',
  ],
  auth_protocol: ['auth_protocol', 'text', 'SAML, OAUTH 2.0, Kerberos, NTLM, …', '認証プロトコル'],
  logon_type: ['logon_type', 'text', 'Interactive, Network, Remote Interactive, …', 'ログオンの種類'],
  is_remote: ['is_remote', 'boolean', 'from another host', 'リモートからか'],

  protocol: ['connection_info.protocol_name', 'text', 'tcp, udp, icmp, …', 'プロトコル'],
  direction: ['connection_info.direction | direction', 'text', 'Inbound, Outbound, Lateral', '方向'],
  bytes: ['traffic.bytes', 'bigint', 'bytes in all', '総バイト数'],
  bytes_in: ['traffic.bytes_in', 'bigint', 'bytes to the source', '受信バイト数'],
  bytes_out: ['traffic.bytes_out', 'bigint', 'bytes from the source', '送信バイト数'],
  packets: ['traffic.packets', 'bigint', 'packets in all', '総パケット数'],
  tcp_flags: ['connection_info.tcp_flags', 'int', 'TCP flags as a bit mask', 'TCP フラグ(ビットマスク)'],
  start_time: ['start_time_dt', 'timestamp', 'begin, UTC', '開始(UTC)'],
  end_time: ['end_time_dt', 'timestamp', 'end, UTC', '終了(UTC)'],
  action: ['action', 'text', 'Allowed or Denied', '許可・拒否'],
  disposition: ['disposition', 'text', 'what a control did: Blocked, Alert, Quarantined, …', '制御の処置(Blocked、Alert など)'],
  rule: ['firewall_rule.name | firewall_rule.uid', 'text', 'rule that decided', '適用された規則'],
  app: ['app_name', 'text', 'application', 'アプリケーション'],
  app_protocol: ['app_protocol_name', 'text', 'application protocol', 'アプリケーションプロトコル'],
  tls_version: ['tls.version', 'text', 'TLS version', 'TLS バージョン'],
  tls_sni: ['tls.sni', 'text', 'server name that the client asked for', 'SNI'],
  ja3: ['tls.ja3_hash.value', 'text', 'JA3 fingerprint of the client', 'クライアントの JA3'],

  query: ['query.hostname', 'text', 'name that was asked for', '問い合わせた名前'],
  query_type: ['query.type', 'text', 'A, AAAA, TXT, …', 'レコードの種類'],
  rcode: ['rcode', 'text', 'NoError, NXDomain, …', '応答コード'],
  answers: ['transform(answers, a -> a.rdata)', 'texts', 'what was answered', '応答の内容'],
  http_method: ['http_request.http_method', 'text', 'GET, POST, …', 'HTTP メソッド'],
  url: ['http_request.url.url_string', 'text', 'whole URL, where the source has it', 'URL 全体(ソースにある場合)'],
  url_host: ['http_request.url.hostname', 'text', 'host of the URL', 'URL のホスト'],
  url_path: ['http_request.url.path', 'text', 'path of the URL', 'URL のパス'],
  url_query: ['http_request.url.query_string | http_request.args', 'text', 'query of the URL', 'URL のクエリ'],
  http_status: ['http_response.code | http_status', 'int', 'status code of the response', 'HTTP ステータス'],
  referrer: ['http_request.referrer', 'text', 'page that led there', 'リファラー'],
  x_forwarded_for: ['http_request.x_forwarded_for', 'texts', 'addresses that proxies passed on', 'X-Forwarded-For'],
  response_bytes: ['http_response.body_length | http_response.length', 'int', 'size of the response', '応答のサイズ'],

  host: ['device.hostname | device.name', 'text', 'host on which it happened', 'ホスト'],
  host_ip: ['device.ip', 'text', 'address of the host', 'ホストの IP アドレス'],
  host_uid: ['device.uid', 'text', 'unique id of the host or its agent', 'ホスト・エージェントの一意な ID'],
  process_name: ['process.name | process.file.name', 'text', 'process', 'プロセス名'],
  process_path: ['process.file.path | process.path', 'text', 'program file of the process', '実行ファイルのパス'],
  process_id: ['process.pid', 'int', 'process id', 'プロセス ID'],
  process_uid: ['process.uid', 'text', 'unique id of the process, where the sensor gives one', 'プロセスの一意な ID'],
  command_line: ['process.cmd_line', 'text', 'command line', 'コマンドライン'],
  process_user: ['process.user.name | actor.user.name', 'text', 'user that the process runs as', 'プロセスの実行ユーザー'],
  process_sha256: [sha256('process.file'), 'text', 'SHA-256 of the program file', '実行ファイルの SHA-256'],
  parent_name: [
    'process.parent_process.name | process.parent_process.file.name | actor.process.name',
    'text',
    'parent process',
    '親プロセス名',
  ],
  parent_path: [
    'process.parent_process.file.path | actor.process.file.path',
    'text',
    'program file of the parent process',
    '親プロセスの実行ファイル',
  ],
  parent_id: ['process.parent_process.pid | actor.process.pid', 'int', 'process id of the parent', '親プロセス ID'],
  parent_command_line: [
    'process.parent_process.cmd_line | actor.process.cmd_line',
    'text',
    'command line of the parent',
    '親プロセスのコマンドライン',
  ],
  exit_code: ['exit_code', 'int', 'exit code', '終了コード'],
  actor_process: ['actor.process.name | actor.process.file.name', 'text', 'process that did it', '実行したプロセス'],
  actor_process_path: [
    'actor.process.file.path | actor.process.path',
    'text',
    'program file of that process',
    'そのプロセスの実行ファイル',
  ],
  file_name: ['file.name', 'text', 'file', 'ファイル名'],
  file_path: ['file.path', 'text', 'path of the file', 'ファイルのパス'],
  file_type: ['file.type | file.mime_type', 'text', 'kind of file', 'ファイルの種類'],
  file_size: ['file.size', 'bigint', 'bytes of the file', 'ファイルのサイズ'],
  file_sha256: [sha256('file'), 'text', 'SHA-256 of the file', 'ファイルの SHA-256'],
  new_path: ['file_result.path | file_result.name', 'text', 'path after a move or a renaming', '移動・改名後のパス'],
  shared_with: ['access_list', 'texts', 'who may read it now', '共有先'],
  databucket: ['databucket.name', 'text', 'bucket or container of data', 'バケット・コンテナ'],
  object_key: ['databucket.file.path | databucket.file.name', 'text', 'object in it', 'オブジェクト'],
  database: ['database.name', 'text', 'database', 'データベース'],

  mail_from: ['email."from" | email.sender', 'text', 'sender', '差出人'],
  mail_to: ['email."to"', 'texts', 'receivers', '宛先'],
  subject: ['email.subject', 'text', 'subject', '件名'],
  message_id: ['email.message_uid', 'text', 'Message-ID of the mail', 'メールの Message-ID'],
  attachments: ['transform(email.files, f -> f.name)', 'texts', 'names of attachments', '添付ファイル名'],
  attachment_sha256: [
    'filter(flatten(transform(email.files, f -> transform(filter(f.hashes, h -> h.algorithm_id = 3), h -> h.value))), v -> v IS NOT NULL)',
    'texts',
    'SHA-256 of attachments',
    '添付ファイルの SHA-256',
  ],
  links: ['transform(email.urls, u -> u.url_string)', 'texts', 'links in the mail', 'メール内のリンク'],

  ...FINDING_ENTRIES,
};

/** The columns of these names, in this order. @throws TypeError for a name that is not here */
export function flatColumns(names: string): FlatColumn[] {
  return names.split(/\s+/).map((name) => {
    const entry = Object.hasOwn(ENTRIES, name) ? ENTRIES[name] : undefined;
    if (entry === undefined) throw new TypeError(`no flat column ${name}`);
    const [from, type, en, ja] = entry;
    return { name, from, type: TYPES[type], text: { en, ja } };
  });
}

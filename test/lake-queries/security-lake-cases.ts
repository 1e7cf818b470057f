/** Queries over Security Lake's tables, in the constructs and over the columns of those that AWS publishes, with what they shall find. */
import type { Json } from '../../functions/core/json.ts';

export interface LakeCase {
  name: string;
  sql: string;
  /** Columns of the result, or fields below them, that are compared; all where left out. */
  show?: readonly string[];
  /** Compared in this order where the query has one. */
  rows: readonly (readonly Json[])[];
}

const DB = '"amazon_security_lake_glue_db_us_east_1"';
const table = (name: string): string => `${DB}."amazon_security_lake_table_us_east_1_${name}_2_0"`;
const WEEK = "time_dt BETWEEN CURRENT_TIMESTAMP - INTERVAL '7' DAY AND CURRENT_TIMESTAMP";
const EXTERNAL = 'TTPs/UnauthorizedAccess:IAMUser-InstanceCredentialExfiltration.OutsideAWS';

const FINDINGS = table('sh_findings');
const SECURITY_HUB: readonly LakeCase[] = [
  {
    name: 'all findings of a week',
    sql: `SELECT * FROM ${FINDINGS} WHERE ${WEEK} LIMIT 25`,
    show: ['finding_info.title'],
    rows: [
      ['Credentials of an instance were used elsewhere'],
      ['Potential data exposure of an S3 bucket'],
      ...Array.from({ length: 5 }, () => ['S3 general purpose buckets should block public access']),
    ],
  },
  {
    name: 'new findings from a severity upwards',
    sql: `SELECT time_dt, finding_info, severity_id, status FROM ${FINDINGS} WHERE ${WEEK} AND severity_id >= 4 AND status = 'New' ORDER BY time DESC LIMIT 3`,
    show: ['finding_info.uid', 'severity_id', 'status'],
    rows: [
      ['sh-stolen', 4, 'New'],
      ['sh-cve', 4, 'New'],
      ['sh-cve', 4, 'New'],
    ],
  },
  {
    name: 'credentials used elsewhere, by type',
    sql: `SELECT time_dt, finding_info, severity_id, status FROM ${FINDINGS} CROSS JOIN UNNEST(finding_info.types) AS t(kind) WHERE kind LIKE '%CredentialExfiltration%' ORDER BY time_dt DESC LIMIT 25`,
    show: ['finding_info.uid', 'finding_info.types', 'severity_id'],
    rows: [['sh-stolen', [EXTERNAL], 4]],
  },
  {
    name: 'accounts by findings on instances',
    sql: `SELECT accountid, COUNT(*) AS findings FROM ${FINDINGS} WHERE any_match(resources, r -> r.type = 'AwsEc2Instance') GROUP BY accountid ORDER BY findings DESC LIMIT 10`,
    rows: [['111122223333', 4]],
  },
  {
    name: 'one row for each finding that came several times',
    sql: `SELECT finding_info.uid, MAX(time_dt) AS time, ARBITRARY(region) AS region, ARBITRARY(accountid) AS accountid, ARBITRARY(finding_info) AS finding, ARBITRARY(vulnerabilities) AS vulnerabilities, COUNT(*) AS n FROM ${FINDINGS} WHERE ${WEEK} GROUP BY finding_info.uid HAVING COUNT(*) > 1 LIMIT 25`,
    show: ['uid', 'region', 'accountid', 'finding.uid', 'vulnerabilities.0.cve.uid', 'n'],
    rows: [['sh-cve', 'ap-northeast-1', '111122223333', 'sh-cve', 'CVE-2024-0001', 2]],
  },
  {
    name: 'findings that are more than information',
    sql: `SELECT time_dt, finding_info.title, finding_info, severity FROM ${FINDINGS} WHERE severity <> 'Informational' AND ${WEEK} AND finding_info.uid LIKE 'sh-%' LIMIT 25`,
    show: ['finding_info.uid', 'severity'],
    rows: [
      ['sh-bucket', 'Low'],
      ['sh-cve', 'High'],
      ['sh-cve', 'High'],
      ['sh-stolen', 'High'],
    ],
  },
  {
    name: 'findings on buckets, of any time',
    sql: `SELECT * FROM ${FINDINGS} WHERE any_match(resources, r -> r.type = 'AwsS3Bucket') AND finding_info.uid LIKE 'sh-%' LIMIT 25`,
    show: ['finding_info.uid', 'compliance.status'],
    rows: [
      ['sh-bucket', 'Fail'],
      ['sh-passed', 'Pass'],
    ],
  },
  {
    name: 'findings by the score of a vulnerability, through two lists',
    sql: `SELECT DISTINCT finding_info.uid, metadata.product.name AS product, vulnerabilities, resource FROM ${FINDINGS}, UNNEST(vulnerabilities) AS t(vulnerability), UNNEST(vulnerability.cve.cvss) AS t(score) WHERE score.base_score > 7.0 AND vulnerabilities IS NOT NULL LIMIT 25`,
    show: ['uid', 'product', 'vulnerabilities.0.cve.cvss.0.base_score', 'resource.type'],
    rows: [['sh-cve', 'Inspector', 7.5, 'AwsEc2Instance']],
  },
  {
    name: 'findings of one vulnerability',
    sql: `SELECT * FROM ${FINDINGS} WHERE any_match(vulnerabilities, v -> v.cve.uid = 'CVE-2024-0001') LIMIT 25`,
    show: ['finding_info.uid', 'vulnerabilities.0.affected_packages.0.remediation.desc'],
    rows: [
      ['sh-cve', 'dnf update openssl'],
      ['sh-cve', 'dnf update openssl'],
    ],
  },
  {
    name: 'products by findings',
    sql: `SELECT metadata.product.name, count(*) FROM ${FINDINGS} WHERE ${WEEK} GROUP BY metadata.product.name ORDER BY metadata.product.name DESC LIMIT 25`,
    rows: [
      ['Security Hub Exposure Detection', 1],
      ['Security Hub', 3],
      ['Inspector', 2],
      ['GuardDuty', 1],
    ],
  },
  {
    name: 'kinds of resources by findings',
    sql: `SELECT count(*) AS "Total", resource.type FROM ${FINDINGS} WHERE ${WEEK} GROUP BY resource.type ORDER BY count(*) DESC, 2 LIMIT 25`,
    rows: [
      [3, 'AwsEc2Instance'],
      [3, 'AwsS3Bucket'],
      [1, 'AWS::S3::Bucket'],
    ],
  },
  {
    name: 'vulnerable packages',
    sql: `SELECT vulnerabilities FROM ${FINDINGS} WHERE ${WEEK} AND vulnerabilities IS NOT NULL LIMIT 25`,
    show: ['vulnerabilities.0.affected_packages.0.name', 'vulnerabilities.0.affected_packages.0.fixed_in_version'],
    rows: [
      ['openssl', '3.0.8'],
      ['openssl', '3.0.8'],
    ],
  },
  {
    name: 'when findings were made, changed and seen',
    sql: `SELECT status, finding_info.title, finding_info.uid, finding_info.created_time_dt < finding_info.modified_time_dt AS changed, finding_info.first_seen_time_dt < finding_info.last_seen_time_dt AS lasting FROM ${FINDINGS} WHERE ${WEEK} AND finding_info.uid = 'sh-stolen' LIMIT 25`,
    rows: [['New', 'Credentials of an instance were used elsewhere', 'sh-stolen', true, true]],
  },
];

const FLOWS = table('vpc_flow');
const VPC_FLOW: readonly LakeCase[] = [
  {
    name: 'the latest traffic of an address since a day',
    sql: `SELECT * FROM ${FLOWS} WHERE time_dt > TIMESTAMP '2024-03-01' AND src_endpoint.ip = '192.0.2.9' ORDER BY time_dt DESC LIMIT 1`,
    show: ['src_endpoint.port', 'traffic.packets'],
    rows: [[22, 3]],
  },
  {
    name: 'the same by the epoch',
    sql: `SELECT * FROM ${FLOWS} WHERE time_dt > TIMESTAMP '2024-03-01' AND src_endpoint.ip = '192.0.2.9' ORDER BY time DESC LIMIT 25`,
    show: ['dst_endpoint.ip'],
    rows: [['10.0.1.5'], ['198.51.100.30']],
  },
  {
    name: 'traffic in regions',
    sql: `SELECT * FROM ${FLOWS} WHERE ${WEEK} AND region IN ('us-east-1', 'us-west-2') LIMIT 25`,
    show: ['region', 'dst_endpoint.ip', 'accountid'],
    rows: [['us-west-2', '192.0.2.9', '111122223333']],
  },
  {
    name: 'traffic from an address and a port',
    sql: `SELECT * FROM ${FLOWS} WHERE ${WEEK} AND src_endpoint.ip = '192.0.2.9' AND src_endpoint.port = 22 LIMIT 25`,
    show: ['src_endpoint.ip', 'connection_info.protocol_num'],
    rows: [['192.0.2.9', 6]],
  },
  {
    name: 'how many addresses were talked to',
    sql: `SELECT COUNT(DISTINCT dst_endpoint.ip) AS "Total" FROM ${FLOWS} WHERE ${WEEK} LIMIT 25`,
    rows: [[5]],
  },
  {
    name: 'traffic from a network, by parts of the address',
    sql: `SELECT * FROM ${FLOWS} WHERE ${WEEK} AND split_part(src_endpoint.ip, '.', 1) = '198' AND split_part(src_endpoint.ip, '.', 2) = '51' LIMIT 25`,
    show: ['src_endpoint.ip', 'disposition'],
    rows: [['198.51.100.99', 'Blocked']],
  },
  {
    name: 'pairs that talked HTTPS',
    sql: `SELECT dst_endpoint.ip AS dst, src_endpoint.ip AS src, traffic.packets FROM ${FLOWS} WHERE ${WEEK} AND dst_endpoint.port = 443 GROUP BY dst_endpoint.ip, traffic.packets, src_endpoint.ip ORDER BY traffic.packets DESC LIMIT 25`,
    rows: [
      ['198.51.100.31', '10.0.1.5', 25],
      ['192.0.2.80', '10.0.2.8', 18],
      ['198.51.100.30', '10.0.1.5', 10],
    ],
  },
  {
    name: 'packets to a port',
    sql: `SELECT traffic.packets, dst_endpoint.ip FROM ${FLOWS} WHERE ${WEEK} AND dst_endpoint.port = 443 GROUP BY traffic.packets, dst_endpoint.ip ORDER BY traffic.packets DESC LIMIT 2`,
    rows: [
      [25, '198.51.100.31'],
      [18, '192.0.2.80'],
    ],
  },
  {
    name: 'what two addresses said to each other',
    sql: `SELECT start_time_dt, end_time_dt, src_endpoint.interface_uid, connection_info.direction, src_endpoint.ip, dst_endpoint.ip, src_endpoint.port, dst_endpoint.port, traffic.packets, traffic.bytes FROM ${FLOWS} WHERE ${WEEK} AND (src_endpoint.ip = '192.0.2.9' AND dst_endpoint.ip = '10.0.1.5') OR (src_endpoint.ip = '10.0.1.5' AND dst_endpoint.ip = '192.0.2.9') ORDER BY start_time_dt ASC LIMIT 25`,
    show: ['direction', 'ip', 'packets', 'bytes'],
    rows: [
      ['Outbound', '10.0.1.5', 4, 4000],
      ['Inbound', '192.0.2.9', 3, 4000],
    ],
  },
  {
    name: 'what came in',
    sql: `SELECT * FROM ${FLOWS} WHERE ${WEEK} AND connection_info.direction = 'Inbound' LIMIT 25`,
    show: ['src_endpoint.ip'],
    rows: [['192.0.2.9'], ['198.51.100.99']],
  },
  {
    name: 'what went out',
    sql: `SELECT * FROM ${FLOWS} WHERE ${WEEK} AND connection_info.direction = 'Outbound' LIMIT 25`,
    show: ['dst_endpoint.ip'],
    rows: [['192.0.2.80'], ['192.0.2.9'], ['198.51.100.30'], ['198.51.100.31']],
  },
  {
    name: 'what was refused',
    sql: `SELECT * FROM ${FLOWS} WHERE ${WEEK} AND action = 'Denied' LIMIT 25`,
    show: ['dst_endpoint.port', 'action_id'],
    rows: [[3389, 2]],
  },
];

const TRAIL = table('cloud_trail_mgmt');
const CLOUDTRAIL: readonly LakeCase[] = [
  {
    name: 'calls that were not allowed',
    sql: `SELECT time_dt, api.service.name, api.operation, api.response.error, api.response.message, api.response.data, cloud.region, actor.user.uid, src_endpoint.ip, http_request.user_agent FROM ${TRAIL} WHERE ${WEEK} AND api.response.error IN ('Client.UnauthorizedOperation', 'AccessDenied') ORDER BY time DESC LIMIT 25`,
    show: ['name', 'operation', 'error', 'region', 'uid', 'ip'],
    rows: [
      [
        'ec2.amazonaws.com',
        'RunInstances',
        'Client.UnauthorizedOperation',
        'ap-northeast-1',
        'arn:aws:iam::111122223333:user/alice',
        '192.0.2.77',
      ],
      ['iam.amazonaws.com', 'CreateUser', 'AccessDenied', 'ap-northeast-1', 'AIDAEXAMPLE0000000001', '198.51.100.23'],
    ],
  },
  {
    name: 'calls from an address',
    sql: `SELECT api.request.uid, time_dt, api.service.name, api.operation, cloud.region, actor.user.uid, src_endpoint.ip, http_request.user_agent FROM ${TRAIL} WHERE ${WEEK} AND src_endpoint.ip = '192.0.2.77' ORDER BY time DESC LIMIT 25`,
    show: ['operation'],
    rows: [['RunInstances'], ['ConsoleLogin']],
  },
  {
    name: 'all that IAM was asked',
    sql: `SELECT * FROM ${TRAIL} WHERE ${WEEK} AND api.service.name = 'iam.amazonaws.com' ORDER BY time DESC LIMIT 25`,
    show: ['api.operation', 'class_uid', 'user.name'],
    rows: [
      ['ListUsers', 6003, null],
      ['CreateUser', 3001, 'backup'],
      ['CreateUser', 6003, null],
    ],
  },
  {
    name: 'where a key was used',
    sql: `SELECT actor.user.uid, actor.user.uid_alt, actor.user.account.uid, cloud.region FROM ${TRAIL} WHERE ${WEEK} AND actor.user.credential_uid = 'AKIAIOSFODNN7EXAMPLE' LIMIT 25`,
    rows: Array.from({ length: 4 }, () => [
      'arn:aws:iam::111122223333:user/alice',
      'AIDACKCEVSQ6C2EXAMPLE',
      '111122223333',
      'ap-northeast-1',
    ]),
  },
  {
    name: 'calls that failed',
    sql: `SELECT actor.user.uid, actor.user.uid_alt, actor.user.account.uid, cloud.region, is_mfa FROM ${TRAIL} WHERE status = 'Failure' AND ${WEEK} AND actor.user.name = 'alice' ORDER BY time DESC LIMIT 25`,
    show: ['uid_alt', 'region'],
    rows: [
      ['AIDACKCEVSQ6C2EXAMPLE', 'ap-northeast-1'],
      ['AIDACKCEVSQ6C2EXAMPLE', 'ap-northeast-1'],
    ],
  },
  {
    name: 'objects that were read',
    sql: `SELECT api.operation, resource.uid FROM ${table('s3_data')}, UNNEST(resources) AS t(resource) WHERE ${WEEK} AND resource.type = 'AWS::S3::Object'`,
    rows: [['GetObject', 'arn:aws:s3:::example-records/a.csv']],
  },
  {
    name: 'functions that were called',
    sql: `SELECT api.operation, resources FROM ${table('lambda_execution')} WHERE ${WEEK}`,
    show: ['operation', 'resources.0.uid'],
    rows: [['Invoke', 'arn:aws:lambda:ap-northeast-1:111122223333:function:report']],
  },
];

const REQUESTS = table('waf');
const WAF: readonly LakeCase[] = [
  {
    name: 'posts of an address',
    sql: `SELECT time_dt, activity_name, src_endpoint.ip, http_request.url.path, http_request.url.hostname, http_request.http_method, http_request.http_headers FROM ${REQUESTS} WHERE ${WEEK} AND src_endpoint.ip = '203.0.113.5' AND activity_name = 'Post' LIMIT 25`,
    show: ['path', 'hostname', 'http_method', 'http_headers.0.name'],
    rows: [['/login', 'www.example.com', 'POST', 'Host']],
  },
  {
    name: 'requests that met a managed rule group',
    sql: `SELECT time_dt, activity_name, src_endpoint.ip, http_request.url.path, http_request.url.hostname, http_request.http_method, firewall_rule.uid, firewall_rule.type, firewall_rule.condition, firewall_rule.match_location, firewall_rule.match_details, firewall_rule.rate_limit FROM ${REQUESTS} WHERE ${WEEK} AND firewall_rule.type = 'MANAGED_RULE_GROUP' LIMIT 25`,
    show: ['uid', 'condition', 'match_location', 'match_details', 'rate_limit'],
    rows: [['AWS-AWSManagedRulesSQLiRuleSet', 'SQL_INJECTION', 'QUERY_STRING', ['10', 'AND', '1'], null]],
  },
  {
    name: 'requests that met a regular expression',
    sql: `SELECT activity_name, firewall_rule.uid, firewall_rule.condition, firewall_rule.match_location, firewall_rule.match_details FROM ${REQUESTS} WHERE ${WEEK} AND firewall_rule.condition = 'REGEX' LIMIT 25`,
    rows: [['Get', 'no-dotfiles', 'REGEX', 'URI', ['/.']]],
  },
  {
    name: 'refused requests for credentials',
    sql: `SELECT time_dt, activity_name, action, src_endpoint.ip, http_request.url.path, http_request.url.hostname, http_request.http_method, firewall_rule.uid, firewall_rule.type FROM ${REQUESTS} WHERE ${WEEK} AND http_request.url.path = '/.aws/credentials' AND action = 'Denied' LIMIT 25`,
    show: ['action', 'ip', 'uid', 'type'],
    rows: [
      ['Denied', '203.0.113.6', 'no-dotfiles', 'REGULAR'],
      ['Denied', '203.0.113.6', 'no-dotfiles', 'REGULAR'],
    ],
  },
  {
    name: 'requests for credentials by country',
    sql: `SELECT count(*) AS Total, src_endpoint.location.country AS Country, activity_name, action, src_endpoint.ip, http_request.url.path, http_request.url.hostname, http_request.http_method FROM ${REQUESTS} WHERE ${WEEK} AND activity_name = 'Get' AND http_request.url.path = '/.aws/credentials' GROUP BY src_endpoint.location.country, activity_name, action, src_endpoint.ip, http_request.url.path, http_request.url.hostname, http_request.http_method`,
    rows: [[2, 'NL', 'Get', 'Denied', '203.0.113.6', '/.aws/credentials', 'www.example.com', 'GET']],
  },
  {
    name: 'requests over a rate, where the web ACL stands',
    sql: `SELECT accountid, region, firewall_rule.rate_limit, disposition_id, http_status, src_endpoint.svc_name, src_endpoint.uid FROM ${REQUESTS} WHERE firewall_rule.rate_limit IS NOT NULL`,
    rows: [['111122223333', 'ap-northeast-1', 2000, 2, null, 'ALB', '111122223333-app/example/abcdef']],
  },
];

const QUERIES = table('route53');
const ROUTE_53: readonly LakeCase[] = [
  {
    name: 'the last questions',
    sql: `SELECT time_dt, src_endpoint.instance_uid, src_endpoint.ip, src_endpoint.port, query.hostname, rcode FROM ${QUERIES} WHERE ${WEEK} ORDER BY time DESC LIMIT 25`,
    show: ['ip', 'hostname', 'rcode'],
    rows: [
      ['10.0.1.5', 's3.amazonaws.com.', 'NoError'],
      ['10.0.2.8', 'www.example.com.', 'NoError'],
      ['10.0.1.5', 'nowhere.example.com.', 'NXDomain'],
      ['10.0.1.15', 'updates.example.com.', 'NoError'],
    ],
  },
  {
    name: 'questions for a name',
    sql: `SELECT time_dt, src_endpoint.instance_uid, src_endpoint.ip, src_endpoint.port, query.hostname, rcode, answers FROM ${QUERIES} WHERE query.hostname LIKE 's3.amazonaws.com.' AND ${WEEK} ORDER BY time DESC LIMIT 25`,
    show: ['instance_uid', 'port', 'answers.0.rdata'],
    rows: [['i-0123456789abcdef0', 36899, '192.0.2.1']],
  },
  {
    name: 'questions without an answer',
    sql: `SELECT src_endpoint.ip, query.hostname, rcode, answers FROM ${QUERIES} WHERE cardinality(answers) = 0 AND ${WEEK} LIMIT 25`,
    rows: [['10.0.1.5', 'nowhere.example.com.', 'NXDomain', []]],
  },
  {
    name: 'names that stood for an address',
    sql: `SELECT time_dt, src_endpoint.ip, query.hostname, rcode, answer.rdata FROM ${QUERIES}, UNNEST(answers) AS st(answer) WHERE answer.rdata = '192.0.2.1' AND ${WEEK} LIMIT 25`,
    show: ['hostname', 'rdata'],
    rows: [
      ['s3.amazonaws.com.', '192.0.2.1'],
      ['www.example.com.', '192.0.2.1'],
    ],
  },
];

const AUDITS = table('eks_audit');
const EKS: readonly LakeCase[] = [
  {
    name: 'requests to a path',
    sql: `SELECT time_dt, actor.user.name, http_request.url.path, activity_name FROM ${AUDITS} WHERE ${WEEK} AND activity_name = 'Read' AND http_request.url.path = '/apis/coordination.k8s.io/v1/leases' LIMIT 25`,
    show: ['name', 'activity_name'],
    rows: [['system:kube-scheduler', 'Read']],
  },
  {
    name: 'updates from an address',
    sql: `SELECT activity_name, time_dt, api.request, http_request.url.path, src_endpoint.ip, resources FROM ${AUDITS} WHERE ${WEEK} AND src_endpoint.ip = '10.0.97.20' AND activity_name = 'Update' LIMIT 25`,
    show: ['request.uid', 'path', 'resources.0.name'],
    rows: [['k8s-update', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', 'ci-admin']],
  },
  {
    name: 'requests and responses of a resource',
    sql: `SELECT activity_name, time_dt, api.request, api.response, resource.name FROM ${AUDITS}, UNNEST(resources) AS t(resource) WHERE ${WEEK} AND resource.name = 'kube-scheduler' LIMIT 25`,
    show: ['request.uid', 'response.code', 'name'],
    rows: [['k8s-lease', 201, 'kube-scheduler']],
  },
];

const pivot = (from: string, ip: string): string =>
  `SELECT time_dt, observable.name, observable.value FROM ${from}, UNNEST(observables) AS t(observable) WHERE ${WEEK} AND observable.value = '${ip}' AND observable.name = 'src_endpoint.ip'`;
const PIVOTS: readonly LakeCase[] = [
  {
    name: 'an address in flows and in questions',
    sql: `WITH flows AS (${pivot(FLOWS, '10.0.2.8')}), questions AS (${pivot(QUERIES, '10.0.2.8')}) SELECT * FROM flows LEFT JOIN questions ON flows.value = questions.value AND flows.name = questions.name LIMIT 25`,
    show: ['name', 'value'],
    rows: [['src_endpoint.ip', '10.0.2.8']],
  },
  {
    name: 'where an address is seen, over all tables',
    sql: ['cloud_trail_mgmt', 'vpc_flow', 'route53', 'sh_findings', 'eks_audit', 'waf', 's3_data', 'lambda_execution']
      .map(
        (name) =>
          `SELECT '${name}' AS seen, count(*) AS n FROM ${table(name)} CROSS JOIN UNNEST(observables) AS t(o) WHERE ${WEEK} AND o.type_id = 2 AND o.value IN ('192.0.2.77', '192.0.2.9', '10.0.97.20', '203.0.113.5') HAVING count(*) > 0`,
      )
      .join(' UNION ALL '),
    rows: [
      ['cloud_trail_mgmt', 2],
      ['eks_audit', 2],
      ['vpc_flow', 2],
      ['waf', 1],
    ],
  },
];

export const SECURITY_LAKE_CASES: readonly LakeCase[] = [
  ...SECURITY_HUB,
  ...VPC_FLOW,
  ...CLOUDTRAIL,
  ...WAF,
  ...ROUTE_53,
  ...EKS,
  ...PIVOTS,
];

/** What a case shows of a result: in the query's order where it has one. */
export function shown(
  { sql, show }: LakeCase,
  result: { columns: readonly { name: string }[]; rows: readonly (readonly Json[])[] },
): Json[][] {
  const rows = result.rows.map((row) => (show === undefined ? [...row] : show.map((path) => at(result.columns, row, path))));
  return isOrdered(sql) ? rows : sorted(rows);
}

/** What a case expects, in the same order as `shown`. */
export const expected = ({ sql, rows }: LakeCase): Json[][] => {
  const wanted = rows.map((row) => [...row]);
  return isOrdered(sql) ? wanted : sorted(wanted);
};

const isOrdered = (sql: string): boolean => /order by/i.test(sql);
const sorted = (rows: Json[][]): Json[][] => rows.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

function at(columns: readonly { name: string }[], row: readonly Json[], path: string): Json {
  const [name, ...rest] = path.split('.');
  let value: unknown = row[columns.findIndex((column) => column.name.toLowerCase() === name)];
  for (const key of rest) value = (value as Record<string, unknown> | null)?.[key];
  return (value ?? null) as Json;
}

// The flat views over what the sources' samples and the engine itself write: columns are filled, and say what the raw records said.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../../functions/core/json.ts';
import { FLAT_SPECS } from '../../../functions/core/lake/flat-views.ts';
import { remediationEvent } from '../../../functions/core/ocsf/remediation.ts';
import { SOURCES } from '../../../functions/sources/index.ts';
import { createDuckdbQuery } from '../../../local/adapters/duckdb-query.ts';
import { NOW_MS, samplesOf } from '../../sources/samples.ts';
import { addRows, event, newLake } from './lake-folder.ts';

const lakeDir = newLake();
const query = createDuckdbQuery({ lakeDir });
afterAll(() => query.close());

const RESPONSE = remediationEvent({
  ...{ commandUid: 'c1', phase: 'act', title: 'Disable the key', outcome: 'success', startedAtMs: NOW_MS, endedAtMs: NOW_MS + 5 },
  countermeasure: { id: 'D3-AL', name: 'Account Locking', tactic: 'Evict' },
  target: { provider: 'aws', accountId: '111122223333', region: 'eu-west-1', uid: 'AKIAEXAMPLE', name: 'key' },
  ...{ incidentId: 'i1', runId: 'r1', playbook: 'p', actionId: 'a', planHash: 'h', requester: 'aoi', approvers: ['ren'] },
  ...{ evidenceKey: 'e', evidenceSha256: 'ab' },
});

/** Attributes that none of the samples has, each in an event of its own. */
const OTHERS = [
  event('incident:2', {
    ...{ class_uid: 2005, class_name: 'Incident Finding', message: 'A key was stolen', comment: 'updated', impact_score: 80 },
    ...{ priority: 'High', verdict: 'Unknown', finding_info_list: [{ uid: 'a' }, { uid: 'b' }], status: 'New' },
    ...{ start_time: NOW_MS, start_time_dt: '2025-03-05T00:00:00Z', end_time: NOW_MS, end_time_dt: '2025-03-05T00:00:00Z' },
    metadata: {
      version: '1.8.0',
      uid: 'incident:2',
      correlation_uid: 'incident',
      event_code: 'x',
      product: { name: 'Yagura', vendor_name: 'Yagura' },
    },
    cloud: { provider: 'AWS', region: 'eu-west-1', account: { uid: '111122223333' } },
  }),
  event('mail', {
    ...{
      class_uid: 4009,
      class_name: 'Email Activity',
      direction: 'Inbound',
      action: 'Denied',
      disposition: 'Blocked',
      status: 'Failure',
    },
    email: {
      ...{ from: 'mallory@example.net', to: ['aoi@example.com'], subject: 'Invoice', message_uid: '<2@example.net>' },
      files: [
        {
          name: 'a.zip',
          type_id: 1,
          hashes: [
            { algorithm_id: 1, value: 'md5' },
            { algorithm_id: 3, value: 'abc' },
          ],
        },
        { name: 'b.txt', type_id: 1 },
      ],
      urls: [{ url_string: 'https://example.net/x' }],
    },
  }),
  event('file', {
    ...{ class_uid: 6006, class_name: 'File Hosting Activity', status: 'Success', access_list: ['ren@example.com'] },
    file: { name: 'plan.pdf', path: '/plans/plan.pdf', type_id: 1, hashes: [{ algorithm_id: 3, value: 'abc' }] },
    file_result: { name: 'plan-2.pdf', path: '/plans/plan-2.pdf', type_id: 1 },
  }),
];

beforeAll(() => {
  const rows = SOURCES.flatMap(({ id, toOcsf }) =>
    samplesOf(id).map(({ record }) => ({ source: id, event: toOcsf(record, { nowMs: NOW_MS }) })),
  );
  const own = [RESPONSE, ...OTHERS].map((one) => ({ source: 'yagura', event: one }));
  addRows(
    lakeDir,
    'b1',
    [...rows, ...own].map(({ source, event: one }, line) => ({
      event: { ...one, metadata: { ...one.metadata, uid: `${one.metadata.uid}#${line}` } },
      ...{ source, rawRef: { key: 'raw/x.gz', line, sha256: 'ab', bytes: 1 }, ingestTimeMs: NOW_MS },
    })),
  );
}, 120_000);

const of = async (sql: string): Promise<Json[][]> => (await query.run(sql)).rows;

/** What no sample tells, though sources can: sensors and services that say it are not all here. */
const UNTOLD: Readonly<Record<string, readonly string[]>> = {
  group_changes: ['api_operation', 'account_id', 'region'],
  network: ['src_country', 'dst_country', 'dst_instance_id', 'dst_vpc_id'],
  http: ['bytes', 'region'],
  processes: ['exit_code', 'action', 'disposition', 'account_id', 'region'],
  files: ['account_id', 'region'],
  data_access: ['region'],
  emails: ['account_id', 'region'],
  responses: ['event_code', 'status_detail', 'user_name', 'region'],
};

describe('the flat views', () => {
  it.each(FLAT_SPECS.map((spec) => [spec.name, spec] as const))(
    '%s has rows that fill its columns',
    async (name, { columns }) => {
      const [row = []] = await of(
        `SELECT count(*), ${columns.map((column) => `count("${column.name}")`).join(', ')} FROM ${name}`,
      );
      expect(Number(row[0])).toBeGreaterThan(0);
      const empty = columns.filter((_, i) => row[i + 1] === 0).map((column) => column.name);
      expect(empty.filter((column) => !(UNTOLD[name] ?? []).includes(column))).toEqual([]);
    },
  );

  it('have one meaning for a name, in two languages, and no two columns of one name', () => {
    const meanings = new Map<string, string>();
    for (const { name: view, columns, title } of FLAT_SPECS) {
      expect(
        [title.en, title.ja].every((text) => text.length > 3),
        view,
      ).toBe(true);
      expect(new Set(columns.map(({ name }) => name)).size, view).toBe(columns.length);
      for (const { name, text } of columns) {
        expect(text.ja, name).not.toBe(text.en);
        expect(meanings.get(name) ?? text.en, name).toBe(text.en);
        meanings.set(name, text.en);
      }
    }
  });

  it.each<[sql: string, rows: Json[][]]>([
    [
      "SELECT user_name, src_ip, src_country IS NULL, is_mfa, status, service FROM sign_ins WHERE source = 'okta' AND is_mfa",
      [['aoi.kato@example.com', '203.0.113.24', false, true, 'Failure', 'Okta']],
    ],
    [
      "SELECT activity, user_name, target_user_name, api_operation, src_ip FROM account_changes WHERE source = 'aws-cloudtrail' AND api_operation = 'CreateUser'",
      [['Create', 'admin', 'backup-svc', 'CreateUser', '203.0.113.17']],
    ],
    [
      "SELECT src_ip, src_port, dst_ip, dst_port, protocol, bytes, packets, action, disposition FROM network WHERE source = 'aws-vpc-flow' AND dst_port = 3389",
      [['203.0.113.12', 49761, '10.0.1.5', 3389, 'tcp', 4249, 20, 'Denied', 'Blocked']],
    ],
    [
      "SELECT query, query_type, rcode, answers, src_ip, src_instance_id FROM dns WHERE source = 'aws-route53-resolver' AND action = 'Denied'",
      [['www.example.com.', 'A', 'NoError', ['203.0.113.34'], '10.0.1.5', 'i-0123456789abcdef0']],
    ],
    [
      "SELECT http_method, url_host, url_path, http_status, src_ip, src_country, rule FROM http WHERE source = 'aws-waf' AND http_status IS NOT NULL",
      [['GET', 'www.example.com', '/items', 405, '198.51.100.7', 'JP', 'AWS-AWSManagedRulesSQLiRuleSet']],
    ],
    [
      "SELECT process_user, process_path, command_line, parent_name FROM processes WHERE host = 'db-1.example.com'",
      [['bob', '/usr/bin/dash', 'sh -c curl http://198.51.100.7/x', 'bash']],
    ],
    [
      "SELECT file_name, file_path, file_sha256, new_path, shared_with FROM files WHERE source = 'yagura'",
      [['plan.pdf', '/plans/plan.pdf', 'abc', '/plans/plan-2.pdf', ['ren@example.com']]],
    ],
    [
      "SELECT user_name, databucket, object_key, activity, http_status, event_code FROM data_access WHERE source = 'aws-s3-access' AND activity = 'Delete'",
      [
        [
          'arn:aws:sts::111122223333:assumed-role/Admin/aoi',
          'example-records',
          'people/list.csv',
          'Delete',
          204,
          'BATCH.DELETE.OBJECT',
        ],
      ],
    ],
    [
      "SELECT mail_from, mail_to, subject, attachments, attachment_sha256, links, direction FROM emails WHERE source = 'yagura'",
      [
        [
          'mallory@example.net',
          ['aoi@example.com'],
          'Invoice',
          ['a.zip', 'b.txt'],
          ['abc'],
          ['https://example.net/x'],
          'Inbound',
        ],
      ],
    ],
    [
      "SELECT cve, cvss, epss, packages, versions, fixed_in, resource_types FROM vulnerabilities WHERE source = 'aws-security-hub'",
      [['CVE-2024-0001', 7.5, '0.42', ['openssl'], ['3.0.1'], ['3.0.8'], ['AwsS3Bucket']]],
    ],
    [
      "SELECT control, standards, requirements, resources FROM compliance WHERE source = 'aws-security-hub' AND compliance_status = 'Fail'",
      [
        [
          'S3.8',
          ['standards/aws-foundational-security-best-practices/v/1.0.0'],
          ['NIST.800-53.r5 AC-3'],
          ['arn:aws:s3:::example-records'],
        ],
      ],
    ],
    [
      'SELECT incident_id, incident_title, findings, risk, comment FROM incidents',
      [['incident', 'A key was stolen', 2, 80, 'updated']],
    ],
    [
      'SELECT activity, command_id, countermeasures, remediation, status, account_id FROM responses',
      [['Evict', 'c1', ['D3-AL'], 'Disable the key', 'Success', '111122223333']],
    ],
    [
      "SELECT DISTINCT class_name, observable, type_id FROM event_observables WHERE value = '10.0.1.5' AND source = 'aws-route53-resolver'",
      [['DNS Activity', 'src_endpoint.ip', 2]],
    ],
    [
      "SELECT count(*) FROM findings WHERE source IN ('aws-macie', 'aws-access-analyzer')",
      [[samplesOf('aws-macie').length + samplesOf('aws-access-analyzer').length]],
    ],
    // A finding whose vulnerability has no list of its own is there all the same.
    ['SELECT count(DISTINCT event_id) - (SELECT count(*) FROM vulnerability_finding) FROM vulnerabilities', [[0]]],
  ])('%s', async (sql, rows) => {
    expect(await of(sql)).toEqual(rows);
  });

  it('show an attribute that only another class has as NULL of its type', async () => {
    const { columns } = await query.run("SELECT is_mfa, resources FROM cloudtrail WHERE class_name = 'Account Change' LIMIT 1");
    expect(columns.map(({ type }) => type)).toEqual(['boolean', 'array(varchar)']);
  });
});

import { describe, expect, it } from 'vitest';
import {
  SECURITY_LAKE_SHAPES,
  SECURITY_LAKE_VIEWS,
  securityLakeDatabase,
  securityLakeName,
  securityLakeTable,
} from '../../../functions/core/lake/security-lake-views.ts';
import { glueType, type LakeType, typeAt } from '../../../functions/core/lake/types.ts';

/** What each table of Security Lake has at the end of a path. `:i` int, `:l` bigint, `:d` decimal, `:b` boolean, `:t` timestamp, `[]` a list of strings, else a string. */
const EVERY =
  'metadata.product.version metadata.product.name metadata.product.vendor_name metadata.profiles[] metadata.version time:l time_dt:t cloud.provider class_name class_uid:i category_name category_uid:i severity_id:i severity activity_name activity_id:i type_uid:l type_name accountid region asl_version observables.name observables.value observables.type observables.type_id:i';
const CLOUDTRAIL =
  'metadata.product.feature.name metadata.event_code metadata.uid cloud.region api.response.error api.response.message api.response.data api.operation api.version api.service.name api.request.data api.request.uid dst_endpoint.svc_name actor.user.type actor.user.name actor.user.uid_alt actor.user.uid actor.user.account.uid actor.user.credential_uid actor.session.created_time_dt:t actor.session.is_mfa:b actor.session.issuer actor.invoked_by actor.idp.name http_request.user_agent src_endpoint.uid src_endpoint.ip src_endpoint.domain session.uid session.uid_alt session.credential_uid session.issuer policy.uid resources.uid resources.owner.account.uid resources.type user.uid_alt user.uid user.name status is_mfa:b';
const ENDPOINT = ['port:i', 'svc_name', 'ip', 'intermediate_ips[]', 'interface_uid', 'vpc_uid', 'instance_uid', 'subnet_uid'];
const RESOURCE = ['type', 'uid', 'cloud_partition', 'region', 'labels[]', 'data', 'criticality'];
const under = (name: string, fields: readonly string[]): string => fields.map((field) => `${name}.${field}`).join(' ');
const image = (name: string): string => under(name, ['name', 'image.name', 'image.path', 'image.uid']);
const place = (name: string): string => under(name, ['ip', 'location.country', 'location.city', 'port:i']);

const COLUMNS: Readonly<Record<string, string>> = {
  cloud_trail_mgmt_2_0: CLOUDTRAIL,
  s3_data_2_0: CLOUDTRAIL,
  lambda_execution_2_0: CLOUDTRAIL,
  vpc_flow_2_0: `metadata.product.feature.name cloud.account.uid cloud.region cloud.zone ${under('src_endpoint', ENDPOINT)} ${under('dst_endpoint', ENDPOINT)} connection_info.protocol_num:i connection_info.tcp_flags:i connection_info.protocol_ver connection_info.boundary_id:i connection_info.boundary connection_info.direction_id:i connection_info.direction traffic.packets:l traffic.bytes:l start_time_dt:t end_time_dt:t status_code action action_id:i disposition`,
  route53_2_0:
    'metadata.product.feature.name cloud.account.uid cloud.region src_endpoint.vpc_uid src_endpoint.ip src_endpoint.port:i src_endpoint.instance_uid query.hostname query.type query.class answers.type answers.rdata answers.class connection_info.protocol_name connection_info.direction connection_info.direction_id:i dst_endpoint.instance_uid dst_endpoint.interface_uid firewall_rule.uid rcode_id:i rcode disposition action action_id:i',
  sh_findings_2_0: `metadata.log_version metadata.product.feature.uid metadata.product.feature.name metadata.product.uid metadata.processed_time_dt:t metadata.extensions.name metadata.extensions.uid metadata.extensions.version confidence_score:i message cloud.account.uid cloud.region ${under('resource', RESOURCE)} ${under('resources', RESOURCE)} resources.owner.account.uid finding_info.created_time_dt:t finding_info.uid finding_info.desc finding_info.title finding_info.modified_time_dt:t finding_info.first_seen_time_dt:t finding_info.last_seen_time_dt:t finding_info.related_events.product_uid finding_info.related_events.uid finding_info.types[] finding_info.src_url remediation.desc remediation.references[] compliance.standards[] compliance.requirements[] compliance.control compliance.status compliance.status_detail compliance.status_code vulnerabilities.remediation.desc vulnerabilities.remediation.references[] vulnerabilities.cve.cvss.base_score:d vulnerabilities.cve.cvss.vector_string vulnerabilities.cve.cvss.version vulnerabilities.cve.uid vulnerabilities.cve.epss.score vulnerabilities.cve.references[] vulnerabilities.cve.created_time_dt:t vulnerabilities.cve.modified_time_dt:t vulnerabilities.references[] vulnerabilities.related_vulnerabilities[] vulnerabilities.vendor_name ${under('vulnerabilities.affected_packages', ['architecture', 'epoch:i', 'path', 'fixed_in_version', 'name', 'package_manager', 'release', 'remediation.desc', 'version'])} vulnerabilities.cwe.uid vulnerabilities.affected_code.end_line:i vulnerabilities.affected_code.start_line:i ${under('vulnerabilities.affected_code.file', ['name', 'path', 'uid', 'type_id:i'])} vulnerabilities.is_fix_available:b vulnerabilities.is_exploit_available:b evidences.data ${under('evidences.actor.process', ['created_time_dt:t', 'name', 'pid:i', 'uid', 'user.name', 'user.uid', 'cmd_line', 'parent_process.uid', 'file.path', 'file.name', 'file.type_id:i', 'file.hashes.value', 'file.hashes.algorithm_id:i', 'file.hashes.algorithm', 'euid:i'])} evidences.api.operation evidences.api.response.error evidences.api.response.code:i evidences.api.service.name ${place('evidences.src_endpoint')} ${place('evidences.dst_endpoint')} evidences.connection_info.protocol_name evidences.connection_info.direction_id:i evidences.connection_info.direction evidences.query.hostname status`,
  eks_audit_2_0: `metadata.log_level metadata.product.feature.name api.request.uid ${image('api.request.containers')} api.operation api.version api.response.code:i api.response.message api.response.error api.response.error_message ${image('api.response.containers')} api.group.name message http_request.url.path http_request.user_agent actor.user.name actor.user.uid actor.user.groups.name actor.user.type_id:i actor.session.credential_uid actor.session.issuer actor.session.uid cloud.account.uid src_endpoint.ip src_endpoint.intermediate_ips[] resources.namespace resources.name resources.uid resources.version resources.type start_time_dt:t`,
  waf_2_0:
    'metadata.product.feature.uid metadata.labels[] src_endpoint.svc_name src_endpoint.uid src_endpoint.ip src_endpoint.location.country http_request.url.path http_request.url.hostname http_request.version http_request.http_method http_request.uid http_request.args http_request.http_headers.name http_request.http_headers.value http_request.user_agent http_request.x_forwarded_for[] http_request.referrer firewall_rule.uid firewall_rule.type firewall_rule.condition firewall_rule.match_location firewall_rule.match_details[] firewall_rule.rate_limit:i http_status:i action action_id:i disposition disposition_id:i',
};
const KINDS: Readonly<Record<string, string>> = {
  '': 'string',
  ':i': 'int',
  ':l': 'bigint',
  ':d': 'double',
  ':b': 'boolean',
  ':t': 'timestamp',
  '[]': 'array<string>',
};

describe("the views of Security Lake's tables", () => {
  it('are of each table of source version 2', () => {
    expect(SECURITY_LAKE_SHAPES.map(({ table }) => table).sort()).toEqual(Object.keys(COLUMNS).sort());
  });

  it.each(Object.entries(COLUMNS))('%s has every column and field, with its type', (table, own) => {
    const view = SECURITY_LAKE_VIEWS.find(({ name }) => name === `security_lake_${table}`);
    const whole: LakeType = { kind: 'struct', fields: view?.columns ?? [] };
    const paths = `${EVERY} ${own}`.split(' ');
    expect(paths.length).toBeGreaterThan(40);
    for (const path of paths) {
      const [, name = '', mark = ''] = /^([\w.]+)(.*)$/.exec(path) ?? [];
      const type = typeAt(whole, name.split('.'));
      expect([name, type && glueType(type)]).toEqual([name, KINDS[mark]]);
    }
    expect(glueType(typeAt(whole, ['unmapped']) ?? whole)).toBe('map<string,string>');
  });

  it('choose partitions by the first condition alone', () => {
    for (const { athenaSql } of SECURITY_LAKE_VIEWS)
      for (const branch of athenaSql.split('\nUNION ALL\n'))
        expect(branch).toMatch(/ WHERE source IN \('[a-z0-9-]+'(, '[a-z0-9-]+')*\) AND /);
  });
});

describe('a name of Security Lake', () => {
  it.each(['us_east_1', 'ap_northeast_1', 'us_gov_west_1', 'me_central_1'])('carries the region %s', (region) => {
    for (const { table } of SECURITY_LAKE_SHAPES)
      expect(securityLakeName(securityLakeTable(table, region))).toEqual({
        view: `security_lake_${table}`,
        region,
        isKnown: true,
      });
    expect(securityLakeDatabase(region)).toBe(`amazon_security_lake_glue_db_${region}`);
  });

  it.each(['vpc_flow_1_0', 'ext_mine', 'waf_2_0_x'])('%s is known as none of ours', (table) => {
    expect(securityLakeName(securityLakeTable(table, 'us_east_1'))?.isKnown).toBe(false);
  });

  it.each(['events', 'security_lake_waf_2_0', 'amazon_security_lake_table_', 'amazon_security_lake_table_useast1_waf_2_0', ''])(
    '%j is another name',
    (name) => {
      expect(securityLakeName(name)).toBeUndefined();
    },
  );
});

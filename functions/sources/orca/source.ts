/** Orca Security: alerts. @see Orca Security documentation, "Alerts API", "Alert JSON" */
import type { Json, JsonObject } from '../../core/json.ts';
import type { Fields, Lookup, MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const STATE: Lookup = { from: 'state.status', table: { open: 1, in_progress: 2, snoozed: 2, dismissed: 3, closed: 3, '*': 2 } };
const FINDING: Fields = {
  'finding_info.uid': 'state.alert_id',
  'finding_info.title': ['type_string', 'description'],
  'finding_info.desc': ['details', 'description'],
  'finding_info.types': 'category',
  'finding_info.created_time': 'state.created_at',
  'finding_info.last_seen_time': 'state.last_seen',
  'finding_info.analytic.uid': 'rule_id',
  'finding_info.analytic.type_id': { is: 1 },
  'remediation.desc': 'recommendation',
  status_id: { from: 'state.status', table: { open: 1, in_progress: 2, snoozed: 3, dismissed: 3, closed: 4 } },
  'resources[0].uid': ['asset_vendor_id', 'asset_unique_id'],
  'resources[0].name': 'asset_name',
  'resources[0].type': ['asset_type_string', 'asset_type'],
  'resources[0].hostname': 'asset_hostname',
};

const SPEC: MappingSpec = {
  id: 'orca',
  title: { en: 'Orca Security alerts', ja: 'Orca Security アラート' },
  product: { name: 'Orca', vendor_name: 'Orca Security' },
  logsources: [{ product: 'orca', service: 'alert' }],
  keys: /(^|\/)orca\//,
  match: [
    { 'state.alert_id': true, asset_unique_id: true },
    { 'state.alert_id': 'orca-*' },
    { 'state.orca_score': true, alert_source: true },
  ],
  uid: { id: 'state.alert_id', and: ['state.last_updated', 'state.status'] },
  time: ['state.last_updated', 'state.last_seen', 'state.created_at'],
  code: 'category',
  severity: {
    from: ['state.risk_level', 'state.severity'],
    table: { informational: 1, low: 2, medium: 3, high: 4, critical: 5, hazardous: 3, compromised: 5, 'imminent*': 4 },
  },
  kinds: [
    {
      when: { category: '*vulnerabilit*' },
      class_uid: 2002,
      activity: STATE,
      fields: {
        ...FINDING,
        vulnerabilities: { each: 'cves', fields: { 'cve.uid': 'uid', desc: 'desc' } },
      },
    },
    {
      when: {
        category: [
          '*misconfig*',
          '*best practices*',
          '*authentication*',
          '*compliance*',
          '*logging*',
          '*IAM*',
          '*neglected*',
          '*data at risk*',
          '*data protection*',
        ],
      },
      class_uid: 2003,
      activity: STATE,
      fields: { ...FINDING, 'compliance.control': ['rule_id', 'type_string'], 'compliance.status_id': { is: 3 } },
    },
    { class_uid: 2004, activity: STATE, fields: { ...FINDING, is_alert: { is: true } } },
  ],
  fields: {
    'device.network_interfaces': { each: 'addresses', fields: { ip: 'ip' } },
    'device.hostname': 'asset_hostname',
    'device.name': 'asset_name',
    'device.uid': 'asset_vendor_id',
    'cloud.provider': 'cloud_provider',
    'cloud.account.uid': 'cloud_provider_id',
    'cloud.account.name': 'account_name',
    'metadata.tenant_uid': 'organization_id',
  },
};

const mapped = mappedSource(SPEC);

const textsOf = (list: Json | undefined): string[] =>
  Array.isArray(list) ? list.filter((item): item is string => typeof item === 'string' && item !== '') : [];

/** With an object for each CVE, a vulnerability of the finding, and for each address of the asset. */
function withObjects(record: JsonObject): JsonObject {
  const cves = textsOf(record['cve_list']).map((uid): JsonObject => ({ uid, desc: record['description'] ?? null }));
  const ips = [...textsOf(record['asset_first_public_ips']), ...textsOf(record['asset_first_private_ips'])];
  if (cves.length === 0 && ips.length === 0) return record;
  const made: JsonObject = { ...record };
  if (cves.length > 0) made['cves'] ??= cves;
  if (ips.length > 0) made['addresses'] ??= ips.map((ip): JsonObject => ({ ip }));
  return made;
}

export const orca: Source = { ...mapped, toOcsf: (record, context) => mapped.toOcsf(withObjects(record), context) };

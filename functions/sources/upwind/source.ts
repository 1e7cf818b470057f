/** Upwind: detections. @see Upwind documentation, "Threat detections API" */
import type { Fields, Lookup, MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const STATE: Lookup = { from: 'status', table: { open: 1, resolved: 3, closed: 3, archived: 3, '*': 2 } };
const FINDING: Fields = {
  'finding_info.uid': 'id',
  'finding_info.title': 'title',
  'finding_info.desc': 'description',
  'finding_info.types': 'category',
  'finding_info.first_seen_time': 'first_seen_time',
  'finding_info.last_seen_time': 'last_seen_time',
  'finding_info.src_url': 'upwind_console_link',
  'finding_info.analytic.name': 'triggers[0].policy_name',
  'finding_info.analytic.uid': 'triggers[0].policy_id',
  'finding_info.analytic.type_id': { is: 1 },
  'finding_info.attacks': {
    each: 'mitre_attacks',
    fields: {
      'tactic.uid': 'tactic_id',
      'tactic.name': 'tactic_name',
      'technique.uid': 'technique_id',
      'technique.name': 'technique_name',
    },
  },
  status_id: { from: 'status', table: { open: 1, in_progress: 2, archived: 5, resolved: 4, closed: 4 } },
  count: 'occurrence_count',
  'resources[0].uid': ['resource.upwind_asset_id', 'resource.name'],
  'resources[0].name': 'resource.name',
  'resources[0].type': 'resource.type',
  'resources[0].region': 'resource.region',
};

const SPEC: MappingSpec = {
  id: 'upwind',
  title: { en: 'Upwind detections', ja: 'Upwind 検知' },
  product: { name: 'Upwind', vendor_name: 'Upwind Security' },
  logsources: [{ product: 'upwind', service: 'detections' }],
  keys: /(^|\/)upwind\//,
  match: [
    { first_seen_time: true, last_seen_time: true, 'resource.upwind_asset_id': true },
    { first_seen_time: true, last_seen_time: true, upwind_console_link: true },
    { first_seen_time: true, occurrence_count: true, 'resource.type': true, mitre_attacks: true },
    { first_seen_time: true, occurrence_count: true, 'resource.type': true, severity: true, title: true },
  ],
  uid: { id: 'id', and: ['last_seen_time', 'status'] },
  time: ['last_seen_time', 'first_seen_time'],
  code: 'type',
  severity: { from: 'severity', table: { info: 1, informational: 1, low: 2, medium: 3, high: 4, critical: 5 } },
  kinds: [
    {
      when: { type: ['cspm*', 'config*', '*misconfig*', '*posture*'] },
      class_uid: 2003,
      activity: STATE,
      fields: { ...FINDING, 'compliance.control': ['triggers[0].policy_name', 'title'], 'compliance.status_id': { is: 3 } },
    },
    { class_uid: 2004, activity: STATE, fields: { ...FINDING, is_alert: { is: true } } },
  ],
  fields: {
    'cloud.provider': 'resource.cloud_provider',
    'cloud.account.uid': 'resource.cloud_account_id',
    'cloud.account.name': 'resource.cloud_account_name',
    'cloud.region': 'resource.region',
  },
};

export const upwind: Source = mappedSource(SPEC);

/** Amazon Inspector: vulnerabilities of packages, code and network reachability. @see Inspector User Guide, "EventBridge schema for finding events" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'aws-inspector',

  title: { en: 'Amazon Inspector findings', ja: 'Amazon Inspector の検出結果' },
  product: { name: 'Inspector', vendor_name: 'AWS' },
  arrivals: ['object', 'event'],
  eventPatterns: [{ source: ['aws.inspector2'], 'detail-type': ['Inspector2 Finding'] }],
  logsources: [{ product: 'aws', service: 'inspector' }],
  match: [{ findingArn: 'arn:aws*:inspector2:*', awsAccountId: true }],
  uid: 'findingArn',
  time: ['updatedAt', 'lastObservedAt', 'firstObservedAt'],
  code: 'type',
  severity: { from: 'severity', table: { INFORMATIONAL: 1, LOW: 2, MEDIUM: 3, HIGH: 4, CRITICAL: 5 } },
  kinds: [{ class_uid: 2002, activity: { from: 'status', table: { ACTIVE: 1, SUPPRESSED: 2, CLOSED: 3 }, else: 1 } }],
  fields: {
    'finding_info.uid': 'findingArn',
    'finding_info.title': 'title',
    'finding_info.desc': 'description',
    'finding_info.types[0]': 'type',
    'finding_info.first_seen_time': 'firstObservedAt',
    'finding_info.last_seen_time': 'lastObservedAt',
    'vulnerabilities[0].cve.uid': 'packageVulnerabilityDetails.vulnerabilityId',
    'vulnerabilities[0].cve.cvss': {
      each: 'packageVulnerabilityDetails.cvss',
      fields: { base_score: 'baseScore', version: 'version', vector_string: 'scoringVector' },
    },
    'vulnerabilities[0].affected_packages': {
      each: 'packageVulnerabilityDetails.vulnerablePackages',
      fields: {
        name: 'name',
        version: 'version',
        architecture: 'arch',
        fixed_in_version: 'fixedInVersion',
        package_manager: 'packageManager',
        path: 'filePath',
      },
    },
    'vulnerabilities[0].references': 'packageVulnerabilityDetails.referenceUrls',
    'vulnerabilities[0].vendor_name': 'packageVulnerabilityDetails.source',
    'vulnerabilities[0].is_exploit_available': { from: 'exploitAvailable', table: { YES: true, NO: false } },
    'vulnerabilities[0].is_fix_available': { from: 'fixAvailable', table: { YES: true, NO: false, PARTIAL: true } },
    'vulnerabilities[0].remediation.desc': 'remediation.recommendation.text',
    resources: { each: 'resources', fields: { uid: 'id', type: 'type', region: 'region', cloud_partition: 'partition' } },
    'cloud.provider': { is: 'AWS' },
    'cloud.account.uid': 'awsAccountId',
  },
};

export const awsInspector: Source = mappedSource(SPEC);

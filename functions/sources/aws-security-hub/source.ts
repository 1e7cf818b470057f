/** AWS Security Hub: findings in the AWS Security Finding Format, whatever product made them. @see Security Hub User Guide, "ASFF" */
import type { MappingSpec } from '../../core/mapping/spec.ts';
import { mappedSource } from '../mapped.ts';
import type { Source } from '../source.ts';

const SPEC: MappingSpec = {
  id: 'aws-security-hub',

  title: { en: 'AWS Security Hub findings', ja: 'AWS Security Hub の検出結果' },
  product: { name: 'Security Hub', vendor_name: 'AWS' },
  arrivals: ['object', 'event'],
  eventPatterns: [
    { source: ['aws.securityhub'], 'detail-type': ['Security Hub Findings - Imported', 'Security Hub Findings - Custom Action'] },
  ],
  logsources: [{ product: 'aws', service: 'securityhub' }],
  keys: /(^|\/)security-?hub\//i,
  match: [
    { ProductArn: 'arn:aws*:securityhub:*', AwsAccountId: true },
    { SchemaVersion: '2018-10-08', GeneratorId: true },
  ],
  uid: 'Id',
  time: ['UpdatedAt', 'LastObservedAt', 'CreatedAt'],
  code: 'Types[0]',
  severity: {
    from: ['Severity.Label', 'FindingProviderFields.Severity.Label'],
    table: { INFORMATIONAL: 1, LOW: 2, MEDIUM: 3, HIGH: 4, CRITICAL: 5 },
  },
  kinds: [
    {
      when: { Vulnerabilities: true },
      class_uid: 2002,
      activity: 1,
      fields: {
        vulnerabilities: {
          each: 'Vulnerabilities',
          fields: {
            'cve.uid': 'Id',
            'cve.cvss': { each: 'Cvss', fields: { base_score: 'BaseScore', version: 'Version', vector_string: 'BaseVector' } },
            'cve.epss.score': 'EpssScore',
            vendor_name: 'Vendor.Name',
            is_fix_available: { from: 'FixAvailable', table: { YES: true, NO: false } },
            is_exploit_available: { from: 'ExploitAvailable', table: { YES: true, NO: false } },
            related_vulnerabilities: 'RelatedVulnerabilities',
            affected_packages: {
              each: 'VulnerablePackages',
              fields: {
                name: 'Name',
                version: 'Version',
                architecture: 'Architecture',
                fixed_in_version: 'FixedInVersion',
                release: 'Release',
                package_manager: 'PackageManager',
                path: 'FilePath',
                'remediation.desc': 'Remediation',
              },
            },
            references: 'ReferenceUrls',
          },
        },
      },
    },
    {
      when: { 'Compliance.Status': true },
      class_uid: 2003,
      activity: 1,
      fields: {
        'compliance.control': ['Compliance.SecurityControlId', 'ProductFields.ControlId', 'ProductFields.RuleId'],
        'compliance.requirements': 'Compliance.RelatedRequirements',
        'compliance.standards': 'Compliance.AssociatedStandards[0].StandardsId',
        'compliance.status_id': { from: 'Compliance.Status', table: { PASSED: 1, WARNING: 2, FAILED: 3, NOT_AVAILABLE: 0 } },
      },
    },
    { when: { Types: ['Sensitive Data Identifications*'] }, class_uid: 2006, activity: 1 },
    { class_uid: 2004, activity: 1, fields: { is_alert: { from: 'RecordState', table: { ACTIVE: true, ARCHIVED: false } } } },
  ],
  fields: {
    'finding_info.uid': 'Id',
    'finding_info.title': 'Title',
    'finding_info.desc': 'Description',
    'finding_info.types': 'Types',
    'finding_info.created_time': 'CreatedAt',
    'finding_info.modified_time': 'UpdatedAt',
    'finding_info.first_seen_time': 'FirstObservedAt',
    'finding_info.last_seen_time': 'LastObservedAt',
    'finding_info.src_url': 'SourceUrl',
    'finding_info.analytic.uid': 'GeneratorId',
    'finding_info.analytic.type_id': { is: 1 },
    'remediation.desc': 'Remediation.Recommendation.Text',
    'remediation.references[0]': 'Remediation.Recommendation.Url',
    resources: { each: 'Resources', fields: { uid: 'Id', type: 'Type', region: 'Region', cloud_partition: 'Partition' } },
    'evidences[0].api.operation': 'Action.AwsApiCallAction.Api',
    'evidences[0].api.service.name': 'Action.AwsApiCallAction.ServiceName',
    'evidences[0].src_endpoint.ip': [
      'Action.AwsApiCallAction.RemoteIpDetails.IpAddressV4',
      'Network.SourceIpV4',
      'Action.NetworkConnectionAction.RemoteIpDetails.IpAddressV4',
    ],
    'evidences[0].dst_endpoint.ip': 'Network.DestinationIpV4',
    confidence_score: 'Confidence',
    status_id: {
      from: ['Workflow.Status', 'RecordState'],
      table: { NEW: 1, NOTIFIED: 2, SUPPRESSED: 3, RESOLVED: 4, ARCHIVED: 5 },
    },
    comment: 'Note.Text',
    'cloud.provider': { is: 'AWS' },
    'cloud.account.uid': 'AwsAccountId',
    'cloud.region': 'Region',
    // The product that found it, as in Amazon Security Lake; Security Hub is the log that brought it.
    'metadata.product.name': ['ProductName', 'ProductFields.aws/securityhub/ProductName'],
    'metadata.product.vendor_name': ['CompanyName', 'ProductFields.aws/securityhub/CompanyName'],
    'metadata.product.uid': 'ProductArn',
    'metadata.log_name': { is: 'Security Hub' },
    'metadata.log_provider': { is: 'AWS' },
  },
};

export const awsSecurityHub: Source = mappedSource(SPEC);

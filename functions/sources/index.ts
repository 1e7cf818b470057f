/** The log sources that there are. A new one adds a line here; nothing else names it. */

import { alibabaActiontrail } from './alibaba-actiontrail/source.ts';
import { anthropic } from './anthropic/source.ts';
import { asana } from './asana/source.ts';
import { atlassian } from './atlassian/source.ts';
import { auth0 } from './auth0/source.ts';
import { awsAccessAnalyzer } from './aws-access-analyzer/source.ts';
import { awsBedrock } from './aws-bedrock/source.ts';
import { awsCloudfront } from './aws-cloudfront/source.ts';
import { awsCloudtrail } from './aws-cloudtrail/source.ts';
import { awsConfig } from './aws-config/source.ts';
import { awsElb } from './aws-elb/source.ts';
import { awsGuardduty } from './aws-guardduty/source.ts';
import { awsHealth } from './aws-health/source.ts';
import { awsInspector } from './aws-inspector/source.ts';
import { awsIotDeviceDefender } from './aws-iot-device-defender/source.ts';
import { awsMacie } from './aws-macie/source.ts';
import { awsNetworkFirewall } from './aws-network-firewall/source.ts';
import { awsRdsAudit } from './aws-rds-audit/source.ts';
import { awsRoute53Resolver } from './aws-route53-resolver/source.ts';
import { awsS3Access } from './aws-s3-access/source.ts';
import { awsSecurityHub } from './aws-security-hub/source.ts';
import { awsVpcFlow } from './aws-vpc-flow/source.ts';
import { awsWaf } from './aws-waf/source.ts';
import { axonius } from './axonius/source.ts';
import { azureActivity } from './azure-activity/source.ts';
import { bitbucket } from './bitbucket/source.ts';
import { box } from './box/source.ts';
import { carbonBlack } from './carbon-black/source.ts';
import { cef } from './cef/source.ts';
import { ciscoAsa } from './cisco-asa/source.ts';
import { ciscoUmbrella } from './cisco-umbrella/source.ts';
import { cloudflare } from './cloudflare/source.ts';
import { crowdstrike } from './crowdstrike/source.ts';
import { databricks } from './databricks/source.ts';
import { docusign } from './docusign/source.ts';
import { dropbox } from './dropbox/source.ts';
import { duo } from './duo/source.ts';
import { entraId } from './entra-id/source.ts';
import { falco } from './falco/source.ts';
import { fortigate } from './fortigate/source.ts';
import { gcpAudit } from './gcp-audit/source.ts';
import { github } from './github/source.ts';
import { githubWebhook } from './github-webhook/source.ts';
import { gitlab } from './gitlab/source.ts';
import { googleWorkspace } from './google-workspace/source.ts';
import { intune } from './intune/source.ts';
import { kubernetesAudit } from './kubernetes-audit/source.ts';
import { leef } from './leef/source.ts';
import { linuxAuditd } from './linux-auditd/source.ts';
import { m365 } from './m365/source.ts';
import { mongodbAtlas } from './mongodb-atlas/source.ts';
import { notion } from './notion/source.ts';
import { ocsf } from './ocsf/source.ts';
import { okta } from './okta/source.ts';
import { onelogin } from './onelogin/source.ts';
import { onepassword } from './onepassword/source.ts';
import { openai } from './openai/source.ts';
import { orca } from './orca/source.ts';
import { osquery } from './osquery/source.ts';
import { paloAlto } from './palo-alto/source.ts';
import { proofpoint } from './proofpoint/source.ts';
import { pushSecurity } from './push-security/source.ts';
import { salesforce } from './salesforce/source.ts';
import { sentinelone } from './sentinelone/source.ts';
import { slack } from './slack/source.ts';
import { snowflake } from './snowflake/source.ts';
import { snyk } from './snyk/source.ts';
import type { Source } from './source.ts';
import { sublime } from './sublime/source.ts';
import { suricata } from './suricata/source.ts';
import { syslog } from './syslog/source.ts';
import { teleport } from './teleport/source.ts';
import { tines } from './tines/source.ts';
import { upwind } from './upwind/source.ts';
import { webAccess } from './web-access/source.ts';
import { windows } from './windows/source.ts';
import { wiz } from './wiz/source.ts';
import { zeek } from './zeek/source.ts';
import { zendesk } from './zendesk/source.ts';
import { zoom } from './zoom/source.ts';
import { zscaler } from './zscaler/source.ts';

/** In the order in which they are asked whether a record is theirs. */
// biome-ignore format: one a line
export const SOURCES: readonly Source[] = [
  awsCloudtrail,
  awsGuardduty,
  awsVpcFlow,
  asana,
  slack,
  github,
  githubWebhook,
  notion,
  openai,
  anthropic,
  box,
  dropbox,
  zoom,
  snowflake,
  salesforce,
  ocsf,
  okta,
  gcpAudit,
  entraId,
  intune,
  azureActivity,
  googleWorkspace,
  m365,
  duo,
  onelogin,
  auth0,
  onepassword,
  kubernetesAudit,
  awsWaf,
  awsRoute53Resolver,
  awsNetworkFirewall,
  awsSecurityHub,
  awsInspector,
  awsMacie,
  awsAccessAnalyzer,
  awsConfig,
  awsBedrock,
  awsHealth,
  awsIotDeviceDefender,
  awsElb,
  awsS3Access,
  awsCloudfront,
  cef,
  leef,
  syslog,
  zeek,
  suricata,
  crowdstrike,
  osquery,
  windows,
  linuxAuditd,
  paloAlto,
  fortigate,
  sentinelone,
  zendesk,
  atlassian,
  falco,
  gitlab,
  mongodbAtlas,
  zscaler,
  wiz,
  databricks,
  cloudflare,
  awsRdsAudit,
  webAccess,
  ciscoAsa,
  ciscoUmbrella,
  bitbucket,
  tines,
  teleport,
  carbonBlack,
  snyk,
  docusign,
  pushSecurity,
  sublime,
  proofpoint,
  axonius,
  orca,
  upwind,
  alibabaActiontrail,
];

const BY_ID: ReadonlyMap<string, Source> = new Map(SOURCES.map((source) => [source.id, source]));

/** The source of that id, or undefined where there is none. */
export const sourceById = (id: string): Source | undefined => BY_ID.get(id);

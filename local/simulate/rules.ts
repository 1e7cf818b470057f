/** The rules of the simulated organization: a usual mix of its own, public and vendors' ones, good and bad. */
import { shortId } from '../../functions/core/digest.ts';
import type { Level } from '../../functions/core/finding.ts';
import type { RuleInfo } from '../../functions/core/sigma/rule.ts';

export type SourceId = 'aws-cloudtrail' | 'okta' | 'entra-id' | 'm365' | 'github' | 'google-workspace';

export interface SimulatedRule {
  name: string;
  source: SourceId;
  /** The provider's own name of the deed. */
  event: string;
  info: RuleInfo;
}

const L: Readonly<Record<string, Level>> = { i: 'informational', l: 'low', m: 'medium', h: 'high', c: 'critical' };

/** name | level | event | tactics | techniques */
const TABLE: Readonly<Record<SourceId, string>> = {
  'aws-cloudtrail': `
aws-root-login|h|signin ConsoleLogin|initial-access privilege-escalation|T1078.004
aws-key-from-new-network|m|sts GetCallerIdentity|initial-access|T1078.004
aws-user-created|m|iam CreateUser|persistence|T1136.003
aws-key-created|m|iam CreateAccessKey|persistence|T1098.001
aws-login-profile|m|iam CreateLoginProfile|persistence|T1098.001
aws-admin-policy|h|iam AttachUserPolicy|privilege-escalation|T1098.003
aws-role-policy|m|iam PutRolePolicy|privilege-escalation|T1098.003
aws-role-trust|h|iam UpdateAssumeRolePolicy|privilege-escalation persistence|T1098.003
aws-assume-other-account|l|sts AssumeRole|lateral-movement|T1550.001
aws-web-identity-new|l|sts AssumeRoleWithWebIdentity|initial-access|T1078.004
aws-federation-token|m|sts GetFederationToken|persistence|T1550.001
aws-list-users|l|iam ListUsers|discovery|T1087.004
aws-list-buckets|l|s3 ListBuckets|discovery|T1619
aws-denied-burst|l|iam GetAccountAuthorizationDetails|discovery|T1069.003
aws-secret-read|m|secretsmanager GetSecretValue|credential-access|T1555.006
aws-parameter-read|l|ssm GetParametersByPath|credential-access|T1552
aws-open-to-world|m|ec2 AuthorizeSecurityGroupIngress|defense-impairment|T1686.001
aws-trail-stopped|h|cloudtrail StopLogging|defense-impairment|T1685.002
aws-detector-off|h|guardduty UpdateDetector|defense-impairment|T1685
aws-flow-logs-deleted|m|ec2 DeleteFlowLogs|defense-impairment|T1685.002
aws-config-stopped|m|config StopConfigurationRecorder|defense-impairment|T1685
aws-bucket-public|m|s3 PutBucketAcl|exfiltration|T1537
aws-bucket-foreign|h|s3 PutBucketPolicy|exfiltration|T1537
aws-mass-download|m|s3 GetObject|collection|T1530
aws-mass-delete|h|s3 DeleteObjects|impact|T1485
aws-versioning-off|m|s3 PutBucketVersioning|impact|T1490
aws-foreign-key-encryption|h|s3 CopyObject|impact|T1486
aws-snapshot-shared|h|ec2 ModifySnapshotAttribute|exfiltration|T1537
aws-user-data|m|ec2 ModifyInstanceAttribute|execution|T1059
aws-many-instances|h|ec2 RunInstances|impact|T1496
aws-function-code|l|lambda UpdateFunctionCode20150331v2|persistence|T1525
aws-command-on-hosts|m|ssm SendCommand|execution|T1651
aws-console-from-key|m|signin GetSigninToken|initial-access|T1550.001
aws-leave-organization|c|organizations LeaveOrganization|defense-impairment|T1666`,
  okta: `
okta-factor-reset|m|user.mfa.factor.reset_all|persistence|T1556.006
okta-new-device|l|user.session.start|initial-access|T1078.004
okta-session-elsewhere|h|user.session.context.change|credential-access|T1539
okta-push-storm|h|system.push.send_factor_verify_push|credential-access|T1621
okta-admin-granted|h|user.account.privilege.grant|privilege-escalation|T1098.003
okta-token-created|m|system.api_token.create|persistence|T1098.001
okta-anonymizer|m|user.authentication.auth_via_mfa|initial-access|T1090
okta-locked-out|l|user.account.lock|credential-access|T1110
okta-policy-changed|m|policy.rule.update|defense-impairment|T1556
okta-app-added|l|application.lifecycle.create|persistence|T1098
okta-account-takeover|c|user.authentication.sso|credential-access|T1539`,
  'entra-id': `
entra-impossible-travel|m|SignIn|initial-access|T1078.004
entra-consent|m|Consent to application|persistence|T1528
entra-app-credential|m|Add service principal credentials|persistence|T1098.001
entra-method-added|l|User registered security info|persistence|T1556.006
entra-access-policy|m|Update conditional access policy|defense-impairment|T1556.009
entra-role-assigned|h|Add member to role|privilege-escalation|T1098.003
entra-device-code|m|SignIn|initial-access|T1528
entra-legacy-sign-in|l|SignIn|initial-access|T1078.004`,
  m365: `
m365-forwarding|h|Set-Mailbox|collection|T1114.003
m365-hiding-rule|m|New-InboxRule|stealth|T1564.008
m365-mail-read-by-app|m|MailItemsAccessed|collection|T1114.002
m365-mass-download|m|FileDownloaded|collection|T1213.002
m365-anonymous-link|l|AnonymousLinkCreated|exfiltration|T1567
m365-search-exported|m|SearchExported|collection|T1213.002
m365-mailbox-permission|m|Add-MailboxPermission|persistence|T1098.002
m365-malware-in-file|c|FileMalwareDetected|execution|T1204`,
  github: `
github-new-address|l|user.login|initial-access|T1078.004
github-token-created|l|personal_access_token.access_granted|persistence|T1098.001
github-mass-clone|m|git.clone|collection|T1213.003
github-scanning-off|m|repository_secret_scanning.disable|defense-impairment|T1685
github-protection-off|m|protected_branch.destroy|defense-impairment|T1685
github-workflow-changed|m|workflows.created_workflow_run|execution|T1059
github-secret-changed|l|repo.update_actions_secret|credential-access|T1552
github-outside-member|m|repo.add_member|persistence|T1098
github-made-public|h|repo.access|exfiltration|T1567.001
github-deploy-key|m|public_key.create|persistence|T1098.004`,
  'google-workspace': `
google-shared-outside|l|change_document_visibility|exfiltration|T1567
google-mass-download|m|download|collection|T1530
google-app-allowed|l|authorize|credential-access|T1528
google-2sv-off|m|2sv_disable|persistence|T1556.006
google-admin-role|h|ASSIGN_ROLE|privilege-escalation|T1098.003
google-takeout|m|CUSTOMER_TAKEOUT_CREATED|exfiltration|T1567`,
};

function parse(source: SourceId, text: string): SimulatedRule[] {
  return text
    .trim()
    .split('\n')
    .map((line): SimulatedRule => {
      const [name = '', level = '', event = '', tactics = '', attack = ''] = line.split('|');
      const info: RuleInfo = {
        id: shortId('simulated', name),
        version: '1',
        path: `simulated/${name}`,
        title: name.replaceAll('-', ' '),
        level: L[level] ?? 'medium',
        status: 'stable',
        attack: attack.split(' '),
        tactics: tactics.split(' '),
        falsepositives: [],
        yagura: {},
      };
      return { name, source, event, info };
    });
}

const SOURCES: readonly SourceId[] = ['aws-cloudtrail', 'okta', 'entra-id', 'm365', 'github', 'google-workspace'];
export const RULES: readonly SimulatedRule[] = SOURCES.flatMap((source) => parse(source, TABLE[source]));
const byName = new Map(RULES.map((rule) => [rule.name, rule]));

/** @throws RangeError for a name that no rule has */
export function ruleNamed(name: string): SimulatedRule {
  const rule = byName.get(name);
  if (rule === undefined) throw new RangeError(`no simulated rule ${name}`);
  return rule;
}

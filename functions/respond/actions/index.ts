/** The catalogue: every action by id, and the IAM permissions that the responder roles need for them. */
import { YaguraError } from '../../core/error.ts';
import type { TenantProductId } from '../../core/tenant/product.ts';
import type { ResponderTier } from '../../ports/cloud.ts';
import type { Action } from './action.ts';
import { awsCognitoUserDisable } from './aws-cognito-user-disable.ts';
import { awsConfigHeal } from './aws-config-heal.ts';
import { awsEc2ImageUnshare } from './aws-ec2-image-unshare.ts';
import { awsEc2Imds } from './aws-ec2-imds.ts';
import { awsEc2Isolate } from './aws-ec2-isolate.ts';
import { awsEc2NaclDeny } from './aws-ec2-nacl-deny.ts';
import { awsEc2Preserve } from './aws-ec2-preserve.ts';
import { awsEc2ProfileRemove } from './aws-ec2-profile-remove.ts';
import { awsEc2RuleRevoke } from './aws-ec2-rule-revoke.ts';
import { awsEc2Snapshot } from './aws-ec2-snapshot.ts';
import { awsEc2SnapshotBlockPublic } from './aws-ec2-snapshot-block-public.ts';
import { awsEc2SnapshotUnshare } from './aws-ec2-snapshot-unshare.ts';
import { awsEc2Stop } from './aws-ec2-stop.ts';
import { awsEcsServiceStop } from './aws-ecs-service-stop.ts';
import { awsGuarddutyHeal } from './aws-guardduty-heal.ts';
import { awsIamCredentialDisable } from './aws-iam-credential-disable.ts';
import { awsIamGroupRemove } from './aws-iam-group-remove.ts';
import { awsIamKeyDisable } from './aws-iam-key-disable.ts';
import { awsIamPolicyRollback } from './aws-iam-policy-rollback.ts';
import { awsIamRoleBoundary } from './aws-iam-role-boundary.ts';
import { awsIamRoleDeny } from './aws-iam-role-deny.ts';
import { awsIamRoleRevokeSessions } from './aws-iam-role-revoke-sessions.ts';
import { awsIamRoleTrust } from './aws-iam-role-trust.ts';
import { awsIamUserDeny } from './aws-iam-user-deny.ts';
import { awsIamUserDenyManaged } from './aws-iam-user-deny-managed.ts';
import { awsIamUserPolicyDetach } from './aws-iam-user-policy-detach.ts';
import { awsKmsDisable } from './aws-kms-disable.ts';
import { awsKmsProtect } from './aws-kms-protect.ts';
import { awsLambdaFreeze } from './aws-lambda-freeze.ts';
import { awsLambdaSourceDisable } from './aws-lambda-source-disable.ts';
import { awsOrgMove } from './aws-org-move.ts';
import { awsOrgScpQuarantine } from './aws-org-scp-quarantine.ts';
import { awsRdsClose } from './aws-rds-close.ts';
import { awsRdsSnapshotUnshare } from './aws-rds-snapshot-unshare.ts';
import { awsS3BlockPublic } from './aws-s3-block-public.ts';
import { awsS3BlockPublicAccount } from './aws-s3-block-public-account.ts';
import { awsS3LifecycleRemove } from './aws-s3-lifecycle-remove.ts';
import { awsS3Lockdown } from './aws-s3-lockdown.ts';
import { awsS3ReplicationRemove } from './aws-s3-replication-remove.ts';
import { awsS3Versioning } from './aws-s3-versioning.ts';
import { awsSesPause } from './aws-ses-pause.ts';
import { awsTrailHeal } from './aws-trail-heal.ts';
import { awsVpcBlockPublic } from './aws-vpc-block-public.ts';
import { awsWafIpBlock } from './aws-waf-ip-block.ts';
import { entraAppDisable } from './entra-app-disable.ts';
import { entraAppRoleRemove } from './entra-app-role-remove.ts';
import { entraAuthMethodRemove } from './entra-auth-method-remove.ts';
import { entraCredentialRemove } from './entra-credential-remove.ts';
import { entraGrantRemove } from './entra-grant-remove.ts';
import { entraLocationBlock } from './entra-location-block.ts';
import { entraRiskConfirm } from './entra-risk-confirm.ts';
import { entraRoleRemove } from './entra-role-remove.ts';
import { entraSessionRevoke } from './entra-session-revoke.ts';
import { entraUserDisable } from './entra-user-disable.ts';
import { githubActionsDisable } from './github-actions-disable.ts';
import { githubDeployKeyRemove } from './github-deploy-key-remove.ts';
import { githubMemberRemove } from './github-member-remove.ts';
import { githubRepoPrivate } from './github-repo-private.ts';
import { githubRunCancel } from './github-run-cancel.ts';
import { githubRunnerRemove } from './github-runner-remove.ts';
import { githubSsoCredentialRemove } from './github-sso-credential-remove.ts';
import { githubTokenRevoke } from './github-token-revoke.ts';
import { githubUserBlock } from './github-user-block.ts';
import { githubWorkflowDisable } from './github-workflow-disable.ts';
import { googleWorkspaceAppPasswordRemove } from './google-workspace-app-password-remove.ts';
import { googleWorkspaceDelegateRemove } from './google-workspace-delegate-remove.ts';
import { googleWorkspaceForwardingDisable } from './google-workspace-forwarding-disable.ts';
import { googleWorkspaceTokenRevoke } from './google-workspace-token-revoke.ts';
import { googleWorkspaceUserSuspend } from './google-workspace-user-suspend.ts';
import { microsoft365MailRemove } from './microsoft-365-mail-remove.ts';
import { microsoft365RuleDisable } from './microsoft-365-rule-disable.ts';
import { microsoft365ShareRevoke } from './microsoft-365-share-revoke.ts';
import { oktaAppDeactivate } from './okta-app-deactivate.ts';
import { oktaFactorRemove } from './okta-factor-remove.ts';
import { oktaFactorsReset } from './okta-factors-reset.ts';
import { oktaGroupRemove } from './okta-group-remove.ts';
import { oktaPasswordExpire } from './okta-password-expire.ts';
import { oktaRoleRemove } from './okta-role-remove.ts';
import { oktaSessionRevoke } from './okta-session-revoke.ts';
import { oktaTokenRevoke } from './okta-token-revoke.ts';
import { oktaUserSuspend } from './okta-user-suspend.ts';
import { oktaZoneBlock } from './okta-zone-block.ts';
import { slackSessionReset } from './slack-session-reset.ts';
import { slackUserDeactivate } from './slack-user-deactivate.ts';

export const ACTIONS: readonly Action[] = [
  awsCognitoUserDisable,
  awsConfigHeal,
  awsEc2ImageUnshare,
  awsEc2Imds,
  awsEc2Isolate,
  awsEc2NaclDeny,
  awsEc2Preserve,
  awsEc2ProfileRemove,
  awsEc2RuleRevoke,
  awsEc2SnapshotBlockPublic,
  awsEc2SnapshotUnshare,
  awsEc2Snapshot,
  awsEc2Stop,
  awsEcsServiceStop,
  awsGuarddutyHeal,
  awsIamCredentialDisable,
  awsIamGroupRemove,
  awsIamKeyDisable,
  awsIamPolicyRollback,
  awsIamRoleBoundary,
  awsIamRoleDeny,
  awsIamRoleRevokeSessions,
  awsIamRoleTrust,
  awsIamUserDenyManaged,
  awsIamUserDeny,
  awsIamUserPolicyDetach,
  awsKmsDisable,
  awsKmsProtect,
  awsLambdaFreeze,
  awsLambdaSourceDisable,
  awsOrgMove,
  awsOrgScpQuarantine,
  awsRdsClose,
  awsRdsSnapshotUnshare,
  awsS3BlockPublicAccount,
  awsS3BlockPublic,
  awsS3LifecycleRemove,
  awsS3Lockdown,
  awsS3ReplicationRemove,
  awsS3Versioning,
  awsSesPause,
  awsTrailHeal,
  awsVpcBlockPublic,
  awsWafIpBlock,
  entraAppDisable,
  entraAppRoleRemove,
  entraAuthMethodRemove,
  entraCredentialRemove,
  entraGrantRemove,
  entraLocationBlock,
  entraRiskConfirm,
  entraRoleRemove,
  entraSessionRevoke,
  entraUserDisable,
  githubActionsDisable,
  githubDeployKeyRemove,
  githubMemberRemove,
  githubRepoPrivate,
  githubRunCancel,
  githubRunnerRemove,
  githubSsoCredentialRemove,
  githubTokenRevoke,
  githubUserBlock,
  githubWorkflowDisable,
  googleWorkspaceAppPasswordRemove,
  googleWorkspaceDelegateRemove,
  googleWorkspaceForwardingDisable,
  googleWorkspaceTokenRevoke,
  googleWorkspaceUserSuspend,
  microsoft365MailRemove,
  microsoft365RuleDisable,
  microsoft365ShareRevoke,
  oktaAppDeactivate,
  oktaFactorRemove,
  oktaFactorsReset,
  oktaGroupRemove,
  oktaPasswordExpire,
  oktaRoleRemove,
  oktaSessionRevoke,
  oktaTokenRevoke,
  oktaUserSuspend,
  oktaZoneBlock,
  slackSessionReset,
  slackUserDeactivate,
];

const byId: ReadonlyMap<string, Action> = new Map(ACTIONS.map((action) => [action.id, action]));

/** @throws YaguraError BadInput for an id that is not in the catalogue */
export function actionOf(id: string): Action {
  const action = byId.get(id);
  if (action === undefined) {
    throw new YaguraError('BadInput', 'unknown action', {
      problems: [{ what: id.slice(0, 80), allowed: [...byId.keys()].join(', ') }],
    });
  }
  return action;
}

/** One IAM statement's worth: actions on resources. */
export interface Grant {
  actions: string[];
  resources: string[];
}

/** What each responder role of a member account must be allowed, for these AWS actions: one grant a set of resources, sorted. */
export function permissionsOf(actions: readonly Action[] = ACTIONS): Record<ResponderTier, Grant[]> {
  return { read: grantsOf(actions, 'read'), contain: grantsOf(actions, 'contain'), destroy: grantsOf(actions, 'destroy') };
}

function grantsOf(actions: readonly Action[], tier: ResponderTier): Grant[] {
  const byResources = new Map<string, Set<string>>();
  for (const { provider, permissions } of actions) {
    const granted = provider === 'aws' ? permissions[tier] : undefined;
    if (granted === undefined) continue;
    const key = [...granted.resources].sort().join('\n');
    byResources.set(key, new Set([...(byResources.get(key) ?? []), ...granted.actions]));
  }
  const sorted = [...byResources].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([resources, granted]) => ({ actions: [...granted].sort(), resources: resources.split('\n') }));
}

/** What each credential of a tenant must be granted, for these actions: scopes by product and tier, sorted. */
export function scopesOf(actions: readonly Action[] = ACTIONS): Map<TenantProductId, Record<ResponderTier, string[]>> {
  const byProduct = new Map<TenantProductId, Record<ResponderTier, string[]>>();
  for (const { provider, scopes } of actions) {
    if (provider === 'aws') continue;
    const granted = byProduct.get(provider) ?? { read: [], contain: [], destroy: [] };
    for (const tier of ['read', 'contain', 'destroy'] as const)
      granted[tier] = [...new Set([...granted[tier], ...(scopes[tier] ?? [])])].sort();
    byProduct.set(provider, granted);
  }
  return byProduct;
}

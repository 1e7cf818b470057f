/** Operations of IAM, STS and Organizations that responses call. */
import type { AwsOperation } from './operation.ts';

const read = (...parameters: string[]): AwsOperation => ({ tier: 'read', parameters });
const contain = (...parameters: string[]): AwsOperation => ({ tier: 'contain', parameters });
const page = ['Marker?', 'MaxItems?'];

/** @see IAM, STS, Organizations API References */
export const IDENTITY_OPERATIONS: Readonly<Record<string, Readonly<Record<string, AwsOperation>>>> = {
  sts: { GetCallerIdentity: read() },
  iam: {
    GetUser: read('UserName'),
    ListUsers: read('PathPrefix?', ...page),
    ListUserTags: read('UserName', ...page),
    ListAccessKeys: read('UserName', ...page),
    GetAccessKeyLastUsed: read('AccessKeyId'),
    UpdateAccessKey: contain('UserName', 'AccessKeyId', 'Status'),
    ListUserPolicies: read('UserName', ...page),
    GetUserPolicy: read('UserName', 'PolicyName'),
    PutUserPolicy: contain('UserName', 'PolicyName', 'PolicyDocument'),
    DeleteUserPolicy: contain('UserName', 'PolicyName'),
    ListAttachedUserPolicies: read('UserName', ...page),
    AttachUserPolicy: contain('UserName', 'PolicyArn'),
    DetachUserPolicy: contain('UserName', 'PolicyArn'),
    ListGroupsForUser: read('UserName', ...page),
    AddUserToGroup: contain('GroupName', 'UserName'),
    RemoveUserFromGroup: contain('GroupName', 'UserName'),
    ListServiceSpecificCredentials: read('UserName', 'ServiceName?'),
    UpdateServiceSpecificCredential: contain('UserName', 'ServiceSpecificCredentialId', 'Status'),
    GetRole: read('RoleName'),
    GetRolePolicy: read('RoleName', 'PolicyName'),
    PutRolePolicy: contain('RoleName', 'PolicyName', 'PolicyDocument'),
    DeleteRolePolicy: contain('RoleName', 'PolicyName'),
    PutRolePermissionsBoundary: contain('RoleName', 'PermissionsBoundary'),
    DeleteRolePermissionsBoundary: contain('RoleName'),
    UpdateAssumeRolePolicy: contain('RoleName', 'PolicyDocument'),
    ListPolicyVersions: read('PolicyArn', ...page),
    SetDefaultPolicyVersion: contain('PolicyArn', 'VersionId'),
  },
  organizations: {
    ListPoliciesForTarget: read('TargetId', 'Filter', 'NextToken?', 'MaxResults?'),
    AttachPolicy: contain('PolicyId', 'TargetId'),
    DetachPolicy: contain('PolicyId', 'TargetId'),
    DescribeAccount: read('AccountId'),
    DescribeOrganization: read(),
    ListParents: read('ChildId', 'NextToken?', 'MaxResults?'),
    MoveAccount: contain('AccountId', 'SourceParentId', 'DestinationParentId'),
  },
};

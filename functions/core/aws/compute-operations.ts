/** Operations of EC2, Lambda, ECS and WAF that responses call. */
import type { AwsOperation } from './operation.ts';

const read = (...parameters: string[]): AwsOperation => ({ tier: 'read', parameters });
const contain = (...parameters: string[]): AwsOperation => ({ tier: 'contain', parameters });

/** @see EC2, Lambda, ECS, WAFv2 API References */
export const COMPUTE_OPERATIONS: Readonly<Record<string, Readonly<Record<string, AwsOperation>>>> = {
  ec2: {
    DescribeInstances: read('InstanceIds?', 'NextToken?'),
    DescribeInstanceAttribute: read('InstanceId', 'Attribute'),
    ModifyInstanceAttribute: contain(
      'InstanceId',
      'DisableApiTermination?',
      'DisableApiStop?',
      'InstanceInitiatedShutdownBehavior?',
    ),
    ModifyInstanceMetadataOptions: contain('InstanceId', 'HttpTokens?', 'HttpPutResponseHopLimit?', 'HttpEndpoint?'),
    DescribeIamInstanceProfileAssociations: read('Filters?', 'AssociationIds?', 'NextToken?'),
    DisassociateIamInstanceProfile: contain('AssociationId'),
    AssociateIamInstanceProfile: {
      ...contain('InstanceId', 'IamInstanceProfile'),
      iam: ['ec2:AssociateIamInstanceProfile', 'iam:PassRole'],
    },
    StopInstances: contain('InstanceIds'),
    StartInstances: contain('InstanceIds'),
    DescribeNetworkInterfaces: read('Filters?', 'NetworkInterfaceIds?', 'NextToken?'),
    ModifyNetworkInterfaceAttribute: contain('NetworkInterfaceId', 'Groups'),
    DescribeSecurityGroups: read('Filters?', 'GroupIds?', 'NextToken?'),
    DescribeSecurityGroupRules: read('Filters?', 'SecurityGroupRuleIds?', 'NextToken?'),
    CreateSecurityGroup: contain('GroupName', 'Description', 'VpcId'),
    DeleteSecurityGroup: contain('GroupId'),
    AuthorizeSecurityGroupIngress: contain('GroupId', 'IpPermissions?'),
    RevokeSecurityGroupIngress: contain('GroupId', 'SecurityGroupRuleIds?', 'IpPermissions?'),
    RevokeSecurityGroupEgress: contain('GroupId', 'SecurityGroupRuleIds?', 'IpPermissions?'),
    DescribeNetworkAcls: read('NetworkAclIds?', 'Filters?', 'NextToken?'),
    CreateNetworkAclEntry: contain(
      'NetworkAclId',
      'RuleNumber',
      'Protocol',
      'RuleAction',
      'Egress',
      'CidrBlock?',
      'Ipv6CidrBlock?',
    ),
    DeleteNetworkAclEntry: contain('NetworkAclId', 'RuleNumber', 'Egress'),
    DescribeVpcBlockPublicAccessOptions: read(),
    ModifyVpcBlockPublicAccessOptions: contain('InternetGatewayBlockMode'),
    DescribeSnapshots: read('SnapshotIds?', 'Filters?', 'OwnerIds?', 'NextToken?'),
    CreateSnapshots: contain('InstanceSpecification', 'Description', 'TagSpecifications'),
    /** Asked of whoever tags what it makes. */
    CreateTags: contain('Resources', 'Tags'),
    DescribeSnapshotAttribute: read('SnapshotId', 'Attribute'),
    ModifySnapshotAttribute: contain('SnapshotId', 'Attribute', 'CreateVolumePermission'),
    DescribeImageAttribute: read('ImageId', 'Attribute'),
    ModifyImageAttribute: contain('ImageId', 'Attribute', 'LaunchPermission'),
    GetSnapshotBlockPublicAccessState: read(),
    EnableSnapshotBlockPublicAccess: contain('State'),
    DisableSnapshotBlockPublicAccess: contain(),
  },
  lambda: {
    GetFunctionConcurrency: read('FunctionName'),
    GetFunctionConfiguration: read('FunctionName', 'Qualifier?'),
    PutFunctionConcurrency: contain('FunctionName', 'ReservedConcurrentExecutions'),
    DeleteFunctionConcurrency: contain('FunctionName'),
    GetEventSourceMapping: read('UUID'),
    UpdateEventSourceMapping: contain('UUID', 'Enabled'),
  },
  ecs: {
    DescribeServices: read('cluster', 'services'),
    UpdateService: contain('cluster', 'service', 'desiredCount'),
  },
  wafv2: {
    GetIPSet: read('Name', 'Scope', 'Id'),
    UpdateIPSet: contain('Name', 'Scope', 'Id', 'Description?', 'Addresses', 'LockToken'),
  },
};

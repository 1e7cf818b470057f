/** Turns calls on roles, groups, policies and other credentials of IAM into changes of simulated accounts. */
import * as z from 'zod';
import { type At, accountPk, resourceType } from './resource.ts';
import { defined, operation, refused, refuseMalformed, rfc3986, type SimulatedService, text } from './simulation.ts';

const GLOBAL = { global: true };
export const ROLE = resourceType(
  'iam/role',
  z.strictObject({
    path: z.string(),
    trust: z.string(),
    inlinePolicies: z.record(z.string(), z.string()),
    attachedPolicies: z.array(z.string()),
    boundary: z.string().nullable(),
    maxSessionSec: z.int().min(3600).max(43_200),
  }),
  GLOBAL,
);
export const GROUP = resourceType('iam/group', z.strictObject({ members: z.array(z.string()) }), GLOBAL);
export const POLICY = resourceType(
  'iam/policy',
  z.strictObject({ defaultVersion: z.string(), versions: z.record(z.string(), z.string()) }),
  GLOBAL,
);
export const CREDENTIAL = resourceType(
  'iam/credential',
  z.strictObject({ userName: z.string(), serviceName: z.string(), status: z.enum(['Active', 'Inactive']) }),
  GLOBAL,
);

/** @see IAM quotas: inline policies of a role, 10,240 characters without white space */
const MAX_ROLE_INLINE = 10_240;
const paging = { Marker: z.string().optional(), MaxItems: z.int().optional() };

function refuseServiceLinked(path: string): void {
  if (path.startsWith('/aws-service-role/'))
    throw refused('UnmodifiableEntity', 'a service-linked role is changed by its service');
}

const role = (at: At, name: string, change: Parameters<typeof ROLE.change>[2]) =>
  ROLE.change(at, name, (data) => {
    refuseServiceLinked(data.path);
    change(data);
  });

const roles: SimulatedService = {
  'iam:GetRole': operation({ RoleName: text }, async (at, { RoleName }) => {
    const found = await ROLE.get(at, RoleName);
    if (found === undefined) return undefined;
    const boundary = found.boundary;
    return {
      Role: defined({
        ...{ RoleName, Path: found.path, Arn: `arn:aws:iam::${at.accountId}:role${found.path}${RoleName}` },
        ...{ AssumeRolePolicyDocument: rfc3986(found.trust), MaxSessionDuration: found.maxSessionSec },
        PermissionsBoundary:
          boundary === null ? undefined : { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundary },
      }),
    };
  }),
  'iam:GetRolePolicy': operation({ RoleName: text, PolicyName: text }, async (at, named) => {
    const policies = (await ROLE.get(at, named.RoleName))?.inlinePolicies ?? {};
    const document = Object.hasOwn(policies, named.PolicyName) ? policies[named.PolicyName] : undefined;
    return document === undefined ? undefined : { ...named, PolicyDocument: rfc3986(document) };
  }),
  'iam:PutRolePolicy': operation({ RoleName: text, PolicyName: text, PolicyDocument: text }, async (at, named) => {
    refuseMalformed(named.PolicyDocument);
    const changed = await role(at, named.RoleName, ({ inlinePolicies }) => {
      inlinePolicies[named.PolicyName] = named.PolicyDocument;
      const characters = Object.values(inlinePolicies).join('').replaceAll(/\s/g, '').length;
      if (characters > MAX_ROLE_INLINE) throw refused('LimitExceeded', `inline policies take ${MAX_ROLE_INLINE} characters`);
    });
    return changed && {};
  }),
  'iam:DeleteRolePolicy': operation({ RoleName: text, PolicyName: text }, async (at, { RoleName, PolicyName }) => {
    let isThere = false;
    await role(at, RoleName, ({ inlinePolicies }) => {
      isThere = Object.hasOwn(inlinePolicies, PolicyName);
      delete inlinePolicies[PolicyName];
    });
    return isThere ? {} : undefined;
  }),
  'iam:PutRolePermissionsBoundary': operation({ RoleName: text, PermissionsBoundary: text }, async (at, named) => {
    const changed = await role(at, named.RoleName, (data) => {
      data.boundary = named.PermissionsBoundary;
    });
    return changed && {};
  }),
  'iam:DeleteRolePermissionsBoundary': operation({ RoleName: text }, async (at, { RoleName }) => {
    const changed = await role(at, RoleName, (data) => {
      data.boundary = null;
    });
    return changed && {};
  }),
  'iam:UpdateAssumeRolePolicy': operation({ RoleName: text, PolicyDocument: text }, async (at, named) => {
    refuseMalformed(named.PolicyDocument);
    const changed = await role(at, named.RoleName, (data) => {
      data.trust = named.PolicyDocument;
    });
    return changed && {};
  }),
};

const hasUser = async (at: At, userName: string): Promise<boolean> =>
  (await at.table.get(accountPk(at.accountId), `USER#${userName}`)) !== undefined;

const groups: SimulatedService = {
  'iam:ListGroupsForUser': operation({ UserName: text, ...paging }, async (at, { UserName }) => {
    if (!(await hasUser(at, UserName))) return undefined;
    const own = (await GROUP.all(at)).filter(([, { members }]) => members.includes(UserName));
    return { Groups: own.map(([GroupName]) => ({ GroupName })), IsTruncated: false };
  }),
  'iam:AddUserToGroup': operation({ GroupName: text, UserName: text }, async (at, { GroupName, UserName }) => {
    if (!(await hasUser(at, UserName))) return undefined;
    const changed = await GROUP.change(at, GroupName, (data) => {
      data.members = [...new Set([...data.members, UserName])].sort();
    });
    return changed && {};
  }),
  'iam:RemoveUserFromGroup': operation({ GroupName: text, UserName: text }, async (at, { GroupName, UserName }) => {
    const changed = await GROUP.change(at, GroupName, (data) => {
      data.members = data.members.filter((member) => member !== UserName);
    });
    return changed && {};
  }),
};

const nameIn = (arn: string): string => arn.slice(arn.indexOf(':policy/') + ':policy/'.length);

const policies: SimulatedService = {
  'iam:ListPolicyVersions': operation({ PolicyArn: text, ...paging }, async (at, { PolicyArn }) => {
    const found = await POLICY.get(at, nameIn(PolicyArn));
    if (found === undefined) return undefined;
    const versions = Object.keys(found.versions).sort();
    return {
      Versions: versions.map((VersionId) => ({ VersionId, IsDefaultVersion: VersionId === found.defaultVersion })),
      IsTruncated: false,
    };
  }),
  'iam:SetDefaultPolicyVersion': operation({ PolicyArn: text, VersionId: text }, async (at, { PolicyArn, VersionId }) => {
    let isThere = false;
    await POLICY.change(at, nameIn(PolicyArn), (data) => {
      isThere = Object.hasOwn(data.versions, VersionId);
      if (isThere) data.defaultVersion = VersionId;
    });
    return isThere ? {} : undefined;
  }),
};

const Status = z.enum(['Active', 'Inactive']);
const credentials: SimulatedService = {
  'iam:ListServiceSpecificCredentials': operation({ UserName: text, ServiceName: text.optional() }, async (at, { UserName }) => {
    if (!(await hasUser(at, UserName))) return undefined;
    const own = (await CREDENTIAL.all(at)).filter(([, { userName }]) => userName === UserName);
    return {
      ServiceSpecificCredentials: own.map(([ServiceSpecificCredentialId, { serviceName, status }]) => ({
        ...{ UserName, ServiceSpecificCredentialId, ServiceName: serviceName, Status: status },
      })),
    };
  }),
  'iam:UpdateServiceSpecificCredential': operation(
    { UserName: text, ServiceSpecificCredentialId: text, Status },
    async (at, named) => {
      const changed = await CREDENTIAL.change(at, named.ServiceSpecificCredentialId, (data) => {
        data.status = named.Status;
      });
      return changed && {};
    },
  ),
};

/** What IAM does beside users, keys and their policies. */
export const IAM: SimulatedService = { ...roles, ...groups, ...policies, ...credentials };

/** Turns calls of Organizations into changes of a simulated organization, which lives in its management account. */
import * as z from 'zod';
import { type At, resourceType } from './resource.ts';
import { operation, refused, type SimulatedService, text } from './simulation.ts';

const GLOBAL = { global: true };
export const ORGANIZATION = resourceType(
  'organizations/organization',
  z.strictObject({ id: text, managementAccount: text }),
  GLOBAL,
);
export const MEMBER = resourceType('organizations/account', z.strictObject({ parent: text }), GLOBAL);
export const UNIT = resourceType('organizations/unit', z.strictObject({ name: text }), GLOBAL);
export const SCP = resourceType(
  'organizations/policy',
  z.strictObject({ name: text, document: z.string(), targets: z.array(z.string()) }),
  GLOBAL,
);
/** @see Organizations quotas: service control policies attached to an account */
const MOST_POLICIES = 5;

const policiesOn = async (at: At, target: string) => (await SCP.all(at)).filter(([, { targets }]) => targets.includes(target));

export const ORGANIZATIONS: SimulatedService = {
  'organizations:DescribeOrganization': operation({}, async (at) => {
    const [found] = await ORGANIZATION.all(at);
    if (found === undefined) throw refused('AWSOrganizationsNotInUseException', `${at.accountId} is in no organization`);
    return { Organization: { Id: found[1].id, MasterAccountId: found[1].managementAccount } };
  }),
  'organizations:DescribeAccount': operation({ AccountId: text }, async (at, { AccountId }) =>
    (await MEMBER.get(at, AccountId)) === undefined ? undefined : { Account: { Id: AccountId, Status: 'ACTIVE' } },
  ),
  'organizations:ListPoliciesForTarget': operation(
    {
      TargetId: text,
      Filter: z.literal('SERVICE_CONTROL_POLICY'),
      NextToken: z.string().optional(),
      MaxResults: z.int().optional(),
    },
    async (at, { TargetId }) => {
      if ((await MEMBER.get(at, TargetId)) === undefined && (await UNIT.get(at, TargetId)) === undefined) return undefined;
      return { Policies: (await policiesOn(at, TargetId)).map(([Id, { name }]) => ({ Id, Name: name })) };
    },
  ),
  'organizations:AttachPolicy': operation({ PolicyId: text, TargetId: text }, async (at, { PolicyId, TargetId }) => {
    const there = await policiesOn(at, TargetId);
    if (there.some(([id]) => id === PolicyId)) throw refused('DuplicatePolicyAttachmentException', 'it is attached already');
    if (there.length >= MOST_POLICIES) throw refused('ConstraintViolationException', `a target takes ${MOST_POLICIES} policies`);
    const changed = await SCP.change(at, PolicyId, ({ targets }) => {
      targets.push(TargetId);
      targets.sort();
    });
    return changed && {};
  }),
  'organizations:DetachPolicy': operation({ PolicyId: text, TargetId: text }, async (at, { PolicyId, TargetId }) => {
    const there = await policiesOn(at, TargetId);
    if (!there.some(([id]) => id === PolicyId)) return undefined;
    if (there.length === 1) throw refused('ConstraintViolationException', 'a target keeps at least one policy');
    await SCP.change(at, PolicyId, (data) => {
      data.targets = data.targets.filter((target) => target !== TargetId);
    });
    return {};
  }),
  'organizations:ListParents': operation(
    { ChildId: text, NextToken: z.string().optional(), MaxResults: z.int().optional() },
    async (at, { ChildId }) => {
      const found = await MEMBER.get(at, ChildId);
      return found && { Parents: [{ Id: found.parent, Type: found.parent.startsWith('r-') ? 'ROOT' : 'ORGANIZATIONAL_UNIT' }] };
    },
  ),
  'organizations:MoveAccount': operation(
    { AccountId: text, SourceParentId: text, DestinationParentId: text },
    async (at, { AccountId, SourceParentId, DestinationParentId }) => {
      const isRoot = DestinationParentId.startsWith('r-');
      if (!isRoot && (await UNIT.get(at, DestinationParentId)) === undefined) return undefined;
      const changed = await MEMBER.change(at, AccountId, (data) => {
        if (data.parent !== SourceParentId) throw refused('SourceParentNotFoundException', 'the account is not there');
        data.parent = DestinationParentId;
      });
      return changed && {};
    },
  ),
};

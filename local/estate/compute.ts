/** Turns calls of Lambda, ECS and WAF into changes of simulated accounts. */
import * as z from 'zod';
import { sha256 } from '../../functions/core/digest.ts';
import { resourceType } from './resource.ts';
import { defined, operation, refused, type SimulatedService, text } from './simulation.ts';

export const FUNCTION = resourceType('lambda/function', z.strictObject({ reservedConcurrency: z.int().min(0).nullable() }));
export const EVENT_SOURCE = resourceType('lambda/event-source', z.strictObject({ functionName: text, isEnabled: z.boolean() }));
export const ECS_SERVICE = resourceType('ecs/service', z.strictObject({ desiredCount: z.int().min(0) }));
export const IP_SET = resourceType(
  'wafv2/ip-set',
  z.strictObject({
    name: text,
    scope: z.enum(['REGIONAL', 'CLOUDFRONT']),
    description: z.string(),
    addresses: z.array(z.string()),
    lockToken: text,
  }),
  // Every update hands out another token.
  { handedOut: ['lockToken'] },
);

const lambda: SimulatedService = {
  'lambda:GetFunctionConcurrency': operation({ FunctionName: text }, async (at, { FunctionName }) => {
    const found = await FUNCTION.get(at, FunctionName);
    return found && defined({ ReservedConcurrentExecutions: found.reservedConcurrency ?? undefined });
  }),
  'lambda:GetFunctionConfiguration': operation(
    { FunctionName: text, Qualifier: text.optional() },
    async (at, { FunctionName }) => {
      const found = await FUNCTION.get(at, FunctionName);
      return found && { FunctionName, FunctionArn: `arn:aws:lambda:${at.region}:${at.accountId}:function:${FunctionName}` };
    },
  ),
  'lambda:PutFunctionConcurrency': operation(
    { FunctionName: text, ReservedConcurrentExecutions: z.int().min(0) },
    async (at, { FunctionName, ReservedConcurrentExecutions }) => {
      const changed = await FUNCTION.change(at, FunctionName, (data) => {
        data.reservedConcurrency = ReservedConcurrentExecutions;
      });
      return changed && { ReservedConcurrentExecutions };
    },
  ),
  'lambda:DeleteFunctionConcurrency': operation({ FunctionName: text }, async (at, { FunctionName }) => {
    const changed = await FUNCTION.change(at, FunctionName, (data) => {
      data.reservedConcurrency = null;
    });
    return changed && {};
  }),
  'lambda:GetEventSourceMapping': operation({ UUID: text }, async (at, { UUID }) => {
    const found = await EVENT_SOURCE.get(at, UUID);
    return found && { UUID, State: found.isEnabled ? 'Enabled' : 'Disabled' };
  }),
  'lambda:UpdateEventSourceMapping': operation({ UUID: text, Enabled: z.boolean() }, async (at, { UUID, Enabled }) => {
    const changed = await EVENT_SOURCE.change(at, UUID, (data) => {
      data.isEnabled = Enabled;
    });
    return changed && { UUID, State: Enabled ? 'Enabling' : 'Disabling' };
  }),
};

const ecs: SimulatedService = {
  'ecs:DescribeServices': operation({ cluster: text, services: z.array(text) }, async (at, { cluster, services: names }) => {
    const found = await Promise.all(
      names.map(async (serviceName) => [serviceName, await ECS_SERVICE.get(at, `${cluster}/${serviceName}`)] as const),
    );
    return {
      services: found.flatMap(([serviceName, one]) =>
        one === undefined ? [] : [{ serviceName, status: 'ACTIVE', desiredCount: one.desiredCount }],
      ),
      failures: [],
    };
  }),
  'ecs:UpdateService': operation(
    { cluster: text, service: text, desiredCount: z.int().min(0) },
    async (at, { cluster, service, desiredCount }) => {
      const changed = await ECS_SERVICE.change(at, `${cluster}/${service}`, (data) => {
        data.desiredCount = desiredCount;
      });
      return changed && {};
    },
  ),
};

const Scope = z.enum(['REGIONAL', 'CLOUDFRONT']);
const waf: SimulatedService = {
  'wafv2:GetIPSet': operation({ Name: text, Scope, Id: text }, async (at, { Name, Scope: scope, Id }) => {
    const found = await IP_SET.get(at, Id);
    if (found === undefined || found.name !== Name || found.scope !== scope) return undefined;
    return {
      IPSet: { Name, Id, Description: found.description, Addresses: found.addresses, IPAddressVersion: 'IPV4' },
      LockToken: found.lockToken,
    };
  }),
  'wafv2:UpdateIPSet': operation(
    { Name: text, Scope, Id: text, Description: z.string().optional(), Addresses: z.array(text), LockToken: text },
    async (at, { Id, Addresses, LockToken, Description }) => {
      const changed = await IP_SET.change(at, Id, (data) => {
        if (data.lockToken !== LockToken) throw refused('WAFOptimisticLockException', 'somebody else updated the set');
        data.addresses = [...Addresses].sort();
        data.description = Description ?? '';
        data.lockToken = sha256(`${LockToken} ${Addresses.join()}`).slice(0, 32);
      });
      return changed && { NextLockToken: changed.lockToken };
    },
  ),
};

export const COMPUTE: SimulatedService = { ...lambda, ...ecs, ...waf };

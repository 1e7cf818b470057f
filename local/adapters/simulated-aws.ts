/** Turns persisted, simulated AWS accounts into the Cloud port: state that responses really change, and that a test can compare. */
import { AWS_OPERATIONS, parameterProblems } from '../../functions/core/aws/operation.ts';
import { YaguraError } from '../../functions/core/error.ts';
import type { JsonObject } from '../../functions/core/json.ts';
import type { Clock, Ids } from '../../functions/ports/clock.ts';
import type { Cloud, CloudTarget } from '../../functions/ports/cloud.ts';
import type { Table } from '../../functions/ports/table.ts';
import { SERVICES } from '../estate/services.ts';
import { createSimulatedIam, IAM_OPERATIONS } from './simulated-iam.ts';
import { createSimulatedState, type SimulatedEstate, type SnapshotOptions } from './simulated-state.ts';

export type { SimulatedEstate, SimulatedUser } from './simulated-state.ts';

export interface SimulatedAws extends Cloud {
  /** Puts accounts and users there, replacing users of the same name. */
  seed(estate: SimulatedEstate): Promise<void>;
  /** Everything as it is now, in a fixed order. */
  snapshot(options?: SnapshotOptions): Promise<SimulatedEstate>;
}

/**
 * Simulated accounts over a table. An operation that is not simulated is Refused, never a network call.
 * @throws YaguraError Refused also for an unknown account (its role cannot be assumed) and for a change through the reading role
 */
export function createSimulatedAws({ table, clock }: { table: Table; clock?: Clock; ids?: Ids }): SimulatedAws {
  const state = createSimulatedState(table);
  const iam = createSimulatedIam(state);
  return {
    seed: state.seed,
    snapshot: state.snapshot,
    call: async (target, service, operation, parameters) => {
      if (!(await state.hasAccount(target.accountId))) {
        throw new YaguraError('Refused', `AccessDenied: no role of account ${target.accountId} can be assumed`);
      }
      if (service === 'sts' && operation === 'GetCallerIdentity') return callerIdentity(target);
      const name = `${service}:${operation}`;
      const listed = AWS_OPERATIONS.get(name);
      const isOfUsers = service === 'iam' && IAM_OPERATIONS.has(operation);
      const simulated = Object.hasOwn(SERVICES, name) ? SERVICES[name] : undefined;
      if (listed === undefined || (!isOfUsers && simulated === undefined))
        throw new YaguraError('Refused', `${name} is not simulated`);
      if (listed.tier !== 'read' && target.tier === 'read')
        throw new YaguraError('Refused', `AccessDenied: the role that reads may not call ${name}`);
      const problems = parameterProblems(listed, parameters);
      if (problems.length > 0) throw new YaguraError('BadInput', 'ValidationError', { problems });
      if (simulated === undefined) return await iam(target.accountId, operation, parameters);
      const { accountId, region } = target;
      return await simulated({ table, accountId, region, nowMs: clock?.nowMs() ?? Date.now() }, parameters);
    },
  };
}

const ROLE_OF_TIER = {
  read: 'YaguraResponderRead',
  contain: 'YaguraResponderContain',
  destroy: 'YaguraResponderDestroy',
} as const;

function callerIdentity({ accountId, tier }: CloudTarget): JsonObject {
  const role = ROLE_OF_TIER[tier];
  return {
    Account: accountId,
    Arn: `arn:aws:sts::${accountId}:assumed-role/${role}/yagura`,
    UserId: `AROASIMULATEDROLE0001:yagura`,
  };
}

/** The catalogue: every action by id, and the IAM permissions that the responder roles need for them. */
import { YaguraError } from '../../core/error.ts';
import type { ResponderTier } from '../../ports/cloud.ts';
import type { Action } from './action.ts';
import { awsIamKeyDisable } from './aws-iam-key-disable.ts';
import { awsIamUserDeny } from './aws-iam-user-deny.ts';

export const ACTIONS: readonly Action[] = [awsIamKeyDisable, awsIamUserDeny];

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

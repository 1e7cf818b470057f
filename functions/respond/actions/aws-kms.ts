/** The keys of KMS as actions see them, and the calls between their states. */
import * as z from 'zod';
import type { PlannedCall } from '../../core/plan.ts';
import type { ActionContext } from './action.ts';
import { AccountId, awsTarget, contain, Region, readAs, regional } from './aws.ts';

export const KeyParameters = z.strictObject({
  accountId: AccountId,
  region: Region,
  keyId: z.string().regex(/^(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/),
});
export type KeyParameters = z.infer<typeof KeyParameters>;
export const KeyState = z.strictObject({ state: z.string(), manager: z.string() });

export const keyTarget = (parameters: KeyParameters) =>
  awsTarget(parameters, regional(parameters, 'kms', `key/${parameters.keyId}`), parameters.keyId);

export async function keyOf(context: ActionContext, keyId: string): Promise<z.infer<typeof KeyState> | undefined> {
  const answer = z.object({ KeyMetadata: z.object({ KeyState: z.string(), KeyManager: z.string() }) });
  const found = await readAs(context, 'kms:DescribeKey', { parameters: { KeyId: keyId }, answer });
  return found && { state: found.KeyMetadata.KeyState, manager: found.KeyMetadata.KeyManager };
}

/** A deletion that was called off is never asked for again. */
export function keyCalls(from: string, to: string, keyId: string): PlannedCall[] {
  if (from === to) return [];
  const named = { KeyId: keyId };
  const saved = from === 'PendingDeletion' ? [contain('kms:CancelKeyDeletion', named)] : [];
  if (to === 'Enabled') return [...saved, contain('kms:EnableKey', named)];
  return to === 'Disabled' && from !== 'PendingDeletion' ? [contain('kms:DisableKey', named)] : saved;
}

/** With whom a snapshot or an image is shared, and the calls that share it with others. */
import * as z from 'zod';
import type { JsonObject } from '../../core/json.ts';

export const Sharing = z.strictObject({ accounts: z.array(z.string()), isPublic: z.boolean() });
export type Sharing = z.infer<typeof Sharing>;
export const Permissions = z.array(z.object({ UserId: z.string().optional(), Group: z.string().optional() }));

export const sharingOf = (permissions: z.infer<typeof Permissions>): Sharing => ({
  accounts: permissions.flatMap(({ UserId }) => UserId ?? []).sort(),
  isPublic: permissions.some(({ Group }) => Group === 'all'),
});

/** What to add and to remove, or undefined where nothing changes. */
export function sharingChange({ from, to }: { from: Sharing; to: Sharing }): JsonObject | undefined {
  const less = (a: Sharing, b: Sharing): JsonObject[] => [
    ...a.accounts.filter((id) => !b.accounts.includes(id)).map((UserId) => ({ UserId })),
    ...(a.isPublic && !b.isPublic ? [{ Group: 'all' }] : []),
  ];
  const added = less(to, from);
  const removed = less(from, to);
  if (added.length === 0 && removed.length === 0) return undefined;
  return { ...(added.length === 0 ? {} : { Add: added }), ...(removed.length === 0 ? {} : { Remove: removed }) };
}

/** Nobody but the owner, or nobody but the accounts that may keep it. */
export const keptSharing = (state: Sharing, keep: readonly string[]): Sharing => ({
  accounts: state.accounts.filter((id) => keep.includes(id)),
  isPublic: false,
});

export const SHARING_STAYS_OPEN = {
  en: 'Copies that others have made already are theirs, and stay so.',
  ja: 'ほかの人がすでに作ったコピーは残ります。',
};

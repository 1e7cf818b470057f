/** Every check, in the order in which people read them. */
import type { Check } from '../world.ts';
import { ACCOUNT_CHECKS } from './account.ts';
import { LOG_CHECKS } from './logs.ts';
import { MEMBER_CHECKS } from './members.ts';
import { QUOTA_CHECKS } from './quotas.ts';
import { RUNNING_CHECKS } from './running.ts';

export const CHECKS: readonly Check[] = [...ACCOUNT_CHECKS, ...QUOTA_CHECKS, ...LOG_CHECKS, ...RUNNING_CHECKS, ...MEMBER_CHECKS];

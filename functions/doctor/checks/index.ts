/** Every check, in the order in which people read them. */
import type { Check } from '../world.ts';
import { ACCOUNT_CHECKS } from './account.ts';
import { LOG_CHECKS } from './logs.ts';
import { RUNNING_CHECKS } from './running.ts';

export const CHECKS: readonly Check[] = [...ACCOUNT_CHECKS, ...LOG_CHECKS, ...RUNNING_CHECKS];

/** The names that the SOC account and member accounts agree on, without which neither could be deployed first. */
import type { Config } from '../functions/core/config.ts';
import { pascal } from './stage-function.ts';

/** `YaguraResponder-`; the tier follows. */
export const responderRolePrefix = (config: Config): string => `${pascal(config.name)}Responder-`;

/** Tells two deployments apart that act on one account. No secret: the trust names the one role that may come. */
export const externalIdOf = (config: Config, socAccount: string): string => `${config.name}-${socAccount}`;

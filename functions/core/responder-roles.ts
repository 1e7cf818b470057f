/** The names that the SOC account and member accounts agree on, without which neither could be deployed first. */
import type { Config } from './config.ts';
import { pascal } from './pascal.ts';

/** `YaguraResponder-`; the tier follows. */
export const responderRolePrefix = (config: Pick<Config, 'name'>): string => `${pascal(config.name)}Responder-`;

/** Tells two deployments apart that act on one account. No secret: the trust names the one role that may come. */
export const externalIdOf = (config: Pick<Config, 'name'>, socAccount: string): string => `${config.name}-${socAccount}`;

/** Turns what a row is about into entities: whoever acts first, the account it happens in last. */
import type { Entity } from '../finding.ts';
import { isIp } from '../ip.ts';
import { identityEntities } from '../principal.ts';

export interface About {
  subject: string;
  account: string;
}

const ACCOUNT = /^\d{12}$/;

/** A principal, an address, a host or an account, by how it is written. */
export function subjectEntities({ subject, account }: About): Entity[] {
  const context: Entity[] =
    ACCOUNT.test(account) && account !== subject ? [{ type: 'account', id: account, part: 'context' }] : [];
  if (ACCOUNT.test(subject)) return [{ type: 'account', id: subject, part: 'actor' }];
  if (isIp(subject)) return [{ type: 'ip', id: subject.toLowerCase(), part: 'actor' }, ...context];
  if (/^i-[0-9a-f]{8,17}$/.test(subject)) return [{ type: 'host', id: subject, part: 'actor' }, ...context];
  const known = identityEntities(subject, 'actor');
  return [
    ...(known.length === 0 && subject !== '' ? [{ type: 'principal', id: subject, part: 'actor' } as const] : known),
    ...context,
  ];
}

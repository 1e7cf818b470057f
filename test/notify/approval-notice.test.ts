// A question to people leads to the page of its plan, and to nothing that decides.
import { describe, expect, it } from 'vitest';
import type { Approval } from '../../functions/core/approval.ts';
import { messageOf } from '../../functions/core/notify/message.ts';
import { approvalNotice } from '../../functions/core/notify/system-notice.ts';

const approval: Approval = {
  ...{ approvalId: 'AbCdEfGhIjKlMnOpQrStUv', runId: 'run-1', incidentId: 'INC-20261118-0a1b', playbook: 'disable-access-key' },
  ...{
    kind: 'respond',
    planHash: 'a'.repeat(64),
    tier: 1,
    needed: 1,
    requester: 'alice',
    createdAtMs: 0,
    expiresAtMs: 3_600_000,
  },
  ...{ status: 'pending', votes: [], delivered: false },
};
const linkFor = (links: { link?: string; approvalLink?: string }, clearance: 'AMBER' | 'GREEN' = 'AMBER') => {
  const notice = approvalNotice(approval, undefined);
  if (notice === undefined) throw new Error('no notice');
  return messageOf(notice, { locale: 'en', clearance, ...links }).link;
};
const link = 'https://soc.example.com/incidents/';
const approvalLink = 'https://soc.example.com/approvals/';

describe('the message about a plan that waits', () => {
  it('leads to the page of its plan, also where its details are withheld', () => {
    expect(linkFor({ link, approvalLink })).toBe(`${approvalLink}AbCdEfGhIjKlMnOpQrStUv`);
    expect(linkFor({ approvalLink }, 'GREEN')).toBe(`${approvalLink}AbCdEfGhIjKlMnOpQrStUv`);
  });

  it('leads to the incident where there is no such page, and nowhere where there is neither', () => {
    expect(linkFor({ link })).toBe(`${link}INC-20261118-0a1b`);
    expect(linkFor({})).toBeUndefined();
  });

  it('is not sent once it is answered', () => {
    expect(approvalNotice({ ...approval, status: 'approved' }, undefined)).toBeUndefined();
  });
});

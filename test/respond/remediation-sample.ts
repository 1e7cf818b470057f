/** One deed of a response, for tests of the ledger's event. */
import type { Remediation } from '../../functions/core/ocsf/remediation.ts';
import { ACCOUNT, KEY, NOW_MS, USER } from './world.ts';

export const REMEDIATION: Omit<Remediation, 'detail'> = {
  commandUid: 'c'.repeat(64),
  phase: 'act',
  countermeasure: { id: 'D3-CR', name: 'Credential Revocation', tactic: 'Evict' },
  title: 'Disable an IAM access key',
  target: {
    provider: 'aws',
    accountId: ACCOUNT,
    region: 'us-east-1',
    uid: `arn:aws:iam::${ACCOUNT}:user/${USER}/access-key/${KEY}`,
    name: KEY,
  },
  outcome: 'success',
  startedAtMs: NOW_MS,
  endedAtMs: NOW_MS + 1200,
  incidentId: 'INC-1',
  runId: 'run-1',
  playbook: 'disable-access-key',
  actionId: 'aws-iam-key-disable',
  planHash: 'a'.repeat(64),
  requester: 'yagura',
  approvers: ['bob'],
  evidenceKey: 'responses/INC-1/run-1/x.json',
  evidenceSha256: 'b'.repeat(64),
};

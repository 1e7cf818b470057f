import { describe, expect, it } from 'vitest';
import { entitiesOf } from '../../functions/core/entity.ts';
import type { JsonObject } from '../../functions/core/json.ts';
import type { OcsfEvent } from '../../functions/core/ocsf/event.ts';
import { finishEvent } from '../../functions/core/ocsf/finish.ts';

const KEY = 'AKIAIOSFODNN7EXAMPLE';
const SESSION = 'ASIAIOSFODNN7EXAMPLE';
const cloud = { provider: 'AWS', region: 'eu-west-1', account: { uid: '111122223333' } };

function event(attributes: JsonObject, class_uid = 6003): OcsfEvent {
  const product = { name: 'CloudTrail', vendor_name: 'AWS' };
  return finishEvent({
    class_uid,
    activity_id: 1,
    time: 1_750_000_000_000,
    severity_id: 1,
    metadata: { uid: 'e-1', product },
    attributes,
  });
}
const short = (of: OcsfEvent): string[] => entitiesOf(of).map(({ part, type, id }) => `${part} ${type} ${id}`);

describe('entities of an event', () => {
  it('names the acting user, the long-lived key, the address and the account', () => {
    const of = event({
      actor: { user: { type: 'IAMUser', name: 'alice', uid: 'arn:aws:iam::111122223333:user/eng/alice', credential_uid: KEY } },
      src_endpoint: { ip: '203.0.113.7' },
      cloud,
      api: { operation: 'ListBuckets' },
    });
    expect(short(of)).toEqual([
      'actor principal arn:aws:iam::111122223333:user/alice',
      `actor access_key ${KEY}`,
      'actor ip 203.0.113.7',
      'context account 111122223333',
    ]);
  });

  it('gives an assumed-role session its principal, its temporary key and one role, however the role is spelled', () => {
    const of = event({
      actor: {
        user: { type: 'AssumedRole', uid: 'arn:aws:sts::111122223333:assumed-role/Ops/bob', credential_uid: SESSION },
        session: {
          issuer: 'arn:aws:iam::111122223333:role/team/path/Ops',
          uid: 'arn:aws:sts::111122223333:assumed-role/Ops/bob',
        },
      },
    });
    expect(short(of)).toEqual([
      'actor principal arn:aws:sts::111122223333:assumed-role/Ops/bob',
      'actor role arn:aws:iam::111122223333:role/Ops',
      `actor session ${SESSION}`,
    ]);
  });

  it('links the key that a call created and the user that it is for', () => {
    const of = event(
      {
        actor: { user: { type: 'IAMUser', uid: 'arn:aws:iam::111122223333:user/alice', credential_uid: KEY } },
        user: { name: 'backup' },
        cloud,
        api: {
          operation: 'CreateAccessKey',
          response: {
            data: JSON.stringify({ accessKey: { accessKeyId: 'AKIAI44QH8DHBEXAMPLE', userName: 'backup', status: 'Active' } }),
          },
        },
      },
      3001,
    );
    expect(short(of)).toContain('target access_key AKIAI44QH8DHBEXAMPLE');
    expect(short(of)).toContain('target principal arn:aws:iam::111122223333:user/backup');
  });

  it('links the session that AssumeRole opened', () => {
    const response = {
      credentials: { accessKeyId: SESSION, expiration: 'Nov 1, 2025 1:00:00 PM', sessionToken: 'x' },
      assumedRoleUser: { arn: 'arn:aws:sts::111122223333:assumed-role/Admin/s1', assumedRoleId: 'AROAX:s1' },
    };
    const of = event({
      actor: { user: { uid: 'arn:aws:iam::111122223333:user/alice', credential_uid: KEY } },
      api: { operation: 'AssumeRole', response: { data: JSON.stringify(response) } },
    });
    expect(short(of)).toEqual(
      expect.arrayContaining([
        `target session ${SESSION}`,
        'target principal arn:aws:sts::111122223333:assumed-role/Admin/s1',
        'target role arn:aws:iam::111122223333:role/Admin',
      ]),
    );
  });

  it('never takes an AWS service for somebody who acts', () => {
    const of = event({
      actor: { user: { type: 'AWSService', name: 'ec2.amazonaws.com' }, invoked_by: 'ec2.amazonaws.com' },
      src_endpoint: { svc_name: 'ec2.amazonaws.com' },
      cloud,
    });
    expect(entitiesOf(of).every(({ part }) => part !== 'actor')).toBe(true);
    const linked = event({ actor: { user: { uid: 'arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForECS/ecs' } } });
    expect(entitiesOf(linked).every(({ part }) => part === 'context')).toBe(true);
  });

  it('reads a finding of a product: who is in the evidence acts, resources are targets unless they are said to act', () => {
    const of = event(
      {
        finding_info: { uid: 'f', title: 't' },
        evidences: [
          {
            actor: { user: { uid: 'arn:aws:iam::111122223333:user/alice', credential_uid: KEY } },
            src_endpoint: { ip: '198.51.100.9' },
          },
        ],
        resources: [
          { uid: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0' },
          { uid: 'arn:aws:s3:::vault', type: 'S3Bucket' },
          { uid: KEY, role_id: 2 },
        ],
        cloud,
      },
      2004,
    );
    expect(short(of)).toEqual([
      'actor principal arn:aws:iam::111122223333:user/alice',
      `actor access_key ${KEY}`,
      'actor ip 198.51.100.9',
      'target host i-0123456789abcdef0',
      'target resource arn:aws:s3:::vault',
      'context account 111122223333',
    ]);
  });

  it('survives hostile values: magic keys, wrong types, huge ids, broken JSON, deep nesting', () => {
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
    const of = event({
      actor: JSON.parse('{"user":{"__proto__":{"uid":"x"},"uid":7,"name":["a"]},"session":"no"}') as JsonObject,
      src_endpoint: 'text',
      api: { operation: 'x', response: { data: deep }, request: { data: '{"accessKeyId": "AKIA' } },
      resources: [null, 'x', { uid: 'r'.repeat(100_000) }, { uid: '__proto__' }],
    });
    const entities = entitiesOf(of);
    expect(entities.map(({ type }) => type)).toEqual(['resource', 'resource']);
    expect(Math.max(...entities.map(({ id }) => id.length))).toBeLessThanOrEqual(512);
  });

  it('keeps an actor that changes itself as the actor', () => {
    const uid = 'arn:aws:iam::111122223333:user/alice';
    expect(short(event({ actor: { user: { uid } }, user: { uid } }, 3001))).toEqual([`actor principal ${uid}`]);
  });

  it('knows one person by the address that every product has: in any case, and behind a single sign-on session', () => {
    const sso = 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/Ann.Mori@Example.com';
    expect(short(event({ actor: { user: { uid: sso } } }))).toContain('actor principal ann.mori@example.com');
    expect(short(event({ actor: { user: { name: 'Ann.Mori@example.COM', email_addr: 'Ann.Mori@example.COM' } } }))).toEqual([
      'actor principal ann.mori@example.com',
    ]);
    // A login beside it, as GitHub has; a display name is none.
    expect(short(event({ actor: { user: { name: 'ann-mori', email_addr: 'ann.mori@example.com' } } }))).toEqual([
      'actor principal ann.mori@example.com',
      'actor principal ann-mori',
    ]);
    expect(short(event({ actor: { user: { name: 'Ann Mori', email_addr: 'ann.mori@example.com' } } }))).toHaveLength(1);
    // A session named freely is no person.
    const free = 'arn:aws:sts::111122223333:assumed-role/deploy/run@1';
    expect(short(event({ actor: { user: { uid: free } } }))).toHaveLength(2);
  });

  it('ties the identity of a pipeline to its repository, by name', () => {
    const subject =
      'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com:sts.amazonaws.com:repo:example-org/web:ref:refs/heads/main';
    expect(short(event({ actor: { user: { uid: subject } } }))).toContain('actor repository example-org/web');
    const repo = { name: 'example-org/web', uid: '990011', type: 'repository' };
    expect(short(event({ resources: [repo] }))).toEqual(['target repository example-org/web']);
  });

  it('names who acts as a service account beside it, and the address that a tunnel hands out', () => {
    const account = 'warehouse@example-prod.iam.gserviceaccount.com';
    const behind = { actor: { user: { email_addr: account }, session: { issuer: 'etl@example-prod.iam.gserviceaccount.com' } } };
    expect(short(event(behind))).toEqual([
      `actor principal ${account}`,
      'actor principal etl@example-prod.iam.gserviceaccount.com',
    ]);
    const tunnel = {
      user: { name: 'dave' },
      src_endpoint: { ip: '203.0.113.77' },
      tunnel_interface: { ip: '10.8.0.15' },
      actor: { user: { name: 'dave' } },
    };
    expect(short(event(tunnel, 4014))).toContain('target ip 10.8.0.15');
    expect(short(event(tunnel))).not.toContain('target ip 10.8.0.15');
  });

  it('names what a call changes by its request, and not what it merely uses', () => {
    const asked = (operation: string, data: JsonObject): string[] =>
      short(event({ cloud, api: { operation, request: { data: JSON.stringify(data) } } }));
    const share = {
      snapshotId: 'snap-0123456789abcdef0',
      createVolumePermission: { add: { items: [{ userId: '444455556666' }] } },
    };
    expect(asked('ModifySnapshotAttribute', share)).toContain('target resource snap-0123456789abcdef0');
    expect(asked('ModifyDBSnapshotAttribute', { dBSnapshotIdentifier: 'orders-final' })).toContain(
      'target resource orders-final',
    );
    const logs = { DeleteFlowLogsRequest: { FlowLogId: { tag: 1, content: 'fl-0123456789abcdef0' } } };
    expect(asked('DeleteFlowLogs', logs)).toContain('target resource fl-0123456789abcdef0');
    expect(asked('RunInstances', { instancesSet: { items: [{ imageId: 'ami-0123456789abcdef0' }] } })).toEqual([
      'context account 111122223333',
    ]);
  });

  it('takes words for no session', () => {
    const of = { actor: { user: { name: 'ann-mori' }, session: { uid: 'Personal access token (classic)' } } };
    expect(short(event(of))).toEqual(['actor principal ann-mori']);
  });
});

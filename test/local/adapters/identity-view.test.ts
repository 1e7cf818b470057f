// The view of who did what: a principal that stays the same from day to day, whatever the source calls it.
import { afterAll, describe, expect, it } from 'vitest';
import { createDuckdbQuery } from '../../../local/adapters/duckdb-query.ts';
import { addBatch, event, newLake } from './lake-folder.ts';

const DAY = '20260630';
const lakeDir = newLake();
const query = createDuckdbQuery({ lakeDir });
afterAll(() => query.close());

const role = 'arn:aws:iam::111122223333:role/deploy';
const api = { operation: 'GetObject', service: { name: 's3.amazonaws.com' } };

addBatch(lakeDir, 'calls', [
  event('ci', {
    api,
    actor: {
      user: {
        type: 'AssumedRole',
        uid: 'arn:aws:sts::111122223333:assumed-role/deploy/run-4711',
        name: 'deploy',
        credential_uid: 'ASIAEXAMPLE1',
      },
      session: { issuer: role },
    },
    cloud: { account: { uid: '111122223333' } },
    resources: [{ uid: 'arn:aws:s3:::b/k' }, { name: 'b' }],
  }),
  event('sso', {
    api,
    actor: {
      user: {
        type: 'AssumedRole',
        uid: 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_1/aoi@example.com',
        name: 'AWSReservedSSO_Admin_1',
      },
      session: { issuer: 'arn:aws:iam::111122223333:role/AWSReservedSSO_Admin_1' },
    },
  }),
  event('user', {
    api,
    actor: { user: { type: 'IAMUser', uid: 'arn:aws:iam::111122223333:user/ren', name: 'ren' } },
    cloud: { account: { uid: '111122223333' } },
  }),
  event('service', {
    api,
    actor: {
      user: { type: 'AssumedRole', uid: 'arn:aws:sts::111122223333:assumed-role/x/y' },
      invoked_by: 'cloudformation.amazonaws.com',
    },
  }),
  event('denied', { api: { ...api, response: { error: 'AccessDenied' } }, actor: { user: { uid: '1001', name: 'aoi-kato' } } }),
]);
addBatch(
  lakeDir,
  'signins',
  [
    event('signin', {
      class_uid: 3002,
      class_name: 'Authentication',
      category_uid: 3,
      activity_id: 1,
      type_uid: 300201,
      user: { uid: 'u1', email_addr: 'aoi@example.com', name: 'Aoi' },
      session: { uid: 's-1' },
      actor: { app_name: 'Portal' },
      src_endpoint: { ip: '203.0.113.9', location: { country: 'JP', lat: 35.6, long: 139.7 } },
      status_id: 2,
      status_code: '50126',
    }),
  ],
  { source: 'entra-id' },
);

const rowOf = async (id: string): Promise<Record<string, unknown>> => {
  const { columns, rows } = await query.run(`SELECT * FROM identity_activity WHERE eventday = '${DAY}' AND event_id = ?`, {
    parameters: [id],
  });
  expect(rows).toHaveLength(1);
  return Object.fromEntries(columns.map(({ name }, i) => [name, rows[0]?.[i]]));
};

describe('identity_activity', () => {
  it('calls a run of CI by its role, whose sessions are new each time', async () => {
    expect(await rowOf('ci')).toMatchObject({
      principal: role,
      principal_kind: 'workload',
      peer_group: '111122223333:workload',
      session_id: 'ASIAEXAMPLE1',
      action: 's3.amazonaws.com:GetObject',
      resources: ['arn:aws:s3:::b/k', 'b'],
      is_failure: false,
    });
  });

  it('calls a person of Identity Center by the session, and those with the same permission set peers', async () => {
    expect(await rowOf('sso')).toMatchObject({
      principal: 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_1/aoi@example.com',
      principal_kind: 'human',
      peer_group: 'arn:aws:iam::111122223333:role/AWSReservedSSO_Admin_1',
    });
  });

  it('knows IAM users and the AWS services that act for somebody', async () => {
    expect(await rowOf('user')).toMatchObject({
      principal: 'arn:aws:iam::111122223333:user/ren',
      principal_kind: 'human',
      peer_group: '111122223333:IAMUser',
    });
    expect(await rowOf('service')).toMatchObject({ principal_kind: 'service' });
  });

  it('takes the user of a sign-in, its mail address first, and the place that the provider names', async () => {
    expect(await rowOf('signin')).toMatchObject({
      principal: 'aoi@example.com',
      principal_kind: 'human',
      peer_group: 'example.com',
      session_id: 's-1',
      is_failure: true,
      error_code: '50126',
      src_ip: '203.0.113.9',
      src_lat: 35.6,
    });
  });

  it('counts a call that the API refused as failed', async () => {
    expect(await rowOf('denied')).toMatchObject({
      principal: '1001',
      is_failure: true,
      error_code: 'AccessDenied',
      src_lat: null,
    });
  });
});

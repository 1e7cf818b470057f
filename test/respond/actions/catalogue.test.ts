// The catalogue: ids, files, permissions and texts agree; every call that an action makes is one that it declares.
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACTIONS, actionOf, permissionsOf } from '../../../functions/respond/actions/index.ts';
import { sessionPolicyOf } from '../../../functions/respond/actions/session-policy.ts';

const FOLDER = new URL('../../../functions/respond/actions/', import.meta.url);
/** Files of the folder that are no action. */
const SHARED = new Set([
  ...['action.ts', 'index.ts', 'change.ts', 'countermeasures.ts', 'session-policy.ts'],
  ...['aws.ts', 'aws-iam.ts', 'aws-iam-role.ts', 'aws-ec2.ts', 'aws-s3.ts', 'aws-kms.ts', 'aws-sharing.ts'],
  ...['tenant.ts', 'okta.ts', 'entra.ts', 'github.ts', 'google.ts', 'microsoft-365.ts', 'slack.ts', 'address.ts'],
]);

describe('the action catalogue', () => {
  it('has one file for each id, named after it', () => {
    const files = readdirSync(FOLDER).filter((file) => !SHARED.has(file));
    expect(files.sort()).toEqual(ACTIONS.map((action) => `${action.id}.ts`).sort());
  });

  it.each(ACTIONS.map((action) => [action.id, action] as const))('%s says what it is in both languages', (_id, action) => {
    for (const text of [action.title, action.does, action.undoes, ...action.staysOpen]) {
      expect(text.en).toMatch(/\w/);
      expect(text.ja).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
    }
    expect(action.d3fend.id).toMatch(/^D3-[A-Z]+$/);
    expect(action.mitigation).toMatch(/^M1\d{3}$/);
    expect(action.reversible === 'none' || action.d3fendUndo?.tactic === 'Restore').toBe(true);
    expect(action.parametersSchema).toMatchObject({ type: 'object', additionalProperties: false });
  });

  it.each(ACTIONS.map((action) => [action.id, action] as const))(
    '%s needs no wildcard action and gets no power to read by its change',
    (_id, { permissions }) => {
      for (const tier of ['read', 'contain', 'destroy'] as const) {
        for (const action of permissions[tier]?.actions ?? []) expect(action).toMatch(/^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$/);
      }
      const looks = /:(Admin)?(Get|List|Describe)/;
      for (const action of permissions.read?.actions ?? []) expect(action).toMatch(looks);
    },
  );

  it.each(ACTIONS.filter(({ provider }) => provider !== 'aws').map((action) => [action.id, action] as const))(
    '%s can look with a credential that changes nothing, and names the scopes of each',
    (id, { scopes, provider, permissions }) => {
      expect(id.startsWith(`${provider}-`)).toBe(true);
      expect(permissions).toEqual({});
      expect(scopes.read?.length).toBeGreaterThan(0);
      expect([...(scopes.contain ?? []), ...(scopes.destroy ?? [])].length).toBeGreaterThan(0);
      if (provider === 'okta') for (const scope of scopes.read ?? []) expect(scope).toMatch(/\.read$/);
    },
  );

  it('an action of a tenant that cannot be taken back is not for the credential that contains, but where it only signs people out', () => {
    const gentle = ACTIONS.filter(({ reversible, scopes }) => reversible === 'none' && scopes.contain !== undefined);
    for (const { d3fend } of gentle) expect(d3fend.id).toBe('D3-ST');
  });

  it('refuses an id that is not in it, and says which are', () => {
    expect(() => actionOf('constructor')).toThrow('aws-iam-key-disable');
  });

  it('grants by role what operations of that role need, and every operation to one role only', () => {
    const permissions = permissionsOf();
    const granted = (tier: 'read' | 'contain' | 'destroy') => permissions[tier].flatMap((grant) => grant.actions);
    for (const action of granted('contain')) expect(granted('read')).not.toContain(action);
    expect(granted('contain')).toContain('s3:PutBucketPublicAccessBlock');
    expect(granted('contain')).not.toContain('s3:PutPublicAccessBlock');
    // Nothing cannot be taken back so far: the third role may do nothing.
    expect(granted('destroy')).toEqual([]);
  });

  it('a session policy holds the calls of a plan and nothing else', () => {
    const call = { tier: 'contain', service: 's3', operation: 'PutPublicAccessBlock', parameters: {} } as const;
    const { Statement } = JSON.parse(sessionPolicyOf([call, call]));
    expect(Statement).toEqual([{ Effect: 'Allow', Action: ['s3:PutBucketPublicAccessBlock'], Resource: '*' }]);
  });

  it('sorts its grants, so that the same catalogue gives the same policy', () => {
    expect(permissionsOf([...ACTIONS].reverse())).toEqual(permissionsOf(ACTIONS));
  });
});

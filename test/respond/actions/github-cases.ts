/** For every action on GitHub: any organization that it may meet, and the parameters with which it is asked there. */
import * as fc from 'fast-check';
import type { JsonObject } from '../../../functions/core/json.ts';
import { tenantCases } from './estate-case.ts';

export const ORGANIZATION = 'acme';
const bool = fc.boolean();
const rarely = fc.constantFrom(false, false, false, true);
type Resources = Record<string, Record<string, JsonObject>>;

const people = fc
  .record({ member: fc.constantFrom('none', 'admin', 'member'), isBlocked: rarely, state: fc.constantFrom('active', 'pending') })
  .map(
    ({ member, isBlocked, state }): Resources => ({
      'github/user': { kato: { id: 1 }, sato: { id: 2 } },
      'github/member': {
        sato: { role: 'admin', state: 'active' },
        ...(member === 'none' ? {} : { kato: { role: member, state } }),
      },
      ...(isBlocked && member === 'none' ? { 'github/block': { kato: { login: 'kato' } } } : {}),
    }),
  );
const repository = fc
  .record({
    visibility: fc.constantFrom('public', 'internal', 'private'),
    archived: rarely,
    fork: rarely,
    forks: fc.nat(9),
    actionsEnabled: bool,
    allowedActions: fc.constantFrom('all', 'local_only', 'selected'),
  })
  .map((one): JsonObject => ({ ...one, allowedActions: one.actionsEnabled ? one.allowedActions : null }));
const withRepository = (more: fc.Arbitrary<Resources> = fc.constant({})): fc.Arbitrary<Resources> =>
  fc.tuple(repository, more).map(([one, others]) => ({ 'github/repository': { web: one }, ...others }));
const owned = (type: string, kind: string): fc.Arbitrary<Resources> =>
  fc
    .uniqueArray(fc.tuple(fc.constantFrom('1', '2', '3', '4', '5'), fc.constantFrom('Kato', 'sato')), { selector: ([id]) => id })
    .map((all) => ({
      [type]: Object.fromEntries(all.map(([id, login]) => [id, { login, [kind]: 'laptop' }])),
    }));

const inRepo = { repo: 'web' };
export const GITHUB_CASES = tenantCases('github', ORGANIZATION, {
  'github-actions-disable': { resources: withRepository(), parameters: inRepo },
  'github-deploy-key-remove': {
    resources: withRepository(
      bool.map((isThere): Resources => {
        const keys = { 'web/8': { title: 'other', key: 'ssh-ed25519 BBBB', read_only: true } };
        return {
          'github/deploy-key': isThere ? { ...keys, 'web/7': { title: 'ci', key: 'ssh-ed25519 AAAA', read_only: false } } : keys,
        };
      }),
    ),
    parameters: { ...inRepo, keyId: '7' },
  },
  'github-member-remove': { resources: people, parameters: { userName: 'Kato' } },
  'github-repo-private': { resources: withRepository(), parameters: { repo: 'Web' } },
  'github-run-cancel': {
    resources: fc.constantFrom('in_progress', 'queued', 'completed').map(
      (status): Resources => ({
        'github/run': { 'web/900': { status, event: 'push' }, 'web/901': { status: 'queued', event: 'push' } },
      }),
    ),
    parameters: { ...inRepo, runId: '900' },
  },
  'github-runner-remove': {
    resources: bool.map(
      (busy): Resources => ({ 'github/runner': { '3': { name: 'evil', os: 'linux', status: 'online', busy } } }),
    ),
    parameters: { runnerId: '3' },
  },
  'github-sso-credential-remove': {
    resources: owned('github/sso-credential', 'kind'),
    parameters: { userName: 'kato', credentialId: '3' },
  },
  'github-token-revoke': { resources: owned('github/token', 'name'), parameters: { userName: 'kato', tokenId: '3' } },
  'github-user-block': { resources: people, parameters: { userName: 'kato' } },
  'github-workflow-disable': {
    resources: fc
      .constantFrom('active', 'active', 'disabled_manually', 'disabled_inactivity')
      .map((state): Resources => ({ 'github/workflow': { 'web/55': { name: 'ci', path: '.github/workflows/ci.yml', state } } })),
    parameters: { ...inRepo, workflowId: '55' },
  },
});

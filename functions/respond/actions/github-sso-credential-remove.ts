/** Takes a classic token or SSH key its single sign-on authorization at a GitHub organization; it cannot be taken back. */
import * as z from 'zod';
import { defineChange } from './change.ts';
import { countermeasure } from './countermeasures.ts';
import { GithubTenant, GithubUser, githubTarget, NumericId } from './github.ts';
import { change, readAll } from './tenant.ts';

const Authorization = z.object({ credential_id: z.number(), login: z.string() });

export const githubSsoCredentialRemove = defineChange({
  id: 'github-sso-credential-remove',
  provider: 'github',
  title: {
    en: 'Remove a single sign-on credential at a GitHub organization',
    ja: 'GitHub 組織でシングルサインオンの資格情報を取り消す',
  },
  does: {
    en: 'Removes the authorization of a classic token or SSH key: it reaches nothing of the organization that SAML protects.',
    ja: 'クラシックトークンまたは SSH キーの認可を取り消し、SAML で保護された組織のものに届かないようにします。',
  },
  staysOpen: [
    {
      en: 'The credential itself lives on, and reaches what needs no single sign-on. Its owner can authorize it again: take the membership where the account is taken over.',
      ja: '資格情報自体は残り、SSO の不要なものには届きます。所有者は再び認可できます。乗っ取りの場合はメンバーから外してください。',
    },
  ],
  undoes: { en: 'Nothing: the owner authorizes it again.', ja: '元に戻せません。所有者が再び認可します。' },
  uses: ['github:ListCredentialAuthorizations', 'github:RemoveCredentialAuthorization'],
  blastRadius: 1,
  approvalTier: 1,
  reversible: 'none',
  d3fend: countermeasure('D3-CR'),
  mitigation: 'M1018',
  parameters: z.strictObject({ tenant: GithubTenant, userName: GithubUser, credentialId: NumericId }),
  state: z.strictObject({ owner: z.string() }),
  target: ({ tenant, userName, credentialId }) =>
    githubTarget(tenant, `members/${userName}/credentials/${credentialId}`, credentialId),
  look: async (context, { tenant, credentialId }) => {
    const parameters = { org: tenant };
    const all = await readAll(context, 'github:ListCredentialAuthorizations', { parameters, item: Authorization });
    return all && { owner: all.find((one) => String(one.credential_id) === credentialId)?.login.toLowerCase() ?? '' };
  },
  refuses: ({ owner }, { userName, credentialId }) =>
    owner === userName ? [] : [`the credential ${credentialId} is not of ${userName}`],
  wanted: () => ({ owner: '' }),
  calls: ({ from, to }, { tenant, credentialId }) =>
    from.owner !== '' && to.owner === '' ? [change('github:RemoveCredentialAuthorization', { org: tenant, credentialId })] : [],
});

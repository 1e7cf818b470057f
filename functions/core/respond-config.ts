/** The `respond` section of the configuration: the tenants that responses may act on, each with one secret a tier. */
import * as z from 'zod';
import { secretReference } from './collect-config.ts';
import { option, text } from './config-option.ts';
import type { Problem } from './error.ts';
import { TENANT_PRODUCT_IDS, TENANT_PRODUCTS, type TenantProductId } from './tenant/product.ts';

const tenant = z.strictObject({
  product: option(z.enum(TENANT_PRODUCT_IDS), text('Which product it is a tenant of.', 'どの製品のテナントか。')),
  tenant: option(
    z.string().min(1).max(253),
    text(
      'What identifies it at the vendor: a domain, a directory id, an organization.',
      'ベンダーでの識別子: ドメイン、ディレクトリ ID、組織など。',
    ),
  ),
  secrets: option(
    z.strictObject({
      read: option(secretReference, text('Credential that only looks.', '参照だけの認証情報。')),
      contain: option(
        secretReference.optional(),
        text(
          'Credential of what can be taken back. Left out: responses only look.',
          '取り消せる操作の認証情報。省略すると対応は参照だけです。',
        ),
      ),
      destroy: option(
        secretReference.optional(),
        text(
          "Credential of what cannot be taken back and of administrators' roles. Left out: nothing of that is done.",
          '取り消せない操作と管理者ロールに対する操作の認証情報。省略するとこれらは行いません。',
        ),
      ),
    }),
    text(
      'Names or ARNs of secrets, one a tier, each a credential with the scopes of that tier alone (docs/actions.md).',
      '階層ごとのシークレットの名前または ARN。それぞれ、その階層のスコープだけを持つ認証情報です（docs/actions.md）。',
    ),
  ),
});

export const respondSchema = z.strictObject({
  tenants: option(
    z.array(tenant).default([]),
    text(
      'Tenants of identity providers and SaaS that responses may act on.',
      '対応の対象にできる ID プロバイダーと SaaS のテナント。',
    ),
  ),
});
export type RespondConfig = z.output<typeof respondSchema>;
export type TenantSettings = RespondConfig['tenants'][number];

/** The secrets that responses need, each once. */
export const tenantSecrets = ({ tenants }: RespondConfig): string[] => [
  ...new Set(tenants.flatMap(({ secrets }) => Object.values(secrets).filter((secret) => secret !== undefined))),
];

/** What is right in form and wrong in meaning. */
export function respondProblems({ tenants }: RespondConfig): Problem[] {
  return tenants.flatMap((one, i) => [
    ...formProblems(one, `respond.tenants.${i}`),
    ...sharedProblems(one, `respond.tenants.${i}`),
    ...(tenants.findIndex(({ product, tenant: id }) => product === one.product && id === one.tenant) === i
      ? []
      : [{ at: `respond.tenants.${i}`, what: `${one.product} ${one.tenant} is there twice`, fix: 'name each tenant once' }]),
  ]);
}

function formProblems({ product, tenant: id }: TenantSettings, at: string): Problem[] {
  const known = TENANT_PRODUCTS[product];
  if (known === undefined) {
    const allowed = Object.keys(TENANT_PRODUCTS).join(', ');
    return [{ at: `${at}.product`, what: `no action acts on ${product} yet`, allowed, fix: 'remove it' }];
  }
  if (known.tenant.pattern.test(id)) return [];
  return [
    { at: `${at}.tenant`, what: JSON.stringify(id), allowed: known.tenant.what, fix: `change ${at}.tenant in soc.config.ts` },
  ];
}

/** One credential for two tiers would let whoever only looks change things. */
function sharedProblems({ secrets }: TenantSettings, at: string): Problem[] {
  const all = Object.entries(secrets).filter(([, secret]) => secret !== undefined);
  return all
    .filter(([, secret], i) => all.findIndex(([, other]) => other === secret) !== i)
    .map(([tier, secret]) => ({
      at: `${at}.secrets.${tier}`,
      what: `"${secret}" is the secret of another tier too`,
      allowed: 'one credential a tier, with the scopes of that tier',
      fix: 'create a credential for each tier and store it under a name of its own',
    }));
}

/** The settings of one tenant, or an error that says what to configure. Tenant ids may stem from a log: they are cut short. */
export function tenantProblem(product: TenantProductId, id: string, settings: readonly TenantSettings[]): Problem {
  const known = settings.filter((one) => one.product === product).map((one) => one.tenant);
  return {
    at: 'respond.tenants',
    what: `no ${product} tenant ${JSON.stringify(id.slice(0, 80))} is configured`,
    allowed: known.length === 0 ? `there is none of ${product}` : known.join(', '),
    fix: 'add it to respond.tenants in soc.config.ts, with a secret for each tier',
  };
}

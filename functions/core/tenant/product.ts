/** The products whose tenants responses may act on: where their API is, what a tenant is called, how a page names the next one. */
import { isJsonObject, type Json } from '../json.ts';
import { linkTo } from '../web-link.ts';

/** Products by the names that actions bear. */
export const TENANT_PRODUCT_IDS = ['okta', 'entra', 'microsoft-365', 'google-workspace', 'github', 'slack'] as const;
export type TenantProductId = (typeof TENANT_PRODUCT_IDS)[number];

/** An answer as far as paging goes. */
export interface PagedAnswer {
  headers: Readonly<Record<string, string>>;
  json: Json | undefined;
}

export interface TenantProduct {
  title: string;
  /** What identifies a tenant, and its form: it becomes part of a URL. */
  tenant: { what: string; pattern: RegExp };
  /** The only host that its API is asked at. */
  host(tenantId: string): string;
  /**
   * The query of the next page; undefined after the last one. Only the query is taken of what a vendor's answer says: host and path stay
   * those of the operation.
   */
  next(answer: PagedAnswer, query: Readonly<Record<string, string>>): Record<string, string> | undefined;
  /** Others, which single operations are asked at. */
  moreHosts?: readonly string[];
  /** The status that an answer means, where a vendor answers 200 to what it did not do. */
  status?(json: Json): number;
  /** Sent with each request, beside what authenticates it. */
  headers?: Readonly<Record<string, string>>;
  /** What the secret of a tier holds, in its exact form. */
  secret: string;
  /** What a person sets up once, beside the scopes. */
  setUp: string;
}

const queryOf = (url: string | undefined): Record<string, string> | undefined => {
  const parsed = url === undefined ? null : URL.parse(url);
  return parsed === null ? undefined : Object.fromEntries(parsed.searchParams);
};

const textAt = (json: Json | undefined, key: string): string | undefined => {
  const value = isJsonObject(json) && Object.hasOwn(json, key) ? json[key] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** @see RFC 8288; Okta, "Pagination"; GitHub, "Using pagination in the REST API" */
export const nextByLink: TenantProduct['next'] = ({ headers }) => queryOf(linkTo(headers['link'], 'next'));
/** @see Microsoft Graph, "Paging Microsoft Graph data in your app" */
const nextByOdata: TenantProduct['next'] = ({ json }) => queryOf(textAt(json, '@odata.nextLink'));

const DOMAIN = {
  what: 'the host in lower case, such as acme.okta.com',
  pattern: /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/,
};
const DIRECTORY = {
  what: 'the directory (tenant) id, such as 0a1b2c3d-0000-4000-8000-000000000000',
  pattern: /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/,
};

const graph = (title: string, headers?: Readonly<Record<string, string>>): TenantProduct => ({
  title,
  tenant: DIRECTORY,
  host: () => 'graph.microsoft.com',
  next: nextByOdata,
  secret: 'the JSON {"clientId": "…", "clientSecret": "…"} of an app registration of its own',
  setUp: 'one app registration a tier, with the application permissions of that tier and admin consent',
  ...(headers === undefined ? {} : { headers }),
});

/** @see Slack, "Web API: evaluating responses" */
function slackStatus(json: Json): number {
  if (!isJsonObject(json) || json['ok'] !== false) return 200;
  const error = textAt(json, 'error') ?? '';
  if (error === 'ratelimited') return 429;
  if (/^(user_not_found|users_not_found|team_not_found)$/.test(error)) return 404;
  if (/^(internal_error|fatal_error|service_unavailable|request_timeout)$/.test(error)) return 503;
  return /^(missing_scope|not_authed|invalid_auth|not_an_admin|not_allowed_token_type|token_\w+)$/.test(error) ? 403 : 400;
}

/** Products without an entry here have no actions yet. */
export const TENANT_PRODUCTS: Readonly<Partial<Record<TenantProductId, TenantProduct>>> = {
  okta: {
    title: 'Okta',
    tenant: DOMAIN,
    host: (tenantId) => tenantId,
    next: nextByLink,
    secret:
      'the JSON {"clientId": "…", "privateKey": "…", "keyId": "…"} of an API Services app (RSA key as PEM), or an API token as it is',
    setUp:
      'one API Services app a tier: public key / private key, DPoP off, the scopes of that tier granted, an administrator role that may do it. ' +
      'An API token works too and has no scopes: it may do whatever its administrator may',
  },
  entra: graph('Microsoft Entra ID'),
  // An id that stays when a message moves.
  'microsoft-365': graph('Microsoft 365', { prefer: 'IdType="ImmutableId"' }),
  'google-workspace': {
    title: 'Google Workspace',
    tenant: { ...DOMAIN, what: 'the primary domain in lower case, such as example.com' },
    host: () => 'admin.googleapis.com',
    moreHosts: ['gmail.googleapis.com'],
    next: () => undefined,
    secret:
      'the key file of a service account (JSON) with one member more, "admin": the e-mail address of the administrator to act as',
    setUp:
      'one service account a tier with domain-wide delegation of the scopes of that tier, and an administrator who may do it. Each token asks for the ' +
      'scopes of its call alone. The Gmail scopes act in the name of the mailbox owner',
  },
  github: {
    title: 'GitHub',
    tenant: { what: 'the organization in lower case, such as acme', pattern: /^[a-z0-9](?:[a-z0-9-]{0,37}[a-z0-9])?$/ },
    host: () => 'api.github.com',
    headers: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28', 'user-agent': 'yagura' },
    next: nextByLink,
    secret:
      'the JSON {"appId": "…", "installationId": "…", "privateKey": "…"} of a GitHub App (key as PEM), or a personal access token as it is',
    setUp:
      'one GitHub App a tier, installed in the organization on all repositories, with the permissions of that tier. Each token asks for those of the ' +
      'approved calls alone. A personal access token has whatever it was given, and cannot revoke those of others',
  },
  slack: {
    title: 'Slack',
    tenant: { what: 'the id of the organization or workspace, such as E012ABC345', pattern: /^[ET][A-Z0-9]{6,20}$/ },
    host: () => 'slack.com',
    moreHosts: ['api.slack.com'],
    status: slackStatus,
    next: () => undefined,
    secret: 'the user token (xoxp-…) of an app that an owner of the Enterprise organization installed, as it is',
    setUp:
      'one app a tier with the user scopes of that tier, installed by an organization owner. Sessions need an Enterprise plan, SCIM a Business+ plan',
  },
};

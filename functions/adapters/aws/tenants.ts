/** Turns a tenant's secrets and one request into an authenticated HTTPS call: tokens of the scopes that it needs, waits that the vendor asks for. */
import { entraApp } from '../../collect/auth/client-credentials.ts';
import { githubWith, googleActing, oktaTokenOrApp } from '../../collect/auth/signed-jwt.ts';
import { staticToken } from '../../collect/auth/token.ts';
import type { Auth, Session, SessionContext } from '../../collect/connector.ts';
import { backoffMs, dateMs, judge } from '../../collect/retry.ts';
import { Hidden, reasonOf } from '../../collect/told.ts';
import { YaguraError } from '../../core/error.ts';
import { type TenantSettings, tenantProblem } from '../../core/respond-config.ts';
import type { TenantRequest } from '../../core/tenant/operation.ts';
import { TENANT_PRODUCTS, type TenantProductId } from '../../core/tenant/product.ts';
import { jsonObjectIn } from '../../core/vendor-reason.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Http, HttpRequest, HttpResponse } from '../../ports/http.ts';
import type { Secrets } from '../../ports/secrets.ts';
import type { TenantResponse, Tenants, TenantTarget } from '../../ports/tenants.ts';

export interface TenantPorts {
  http: Http;
  secrets: Secrets;
  clock: Clock;
  timer: Timer;
}

/** One answer; a step of a playbook has a minute for all of its calls. */
const LIMITS = { timeoutMs: 10_000, maxBytes: 8 * 1024 * 1024 };
/** So long a request may take with all of its waits; beyond, the playbook's own retries go on. */
const BUDGET_MS = 20_000;
const MAX_ATTEMPTS = 4;
/** A token that ends this soon is not begun with. */
const TOKEN_MARGIN_MS = 60_000;

/** How each product authenticates, for the scopes that a call needs. */
const AUTH: Readonly<Partial<Record<TenantProductId, (scopes: readonly string[], subject?: string) => Auth>>> = {
  okta: oktaTokenOrApp,
  entra: () => entraApp('https://graph.microsoft.com'),
  'microsoft-365': () => entraApp('https://graph.microsoft.com'),
  github: githubWith,
  'google-workspace': googleActing,
  slack: () => staticToken('Bearer'),
};

/** Sessions are held per tenant, tier and scopes until they end. `settings` is asked when a tenant is first asked. */
export function createTenants(ports: TenantPorts, settings: () => Promise<readonly TenantSettings[]>): Tenants {
  const held = new Map<string, Connection>();
  return {
    request: async (target, request) => {
      const key = JSON.stringify([
        target.product,
        target.tenantId,
        target.tier,
        [...target.scopes].sort(),
        request.subject ?? '',
      ]);
      const connection = held.get(key) ?? new Connection(target, { ports, settings: await settings(), ...subjectOf(request) });
      held.set(key, connection);
      return await connection.send(request);
    },
  };
}

class Connection {
  readonly #target: TenantTarget;
  readonly #ports: TenantPorts;
  readonly #auth: Auth;
  readonly #host: string;
  readonly #reference: string;
  readonly #hosts: readonly string[];
  readonly #hidden = new Hidden();
  #session: Session | undefined;
  #skewMs = 0;

  constructor(
    target: TenantTarget,
    { ports, settings, subject }: { ports: TenantPorts; settings: readonly TenantSettings[]; subject?: string },
  ) {
    const { product, tenantId, tier, scopes } = target;
    const own = settings.find((one) => one.product === product && one.tenant === tenantId);
    const facts = TENANT_PRODUCTS[product];
    const auth = AUTH[product];
    if (own === undefined || facts === undefined || auth === undefined)
      throw new YaguraError('Refused', 'the tenant is not ours', { problems: [tenantProblem(product, tenantId, settings)] });
    const reference = own.secrets[tier];
    if (reference === undefined) throw withoutCredential(target);
    this.#target = target;
    this.#ports = ports;
    this.#auth = auth(scopes, subject);
    this.#host = facts.host(tenantId);
    this.#reference = reference;
    this.#hosts = [this.#host, ...(facts.moreHosts ?? []), ...(this.#auth.hosts?.(this.#options()) ?? [])];
  }

  #options(): Record<string, string> {
    return { domain: this.#target.tenantId, tenant: this.#target.tenantId };
  }

  async send(request: TenantRequest): Promise<TenantResponse> {
    const deadlineMs = this.#ports.clock.nowMs() + BUDGET_MS;
    let isRenewed = false;
    for (let attempt = 1; ; attempt++) {
      const session = await this.#open(isRenewed && attempt === 1);
      const response = await this.#once(session.sign(this.#httpRequest(request)), { request, attempt, deadlineMs });
      if (response === undefined) continue;
      if (response.status === 401 && !isRenewed) {
        isRenewed = true;
        attempt = 0;
        this.#session = undefined;
        continue;
      }
      const waitMs = this.#wait(request, response, attempt);
      if (waitMs === undefined || attempt >= MAX_ATTEMPTS || this.#ports.clock.nowMs() + waitMs >= deadlineMs)
        return this.#told(response);
      await this.#ports.timer.sleep(waitMs);
    }
  }

  /** The answer; undefined where there was none and asking again changes nothing. */
  async #once(
    signed: HttpRequest,
    { request, attempt, deadlineMs }: { request: TenantRequest; attempt: number; deadlineMs: number },
  ): Promise<HttpResponse | undefined> {
    const { http, clock, timer } = this.#ports;
    try {
      const response = await http.request(signed, { ...LIMITS, hosts: this.#hosts });
      const vendorMs = dateMs(response.headers['date']);
      if (vendorMs !== undefined) this.#skewMs = vendorMs - clock.nowMs();
      return response;
    } catch (error) {
      const waitMs = backoffMs(attempt);
      const isSafe = request.method === 'GET' && error instanceof YaguraError && error.retryable;
      // What changes something may have arrived: the step looks first before it acts again.
      if (!isSafe || attempt >= MAX_ATTEMPTS || clock.nowMs() + waitMs >= deadlineMs) throw error;
      await timer.sleep(waitMs);
      return undefined;
    }
  }

  /** How long to wait before the same again; undefined where it shall not be asked again. */
  #wait({ method }: TenantRequest, response: HttpResponse, attempt: number): number | undefined {
    const verdict = judge(response, {}, { nowMs: this.#ports.clock.nowMs(), attempt });
    if (verdict.kind !== 'wait') return undefined;
    const wasTaken = response.status !== 429 && !(response.status === 503 && verdict.asked);
    return method === 'GET' || !wasTaken ? verdict.ms : undefined;
  }

  #httpRequest({ method, path, query, body, host = this.#host }: TenantRequest): HttpRequest {
    const search = new URLSearchParams(query).toString();
    const { headers: own } = TENANT_PRODUCTS[this.#target.product] ?? {};
    const headers = { accept: 'application/json', ...own, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const url = `https://${host}${path}${search === '' ? '' : `?${search}`}`;
    return { method, url, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  }

  /** A vendor may repeat what it was sent. */
  #told({ status, headers, body }: HttpResponse): TenantResponse {
    const text = Buffer.from(body).toString('utf8');
    return { status, headers, body: status < 400 ? text : this.#hidden.without(text) };
  }

  async #open(fresh: boolean): Promise<Session> {
    const known = this.#session;
    const nowMs = this.#ports.clock.nowMs();
    if (known !== undefined && (known.expiresAtMs === undefined || known.expiresAtMs > nowMs + TOKEN_MARGIN_MS)) return known;
    const secret = (await this.#ports.secrets.get(this.#reference, { fresh })).trim();
    this.#hidden.addSecret(secret);
    const session = await this.#auth.open(this.#context(secret));
    this.#session = session;
    return session;
  }

  #context(secret: string): SessionContext {
    const { clock } = this.#ports;
    return {
      options: this.#options(),
      secret,
      nowMs: () => clock.nowMs(),
      vendorNowMs: () => clock.nowMs() + this.#skewMs,
      exchange: (request) => this.#exchange(request),
      hide: (text) => this.#hidden.add(text),
    };
  }

  async #exchange(request: HttpRequest): ReturnType<SessionContext['exchange']> {
    const response = await this.#ports.http.request(request, { ...LIMITS, hosts: this.#hosts });
    const vendorMs = dateMs(response.headers['date']);
    if (vendorMs !== undefined) this.#skewMs = vendorMs - this.#ports.clock.nowMs();
    const object = response.status < 300 ? jsonObjectIn(Buffer.from(response.body).toString('utf8')) : undefined;
    if (object !== undefined) return object;
    throw this.#notTaken(response);
  }

  #notTaken(response: HttpResponse): YaguraError {
    const { product, tenantId, tier, scopes } = this.#target;
    const reason = reasonOf(response);
    const what = `the token endpoint answered ${response.status}${reason === undefined ? '' : `: ${this.#hidden.told(reason)}`}`;
    if (response.status === 429 || response.status >= 500)
      return new YaguraError(response.status === 429 ? 'Throttled' : 'Unavailable', `${product} ${tenantId}: ${what}`);
    const fix = `put ${TENANT_PRODUCTS[product]?.secret ?? 'a credential'} that is valid into the secret "${this.#reference}", and grant it ${scopes.join(', ')}`;
    return new YaguraError('Refused', `${product} ${tenantId} does not take the credential of the tier ${tier}`, {
      problems: [{ at: this.#reference, what, fix }],
    });
  }
}

const subjectOf = ({ subject }: TenantRequest): { subject?: string } => (subject === undefined ? {} : { subject });

function withoutCredential({ product, tenantId, tier, scopes }: TenantTarget): YaguraError {
  const what = `there is no credential of the tier ${tier} for ${product} ${tenantId}`;
  return new YaguraError('Refused', what, {
    problems: [
      {
        at: 'respond.tenants',
        what,
        fix: `create one with the scopes ${scopes.join(', ')} and name its secret as secrets.${tier} of this tenant in soc.config.ts`,
      },
    ],
  });
}

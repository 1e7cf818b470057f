/** One connector's way to its vendor: signs, asks, waits as long as the vendor says, signs anew where a token ended. */
import type { ConnectorSettings } from '../core/collect-config.ts';
import { YaguraError } from '../core/error.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import type { Http, HttpRequest, HttpResponse } from '../ports/http.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { Connector, Session } from './connector.ts';
import { backoffMs, dateMs, judge, MAX_ATTEMPTS } from './retry.ts';
import { Hidden, jsonObjectIn, reasonOf } from './told.ts';

export interface ClientPorts {
  http: Http;
  secrets: Secrets;
  clock: Clock;
  timer: Timer;
}

/** What a feed does about it is another question: begin the window anew, wait, or tell a person. */
export class VendorRefusal extends YaguraError {
  readonly status: number;
  constructor(status: number, error: YaguraError) {
    super(error.code, error.message.split('\n')[0] ?? '', { problems: error.problems });
    this.status = status;
  }
}

/** The vendor asks to wait beyond this run. */
export class Postponed extends YaguraError {
  readonly untilMs: number;
  constructor(untilMs: number, what: string) {
    super('Throttled', what);
    this.untilMs = untilMs;
  }
}

const LIMITS = { timeoutMs: 60_000, maxBytes: 64 * 1024 * 1024 };
/** A token that ends this soon is not begun with. */
const TOKEN_MARGIN_MS = 60_000;
/** Clocks that differ less are right: the vendor's is told in whole seconds. */
const SKEW_MS = 5_000;

export class Client {
  readonly hidden = new Hidden();
  requests = 0;
  /** Answers that said «too many requests». */
  throttled = 0;
  /** The answer's own `date`, epoch ms, of the last request. */
  vendorMs: number | undefined;
  readonly #connector: Connector;
  readonly #settings: ConnectorSettings;
  readonly #ports: ClientPorts;
  readonly #deadlineMs: number;
  readonly #hosts: readonly string[];
  #session: Promise<Session> | undefined;
  #skewMs = 0;

  constructor(connector: Connector, settings: ConnectorSettings, ports: ClientPorts & { deadlineMs: number }) {
    this.#connector = connector;
    this.#settings = settings;
    this.#ports = ports;
    this.#deadlineMs = ports.deadlineMs;
    this.#hosts = [...connector.hosts(settings.options), ...(connector.auth.hosts?.(settings.options) ?? [])];
  }

  get isLate(): boolean {
    return this.#ports.clock.nowMs() >= this.#deadlineMs;
  }

  /**
   * The answer to a request, signed. Its status is below 300, or one that `accepts` takes.
   * @throws VendorRefusal for what a retry does not mend, Postponed where to wait longer than this run lasts, YaguraError Unavailable
   */
  async ask(request: HttpRequest, accepts: (response: HttpResponse) => boolean = () => false): Promise<HttpResponse> {
    let isRenewed = false;
    for (let attempt = 1; ; attempt++) {
      const signed = (await this.#signed(isRenewed && attempt === 1)).sign(request);
      const response = await this.#send(signed, attempt);
      if (response === undefined) continue;
      if (accepts(response)) return response;
      const verdict = judge(response, this.#connector, { nowMs: this.#ports.clock.nowMs(), attempt });
      if (verdict.kind === 'ok') return response;
      if (verdict.kind === 'unauthorized' && !isRenewed) {
        isRenewed = true;
        attempt = 0;
        this.#session = undefined;
      } else if (verdict.kind === 'wait' && (verdict.asked || attempt < MAX_ATTEMPTS)) await this.#wait(verdict.ms, response);
      else throw this.#refusal(request, response);
    }
  }

  #signed(fresh: boolean): Promise<Session> {
    this.#session ??= this.#open(fresh);
    return this.#session.then((session) => {
      const ends = session.expiresAtMs;
      if (ends === undefined || ends > this.#ports.clock.nowMs() + TOKEN_MARGIN_MS || fresh) return session;
      this.#session = this.#open(false);
      return this.#session;
    });
  }

  /** Whoever signs the time with a clock that is off is refused; the refusal tells the vendor's time, so a second try is right. */
  async #open(fresh: boolean): Promise<Session> {
    const assumedMs = this.#skewMs;
    return await this.#tryOpen(fresh).catch((error: unknown) => {
      if (!(error instanceof VendorRefusal) || Math.abs(this.#skewMs - assumedMs) < SKEW_MS) throw error;
      return this.#tryOpen(fresh);
    });
  }

  async #tryOpen(fresh: boolean): Promise<Session> {
    const { clock, secrets } = this.#ports;
    const secret = (await secrets.get(this.#settings.secret, { fresh })).trim();
    this.hidden.addSecret(secret);
    return await this.#connector.auth.open({
      options: this.#settings.options,
      secret,
      nowMs: () => clock.nowMs(),
      vendorNowMs: () => clock.nowMs() + this.#skewMs,
      exchange: (request) => this.#exchange(request),
      hide: (text) => this.hidden.add(text),
    });
  }

  /** A request for a token: not signed, retried like any other. */
  async #exchange(request: HttpRequest): Promise<NonNullable<ReturnType<typeof jsonObjectIn>>> {
    for (let attempt = 1; ; attempt++) {
      const response = await this.#send(request, attempt);
      if (response === undefined) continue;
      const verdict = judge(response, this.#connector, { nowMs: this.#ports.clock.nowMs(), attempt });
      const object = verdict.kind === 'ok' ? jsonObjectIn(Buffer.from(response.body).toString('utf8')) : undefined;
      if (object !== undefined) return object;
      if (verdict.kind === 'wait' && (verdict.asked || attempt < MAX_ATTEMPTS)) await this.#wait(verdict.ms, response);
      // Whatever its status: a token endpoint that refuses refuses the credential.
      else throw this.#refusal(request, response, response.status < 500 ? 401 : response.status);
    }
  }

  /** The answer; undefined where there was none and it is worth another attempt. */
  async #send(request: HttpRequest, attempt: number): Promise<HttpResponse | undefined> {
    const { http, clock, timer } = this.#ports;
    this.requests++;
    try {
      const response = await http.request(request, { ...LIMITS, hosts: this.#hosts });
      this.vendorMs = dateMs(response.headers['date']);
      if (this.vendorMs !== undefined) this.#skewMs = this.vendorMs - clock.nowMs();
      return response;
    } catch (error) {
      if (!(error instanceof YaguraError && error.retryable)) throw error;
      const waitMs = backoffMs(attempt);
      if (attempt >= MAX_ATTEMPTS || clock.nowMs() + waitMs >= this.#deadlineMs) throw error;
      await timer.sleep(waitMs);
      return undefined;
    }
  }

  async #wait(ms: number, { status }: HttpResponse): Promise<void> {
    const { clock, timer } = this.#ports;
    if (status < 500) this.throttled++;
    const untilMs = clock.nowMs() + ms;
    if (untilMs >= this.#deadlineMs)
      throw new Postponed(untilMs, `${this.#connector.title} asks to wait ${Math.ceil(ms / 1000)} s (status ${status})`);
    await timer.sleep(ms);
  }

  #refusal(request: HttpRequest, response: HttpResponse, status = response.status): VendorRefusal {
    const url = URL.parse(request.url);
    const reason = reasonOf(response);
    const { secret, name } = this.#settings;
    const what = `${request.method} ${url?.host ?? ''}${this.hidden.told(url?.pathname ?? '')} answered ${response.status}${reason === undefined ? '' : `: ${this.hidden.told(reason)}`}`;
    const code = status >= 500 || status === 429 ? 'Unavailable' : 'Refused';
    return new VendorRefusal(
      status,
      new YaguraError(code, what, { problems: [{ at: `collect.connectors "${name}"`, what, fix: this.#fix(status, secret) }] }),
    );
  }

  #fix(status: number, secret: string): string {
    const { title, needs, secret: holds } = this.#connector;
    if (status === 401) return `put ${holds} that is valid into the secret "${secret}"; it needs ${needs}`;
    if (status === 403) return `let the credential in the secret "${secret}" have ${needs}`;
    if (status === 404)
      return `check the connector's options: ${Object.keys(this.#connector.options).join(', ') || 'it has none'}`;
    if (status >= 500 || status === 429)
      return `nothing: the next run tries again from here; look at the status page of ${title}`;
    return `compare the request with ${this.#connector.see}`;
  }
}

// A vendor's API on this machine: a real HTTP server with a clock of its own, records that appear late, and faults on demand.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Connector } from '../../../functions/collect/connector.ts';
import type { JsonObject } from '../../../functions/core/json.ts';

/** Time that passes when somebody sleeps or asks. */
export class VirtualClock {
  #nowMs: number;
  readonly slept: number[] = [];
  constructor(startMs: number) {
    this.#nowMs = startMs;
  }
  nowMs(): number {
    return this.#nowMs;
  }
  async sleep(ms: number): Promise<void> {
    this.slept.push(ms);
    this.#nowMs += ms;
  }
  pass(ms: number): void {
    this.#nowMs += ms;
  }
}

export interface VendorEvent {
  id: string;
  feed: string;
  /** By the vendor's clock. */
  atMs: number;
  /** From then on the API gives it. */
  visibleAtMs: number;
}

/** What the next request meets instead of an answer, or beside it. */
export type Fault =
  | { kind: 'throttle'; seconds: number; as: 'seconds' | 'date' | 'reset' | 'nothing' }
  | { kind: 'status'; status: number }
  /** The connection ends within the body. */
  | { kind: 'cut' }
  /** Every token that was given out ends. */
  | { kind: 'tokens-end' }
  /** Page tokens of before are no longer taken. */
  | { kind: 'pages-end' };

export interface VendorRequest {
  method: string;
  host: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
  /** As it was sent. */
  target: string;
}

export interface VendorAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** One vendor's API, as its documentation tells it. */
export interface Vendor {
  connector: Connector;
  options: Record<string, string>;
  secret: string;
  feeds: readonly string[];
  record(event: VendorEvent): JsonObject;
  /** The record's own id. */
  idOf(record: JsonObject): string | undefined;
  answer(request: VendorRequest, world: VendorWorld): VendorAnswer;
}

export class VendorWorld {
  events: VendorEvent[] = [];
  /** Records of a page; vendors give no more, whatever is asked. */
  pageSize = 3;
  /** Each page begins with the last record of the one before. */
  repeats = false;
  /** Every second page is empty and has a next one. */
  emptyPages = false;
  skewMs = 0;
  faults: (Fault | undefined)[] = [];
  readonly requests: VendorRequest[] = [];
  readonly #clock: VirtualClock;
  readonly #tokens = new Map<string, number>();
  #epoch = 0;
  #serial = 0;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }
  nowMs(): number {
    return this.#clock.nowMs() + this.skewMs;
  }
  /** What the API gives of a feed now. */
  visible(feed: string): VendorEvent[] {
    return this.events
      .filter((event) => event.feed === feed && event.visibleAtMs <= this.nowMs())
      .sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1));
  }
  issueToken(prefix: string, lifeSec = 3600): string {
    const token = `${prefix}${String(++this.#serial).padStart(4, '0')}-tokentokentoken`;
    this.#tokens.set(token, this.nowMs() + lifeSec * 1000);
    return token;
  }
  holdsToken(authorization: string | undefined): boolean {
    return (this.#tokens.get(authorization?.replace('Bearer ', '') ?? '') ?? 0) > this.nowMs();
  }
  endTokens(): void {
    this.#tokens.clear();
  }
  endPages(): void {
    this.#epoch++;
  }
  get epoch(): number {
    return this.#epoch;
  }
  nextSerial(): number {
    return ++this.#serial;
  }
}

export interface PageAsk {
  fromMs: number;
  /** Exclusive. */
  toMs: number;
  descending?: boolean;
  token?: string | null | undefined;
}

/** A page of what is sorted by time, in order, and the token of the next; 'expired' for a token of before `endPages`. */
export function pageOf(
  world: VendorWorld,
  sorted: readonly VendorEvent[],
  ask: PageAsk,
): { events: VendorEvent[]; next?: string } | 'expired' {
  const { fromMs, toMs, descending = false } = ask;
  const state = ask.token ? (JSON.parse(Buffer.from(ask.token, 'base64url').toString('utf8')) as unknown[]) : undefined;
  const [epoch, after, first = fromMs, last = toMs, wasEmpty] = state ?? [];
  if (state !== undefined && epoch !== world.epoch) return 'expired';
  const all = sorted.filter(({ atMs }) => atMs >= Number(first) && atMs < Number(last));
  if (descending) all.reverse();
  const keyOf = ({ atMs, id }: VendorEvent): string => `${String(atMs).padStart(15, '0')}~${id}`;
  const rest = all.filter(
    (event) => after === undefined || (descending ? keyOf(event) < String(after) : keyOf(event) > String(after)),
  );
  const tokenOf = (key: unknown, empty: boolean): string =>
    Buffer.from(JSON.stringify([world.epoch, key, first, last, empty, world.nextSerial()])).toString('base64url');
  if (world.emptyPages && state !== undefined && wasEmpty !== true && rest.length > 0)
    return { events: [], next: tokenOf(after, true) };
  const page = rest.slice(0, world.pageSize);
  const lastEvent = page.at(-1);
  const before = all[all.indexOf(rest[0] ?? { id: '', feed: '', atMs: 0, visibleAtMs: 0 }) - 1];
  const events = world.repeats && before !== undefined && state !== undefined ? [before, ...page] : page;
  return { events, ...(lastEvent !== undefined && rest.length > page.length ? { next: tokenOf(keyOf(lastEvent), false) } : {}) };
}

export interface RunningVendor {
  origin: string;
  close(): Promise<void>;
}

/** Starts the vendor: all of its hosts are this one server, told apart by the `x-forwarded-host` that the test's way there adds. */
export async function startVendor(vendor: Vendor, world: VendorWorld, clock: VirtualClock): Promise<RunningVendor> {
  const server = createServer((incoming, outgoing) => {
    void readAll(incoming).then((body) => {
      clock.pass(50);
      reply(outgoing, world, () => {
        const url = new URL(incoming.url ?? '/', 'http://vendor');
        const host = String(incoming.headers['x-forwarded-host'] ?? '');
        const request = {
          method: incoming.method ?? '',
          host,
          path: url.pathname,
          query: url.searchParams,
          headers: incoming.headers,
          body,
          target: incoming.url ?? '',
        };
        world.requests.push(request);
        return vendor.answer(request, world);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readAll(incoming: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

function reply(outgoing: ServerResponse, world: VendorWorld, answer: () => VendorAnswer): void {
  const fault = world.faults.shift();
  if (fault?.kind === 'tokens-end') world.endTokens();
  if (fault?.kind === 'pages-end') world.endPages();
  const { status, headers = {}, body } = faulty(fault, world) ?? answer();
  const text = body === undefined ? '' : JSON.stringify(body, null, 2);
  outgoing.writeHead(status, {
    date: new Date(world.nowMs()).toUTCString(),
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  if (fault?.kind !== 'cut') {
    outgoing.end(text);
    return;
  }
  outgoing.write(text.slice(0, Math.ceil(text.length / 2)));
  setImmediate(() => outgoing.destroy());
}

function faulty(fault: Fault | undefined, world: VendorWorld): VendorAnswer | undefined {
  if (fault?.kind === 'status') return { status: fault.status, body: { message: 'something broke' } };
  if (fault?.kind !== 'throttle') return undefined;
  const untilMs = world.nowMs() + fault.seconds * 1000;
  const headers = {
    seconds: { 'retry-after': String(fault.seconds) },
    date: { 'retry-after': new Date(untilMs).toUTCString() },
    reset: { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': String(Math.ceil(untilMs / 1000)) },
    nothing: {},
  }[fault.as];
  return { status: 429, headers: { ...headers }, body: { message: 'too many requests' } };
}

export const refused = (status: number, message: string): VendorAnswer => ({ status, body: { message } });
/** The time of an ISO text; a vendor refuses what is none. */
export const msOf = (text: string | null | undefined): number => {
  const ms = Date.parse(text ?? '');
  if (Number.isNaN(ms)) throw new Error(`no time: ${text}`);
  return ms;
};
/** The same query with another value of one parameter. */
export function withParameter(query: URLSearchParams, name: string, value: string): string {
  const next = new URLSearchParams(query);
  next.set(name, value);
  return next.toString();
}

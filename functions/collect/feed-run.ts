/** One feed, one run: pages are asked for, written to landing and only then counted as read, until there is nothing new or time is up. */
import type { ConnectorSettings } from '../core/collect-config.ts';
import { type Problem, YaguraError } from '../core/error.ts';
import type { HttpResponse } from '../ports/http.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Table } from '../ports/table.ts';
import { type Client, Postponed, VendorRefusal } from './client.ts';
import type { Answer, Ask, Feed } from './connector.ts';
import { landingObject } from './landing.ts';
import { readPage } from './page.ts';
import { type Cursor, type FeedState, type Open, saveCursor } from './state.ts';
import { doneAfter, nextWindow } from './window.ts';

export interface FeedPorts {
  landing: ObjectStore;
  table: Table;
  clock: { nowMs(): number };
}

export interface FeedReport {
  connector: string;
  feed: string;
  records: number;
  objects: number;
  /** The feed was read to the end of what there was. */
  isCaughtUp: boolean;
  /** Keys of the objects that were written. */
  keys: string[];
  problems: Problem[];
}

/** A queue of addresses above this is not kept between runs; an item of the table takes 400 kB. */
const MAX_QUEUE_BYTES = 200_000;
/** A page token that the vendor does not take any more. */
const EXPIRED = [400, 404, 410, 422];

/** What a page named and the vendor has deleted since. */
const GONE = [404, 410];

interface Read {
  answer: Answer;
  isLast: boolean;
}

/** True where a window was not cut short, but ends where the vendor's records end. */
const reachesNow = ({ settleMs = 0 }: Feed, { toMs = 0, openedMs }: Open): boolean => toMs >= openedMs - settleMs - 1000;

/** Somebody else works on this feed. */
class Overtaken extends Error {}

/** Reads a claimed feed; what goes wrong ends in the report and in the cursor, and is tried again from there. */
export async function runFeed(
  feed: Feed,
  cursor: Cursor,
  context: { client: Client; settings: ConnectorSettings; ports: FeedPorts },
): Promise<FeedReport> {
  const run = new FeedRun(feed, cursor, context);
  await run.all();
  return run.report;
}

class FeedRun {
  readonly report: FeedReport;
  readonly #feed: Feed;
  readonly #client: Client;
  readonly #settings: ConnectorSettings;
  readonly #ports: FeedPorts;
  #cursor: Cursor;
  #isRestarted = false;

  constructor(
    feed: Feed,
    cursor: Cursor,
    { client, settings, ports }: { client: Client; settings: ConnectorSettings; ports: FeedPorts },
  ) {
    this.#feed = feed;
    this.#cursor = cursor;
    this.#client = client;
    this.#settings = settings;
    this.#ports = ports;
    this.report = { connector: settings.name, feed: feed.id, records: 0, objects: 0, isCaughtUp: false, keys: [], problems: [] };
  }

  get #state(): FeedState {
    return this.#cursor.state;
  }

  async all(): Promise<void> {
    try {
      await this.#prepare();
      while (!this.#client.isLate && (await this.#openWindow())) if (!(await this.#readWindow())) break;
      await this.#end({});
    } catch (error) {
      await this.#fail(error);
    }
  }

  async #prepare(): Promise<void> {
    const { prepare } = this.#feed;
    if (prepare === undefined) return;
    const text = ({ body }: HttpResponse): string => Buffer.from(body).toString('utf8');
    await this.#client.ask(prepare.request(this.#settings.options), (response) =>
      prepare.accepts(response.status, text(response)),
    );
  }

  /** True where there is a window to read. It is stored before anything is asked, so that a retry names its objects alike. */
  async #openWindow(): Promise<boolean> {
    if (this.#state.open !== undefined) return true;
    const nowMs = this.#ports.clock.nowMs();
    const next = nextWindow(this.#feed, this.#state, { overlapMin: this.#settings.overlapMin, nowMs });
    if (next === undefined) {
      this.report.isCaughtUp = true;
      return false;
    }
    if (next.lostMs > 0 && this.#state.readMs > 0) this.#tellLost(next.lostMs);
    await this.#save({ ...this.#state, open: next.open });
    return true;
  }

  #tellLost(lostMs: number): void {
    const hours = Math.ceil(lostMs / 3_600_000);
    const what = `${hours} h of ${this.#feed.id} are lost: they are older than the vendor keeps`;
    this.report.problems.push({ at: this.#at, what, fix: 'run more often; export that time by hand if the vendor can' });
  }

  /** False where the run should stop: time is up, or nothing newer is there. */
  async #readWindow(): Promise<boolean> {
    for (;;) {
      const { open } = this.#state;
      if (open === undefined) return true;
      if (this.#client.isLate) return false;
      const read = open.queue === undefined ? await this.#page(open) : await this.#drain(open, open.queue, undefined);
      if (read === undefined) continue;
      this.report.isCaughtUp =
        this.#feed.kind === 'stream' ? read.isLast || read.answer.count === 0 : read.isLast && reachesNow(this.#feed, open);
      if (this.report.isCaughtUp) return false;
    }
  }

  /** One page, written and committed; undefined where its token is no longer taken and the window begins anew, or time is up. */
  async #page(open: Open): Promise<Read | undefined> {
    const { options } = this.#settings;
    const { fromMs, toMs = this.#ports.clock.nowMs(), token } = open;
    const ask: Ask = { options, fromMs, toMs, ...(token === undefined ? {} : { token }) };
    const response = await this.#client.ask(this.#feed.request(ask)).catch((error: unknown) => this.#restart(open, error));
    if (response === undefined) return undefined;
    const { follow } = this.#feed;
    const { answer, lines } = readPage(follow === undefined ? this.#feed : { ...this.#feed, records: '' }, response);
    const seen = this.#seen(open);
    const next = this.#feed.next(answer, ask);
    if (next !== undefined && next === token && this.#feed.kind === 'window')
      throw new YaguraError('BadInput', 'the vendor names a page as the next one of itself');
    const queue = follow?.(answer) ?? [];
    if (queue.length > 0) return await this.#enqueue(seen, queue, next);
    if (follow === undefined) await this.#land(seen, lines);
    return await this.#commit(seen, next, answer);
  }

  /** The window with the vendor's clock of when it was opened; a stream has the one of now. */
  #seen(open: Open): Open {
    const { vendorMs } = this.#client;
    const isKnown = open.vendorMs !== undefined && this.#feed.kind === 'window';
    return isKnown || vendorMs === undefined ? open : { ...open, vendorMs };
  }

  /** A token that is refused has expired: the window is read from its beginning, once in a run. */
  async #restart(open: Open, error: unknown): Promise<undefined> {
    const isExpired = error instanceof VendorRefusal && EXPIRED.includes(error.status) && open.token !== undefined;
    if (!isExpired || this.#isRestarted) throw error;
    this.#isRestarted = true;
    const { open: _, ...rest } = this.#state;
    await this.#save(rest);
    await this.#openWindow();
  }

  async #land(open: Open, lines: readonly string[], part?: string): Promise<void> {
    if (lines.length === 0) return;
    const object = landingObject(this.#settings, this.#feed.id, { open, lines, ...(part === undefined ? {} : { part }) });
    await this.#ports.landing.put(object.key, object.bytes, { contentType: 'application/x-ndjson', contentEncoding: 'gzip' });
    this.report.keys.push(object.key);
    this.report.objects++;
    this.report.records += lines.length;
  }

  /** The place where a page that only names addresses goes on: they, and then the next page. */
  async #enqueue(open: Open, queue: string[], next: string | undefined): Promise<Read | undefined> {
    const { token: _, ...rest } = open;
    const waiting: Open = { ...rest, queue, ...(next === undefined ? {} : { token: next }) };
    await this.#keepQueue(waiting);
    return await this.#drain(waiting, queue, next);
  }

  async #keepQueue(open: Open): Promise<void> {
    const state = { ...this.#state, open };
    if (Buffer.byteLength(JSON.stringify(open.queue)) <= MAX_QUEUE_BYTES) await this.#save(state);
  }

  /** Fetches what a page named; undefined where time is up before the last of it. */
  async #drain(open: Open, queue: readonly string[], next = open.token): Promise<Read | undefined> {
    let count = 0;
    for (const [i, url] of queue.entries()) {
      if (this.#client.isLate) {
        await this.#keepQueue({ ...open, queue: queue.slice(i) });
        return undefined;
      }
      const response = await this.#client.ask({ method: 'GET', url }).catch((error: unknown) => this.#expired(error));
      if (response === undefined) continue;
      const { lines } = readPage(this.#feed, response);
      await this.#land(open, lines, url);
      count += lines.length;
    }
    const { queue: _, ...committed } = open;
    return await this.#commit(committed, next, { json: null, headers: {}, count });
  }

  /** What a page named and the vendor no longer has is lost, and told; it must not stop what comes after. */
  #expired(error: unknown): undefined {
    if (!(error instanceof VendorRefusal && GONE.includes(error.status))) throw error;
    const what = `${this.#feed.id}: records are lost, the vendor no longer has them: ${error.message}`;
    this.report.problems.push({ at: this.#at, what, fix: 'run more often; export that time by hand if the vendor can' });
  }

  /** The data is in landing: only now the cursor moves. */
  async #commit(open: Open, next: string | undefined, answer: Answer): Promise<Read> {
    const isLast = next === undefined;
    const { open: _, ...rest } = this.#state;
    const newest = answer.newestMs === undefined ? {} : { newestMs: answer.newestMs };
    const doneMs = doneAfter(this.#feed, { ...this.#state, open }, { ...newest, isLast });
    const cameOn = doneMs > rest.doneMs || isLast;
    const readMs = cameOn && this.#feed.kind === 'window' ? Math.min(open.openedMs, open.vendorMs ?? open.openedMs) : rest.readMs;
    const { token: __, ...kept } = open;
    const goesOn = isLast ? {} : { open: { ...kept, page: open.page + 1, atMs: this.#ports.clock.nowMs(), token: next } };
    await this.#save({ ...rest, doneMs, readMs, records: rest.records + answer.count, ...goesOn });
    return { answer, isLast };
  }

  async #save(state: FeedState): Promise<void> {
    const saved = await saveCursor(this.#ports.table, this.#cursor, state);
    if (saved === undefined) throw new Overtaken();
    this.#cursor = saved;
  }

  async #end(more: Partial<FeedState>): Promise<void> {
    const nowMs = this.#ports.clock.nowMs();
    const { error: _, ...rest } = this.#state;
    const caught = this.report.isCaughtUp ? { caughtUpMs: nowMs } : {};
    await this.#save({ ...rest, claimedUntilMs: 0, lastRunMs: nowMs, notBeforeMs: 0, ...caught, ...more });
  }

  get #at(): string {
    return `collect.connectors "${this.#settings.name}"`;
  }

  async #fail(error: unknown): Promise<void> {
    if (error instanceof Overtaken) return;
    // A store of ours that is away is not the vendor's fault: the run itself fails and is repeated.
    if (!(error instanceof YaguraError)) throw error;
    const problem = this.#problemOf(error);
    const atMs = this.#ports.clock.nowMs();
    if (error instanceof Postponed) return await this.#end({ notBeforeMs: error.untilMs });
    this.report.problems.push(problem);
    const { what, fix } = problem;
    await this.#end({ error: { atMs, what, ...(fix === undefined ? {} : { fix }) } });
  }

  #problemOf(error: YaguraError): Problem {
    const [first] = error.problems;
    const what = `${this.#feed.id}: ${this.#client.hidden.told(error.message.split('\n')[0] ?? '')}`;
    return { at: this.#at, what, ...(first?.fix === undefined ? {} : { fix: first.fix }) };
  }
}

/** The collect stage: what is due of every configured connector's feeds → objects in the landing bucket, cursors moved behind them. */
import type { ConnectorSettings } from '../core/collect-config.ts';
import { type Problem, YaguraError } from '../core/error.ts';
import type { Meter } from '../ports/meter.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Table } from '../ports/table.ts';
import { Client, type ClientPorts } from './client.ts';
import type { Connector, Feed } from './connector.ts';
import { type FeedReport, runFeed } from './feed-run.ts';
import { type Cursor, cursorSk, loadCursor, saveCursor } from './state.ts';
import { firstState, isDue } from './window.ts';

export interface CollectPorts extends ClientPorts {
  landing: ObjectStore;
  table: Table;
  meter: Meter;
}

export interface CollectContent {
  connectors: readonly Connector[];
  settings: readonly ConnectorSettings[];
}

export interface CollectOptions {
  /** After so long no page is begun. Default: four minutes, a minute less than the function has. */
  budgetMs?: number;
  /** Names of the connectors to run, due or not. Default: all that are due. */
  only?: readonly string[];
  /** Runs feeds that another run has claimed: where it is known that there is no other. */
  takeOver?: boolean;
}

export interface CollectReport {
  feeds: FeedReport[];
  /** Everything that a person should know, with what to do. */
  problems: Problem[];
}

const BUDGET_MS = 4 * 60_000;
/** Vendors at a time; each is asked by one request at a time. */
const CONCURRENCY = 4;
/** What a run may take beyond its budget: the last request and its writing. */
const CLAIM_MARGIN_MS = 90_000;

/**
 * Runs every feed that is due. A vendor that fails stops no other.
 * @throws YaguraError where our own stores fail: the whole run is then repeated
 */
export async function collect(
  ports: CollectPorts,
  content: CollectContent,
  options: CollectOptions = {},
): Promise<CollectReport> {
  const deadlineMs = ports.clock.nowMs() + (options.budgetMs ?? BUDGET_MS);
  const report: CollectReport = { feeds: [], problems: [] };
  const waiting = [...content.settings].filter(({ name }) => options.only === undefined || options.only.includes(name));
  const work = async (): Promise<void> => {
    for (let settings = waiting.shift(); settings !== undefined; settings = waiting.shift()) {
      const connector = content.connectors.find(({ id }) => id === settings?.connector);
      if (connector === undefined) throw new YaguraError('BadConfig', `there is no connector ${settings.connector}`);
      for (const feed of await runConnector(connector, settings, { ports, deadlineMs, options })) {
        report.feeds.push(feed);
        report.problems.push(...feed.problems);
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: CONCURRENCY }, work));
  const failed = ended.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return report;
}

interface Run {
  ports: CollectPorts;
  deadlineMs: number;
  options: CollectOptions;
}

/** The feeds of one connector, one after the other: they share its rate limits. The one that waits longest goes first. */
async function runConnector(connector: Connector, settings: ConnectorSettings, run: Run): Promise<FeedReport[]> {
  const { ports, deadlineMs } = run;
  const client = new Client(connector, settings, { ...ports, deadlineMs });
  const due = await dueFeeds(connector, settings, run);
  const reports: FeedReport[] = [];
  for (const { feed, cursor } of due) {
    const claimed = await claim(cursor, run);
    if (claimed !== undefined) reports.push(await runFeed(feed, claimed, { client, settings, ports }));
  }
  if (reports.length > 0) count(ports.meter, connector.id, { client, reports });
  return reports;
}

async function dueFeeds(connector: Connector, settings: ConnectorSettings, run: Run): Promise<{ feed: Feed; cursor: Cursor }[]> {
  const nowMs = run.ports.clock.nowMs();
  const due: { feed: Feed; cursor: Cursor }[] = [];
  for (const feed of connector.feeds(settings.options)) {
    const sk = cursorSk(settings.name, feed.id);
    const cursor = (await loadCursor(run.ports.table, sk)) ?? { sk, version: 0, state: firstState(settings, nowMs) };
    if (run.options.only !== undefined || isDue(cursor.state, settings, nowMs)) due.push({ feed, cursor });
  }
  return due.sort((a, b) => a.cursor.state.lastRunMs - b.cursor.state.lastRunMs);
}

/** The cursor with our claim on it; undefined where another run works on the feed, or time is up. */
async function claim(cursor: Cursor, { ports, deadlineMs, options }: Run): Promise<Cursor | undefined> {
  const nowMs = ports.clock.nowMs();
  if (nowMs >= deadlineMs) return undefined;
  if (cursor.state.claimedUntilMs > nowMs && options.takeOver !== true) return undefined;
  return await saveCursor(ports.table, cursor, { ...cursor.state, claimedUntilMs: deadlineMs + CLAIM_MARGIN_MS });
}

function count(meter: Meter, connector: string, { client, reports }: { client: Client; reports: readonly FeedReport[] }): void {
  const sum = (of: (report: FeedReport) => number): number => reports.reduce((total, report) => total + of(report), 0);
  const counts = {
    CollectRequestCount: client.requests,
    CollectThrottledCount: client.throttled,
    CollectedRecordCount: sum(({ records }) => records),
    CollectedObjectCount: sum(({ objects }) => objects),
    CollectProblemCount: sum(({ problems }) => problems.length),
  };
  meter.count(counts, { Connector: connector });
  // Without the dimension too: an alarm watches one metric.
  meter.count({ CollectFailureCount: counts.CollectProblemCount });
}

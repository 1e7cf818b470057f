/** Turns Lambda's events into calls of a stage: batches with partial failure, bus events with the poison apart, plain payloads. */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { landedKey, type ReadBucket, readBucketsOf } from '../../core/adopted-buckets.ts';
import type { BusEvent } from '../../core/bus-event.ts';
import { type Problem, YaguraError } from '../../core/error.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { checkedBusEvent } from './bus-schema.ts';
import { type Announced, announcedBy, busEventIn, messageIdOf } from './messages.ts';

/** Where operators read why a message failed. Never the message itself: it is log data of others. */
export type LogLine = (line: Readonly<Record<string, unknown>>) => void;
export const toStderr: LogLine = (line) => process.stderr.write(`${JSON.stringify(line)}\n`);

export type ArrivalOf =
  | { kind: 'object'; id: string; key: string; identity?: string }
  | { kind: 'event'; id: string; envelope: JsonObject };
type Ingest = (arrivals: ArrivalOf[]) => Promise<{ failedIds: readonly string[] }>;

const answer = (failedIds: Iterable<string>): SQSBatchResponse => ({
  batchItemFailures: [...new Set(failedIds)].map((itemIdentifier) => ({ itemIdentifier })),
});

export interface ArrivalHandlerOptions {
  /** Objects of other buckets than these are not read. Default: the landing bucket of the environment, and those it adopts. */
  bucket?: string;
  adopted?: readonly ReadBucket[];
  log?: LogLine;
}

/** A handler of the ingest queue. Messages that nobody understands and objects of other buckets fail, so that they end in the dead-letter queue. */
export function arrivalHandler(
  ingest: Ingest,
  options: ArrivalHandlerOptions = {},
): (event: SQSEvent) => Promise<SQSBatchResponse> {
  const { bucket = process.env['YAGURA_LANDING_BUCKET'] ?? '', log = toStderr } = options;
  const adopted = options.adopted ?? readBucketsOf(process.env['YAGURA_ADOPTED_BUCKETS'] ?? '[]');
  return async ({ Records: messages }) => {
    const announced = messages.flatMap((message) => announcedBy(message.messageId, message.body));
    const arrivals: ArrivalOf[] = [];
    const failed: string[] = [];
    for (const one of announced) {
      const arrival = arrivalOf(one, { bucket, adopted });
      if ('kind' in arrival) {
        arrivals.push(arrival);
        continue;
      }
      if (!arrival.isIgnored) failed.push(messageIdOf(one.id));
      log({ level: arrival.isIgnored ? 'info' : 'error', messageId: one.id, why: arrival.why });
    }
    const failedIds = await failedOf(async (some) => (await ingest(some)).failedIds, arrivals, log);
    return answer([...failed, ...failedIds.map(messageIdOf)]);
  };
}

interface Buckets {
  bucket: string;
  adopted: readonly ReadBucket[];
}

/** The arrival, or why it is none. */
function arrivalOf(one: Announced, { bucket, adopted }: Buckets): ArrivalOf | { why: string; isIgnored: boolean } {
  if (one.kind === 'ignored' || one.kind === 'unknown') return { why: one.why, isIgnored: one.kind === 'ignored' };
  if (one.kind === 'event') return one;
  const { kind, id, identity } = one;
  if (one.bucket !== bucket) {
    const found = adopted.find((candidate) => candidate.bucket === one.bucket);
    if (found === undefined) return { why: 'an object of another bucket than landing and the adopted ones', isIgnored: false };
    // A topic or a queue of the owner's tells of all objects.
    if (!one.key.startsWith(found.prefix ?? '')) return { why: 'outside_the_adopted_prefix', isIgnored: true };
  }
  return { kind, id, key: landedKey(one.bucket, one.key, bucket), ...(identity === undefined ? {} : { identity }) };
}

/** What EventBridge sends by the clock. @see Amazon EventBridge User Guide, "Creating a rule that runs on a schedule" */
const isTick = ({ body }: SQSRecord): boolean => {
  try {
    const event: unknown = JSON.parse(body);
    return isJsonObject(event) && event['source'] === 'aws.events' && event['detail-type'] === 'Scheduled Event';
  } catch {
    return false;
  }
};

/**
 * A handler of a stage's bus queue: all events of a batch go to the stage in one call. The clock's ticks are events of no name: the stage is
 * called with whatever else came, or with nothing.
 */
export function busHandler(
  work: (events: BusEvent[]) => Promise<unknown>,
  log: LogLine = toStderr,
): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return async ({ Records: messages }) => {
    const read = messages.map((message) => ({ id: message.messageId, event: eventIn(message) }));
    const ticks = messages.filter(isTick);
    const unread = read
      .filter(({ id, event }) => event === undefined && !ticks.some(({ messageId }) => messageId === id))
      .map(({ id }) => id);
    for (const id of unread) log({ level: 'error', messageId: id, why: 'not an event of our bus' });
    const good = read.flatMap(({ id, event }) => (event === undefined ? [] : [{ id, event }]));
    const failedIds = await failedOf((some) => work(some.map(({ event }) => event)).then(() => []), good, log);
    // A tick alone still is a reason to look; one that fails is not repeated, because the next one is near.
    if (good.length === 0 && ticks.length > 0) await failedOf(() => work([]).then(() => []), [{ id: '' }], log);
    return answer([...unread, ...failedIds]);
  };
}

/**
 * A handler of a schedule's queue: ticks that waited together are one run. Where it fails, all are delivered again. Problems in its report,
 * which a repetition would not mend, are logged.
 */
export function scheduleHandler(
  work: () => Promise<unknown>,
  log: LogLine = toStderr,
): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return async ({ Records: ticks }) => {
    if (ticks.length === 0) return answer([]);
    try {
      for (const problem of problemsIn(await work())) log({ level: 'error', ...problem });
      return answer([]);
    } catch (error) {
      log({ ...failureLine(error), messages: ticks.length });
      return answer(ticks.map(({ messageId }) => messageId));
    }
  };
}

function problemsIn(report: unknown): readonly Problem[] {
  const isReport = (value: unknown): value is { problems: readonly Problem[] } =>
    typeof value === 'object' && value !== null && 'problems' in value && Array.isArray(value.problems);
  return isReport(report) ? report.problems : [];
}

function eventIn(message: SQSRecord): BusEvent | undefined {
  const raw = busEventIn(message.body);
  return raw === undefined ? undefined : checkedBusEvent(raw);
}

/**
 * The ids of what failed. Where all together fail for a reason that a retry does not mend, each is tried alone: one poisonous message must
 * not take its neighbours to the dead-letter queue.
 */
async function failedOf<T extends { id: string }>(
  work: (items: T[]) => Promise<readonly string[]>,
  items: T[],
  log: LogLine,
): Promise<readonly string[]> {
  if (items.length === 0) return [];
  try {
    return await work(items);
  } catch (error) {
    log({ ...failureLine(error), messages: items.length });
    if (items.length === 1 || (error instanceof YaguraError && error.retryable)) return items.map(({ id }) => id);
  }
  const failed: string[] = [];
  for (const item of items) failed.push(...(await failedOf(work, [item], log)));
  return failed;
}

/** What a log says of a failure. */
export function failureLine(error: unknown): Record<string, unknown> {
  const isOurs = error instanceof YaguraError;
  const name = error instanceof Error ? error.name : 'unknown';
  return {
    level: 'error',
    error: name,
    retryable: isOurs && error.retryable,
    what: error instanceof Error ? error.message.slice(0, 500) : '',
  };
}

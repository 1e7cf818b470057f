/** What waits to be told: one item for each channel, matter, kind of change and person; the same change told again is no new message. */
import * as z from 'zod';
import { shortId } from '../core/digest.ts';
import { YaguraError } from '../core/error.ts';
import { type Notice, noticeSchema, repeatMs } from '../core/notify/notice.ts';
import type { Addressee } from '../core/notify/route.ts';
import type { Item, Table } from '../ports/table.ts';

export const deliverySchema = z.object({
  id: z.string(),
  channel: z.string(),
  /** Name of the one person whom it goes to; empty for the channel. */
  person: z.string(),
  page: z.boolean(),
  /** The newest: what was not sent yet of the same kind is in it. */
  notice: noticeSchema,
  /** Changes that it tells or told of. */
  changeIds: z.array(z.string()),
  status: z.enum(['due', 'sent', 'dead']),
  dueAtMs: z.number(),
  attempts: z.int(),
  /** 0 before the first. */
  sentAtMs: z.number(),
  /** Why the last attempt failed. */
  why: z.string(),
});
export type Delivery = z.infer<typeof deliverySchema>;

export interface Queued {
  delivery: Delivery;
  item: Item;
}

/** What is remembered of a matter after its last change. */
const KEEP_SEC = 30 * 86_400;
/** Changes that are remembered of one matter and kind: a hundred are more than repetitions of a queue ever span. */
const KEEP_CHANGES = 100;
const ATTEMPTS = 8;

export const outboxPk = (channel: string): string => `notify#${channel}`;
const DELIVERY_PREFIX = 'delivery#';
/** Index partition of what waits in a channel, by due time. */
export const duePk = (channel: string): string => `notify-due#${channel}`;
export const deadPk = (channel: string): string => `notify-dead#${channel}`;

const skOf = ({ kind, subject }: Notice, person: string): string => `${DELIVERY_PREFIX}${shortId(subject, kind, person)}`;

/** Puts a notice in the outbox of an addressee. False where this change was told or waits already. @throws YaguraError Conflict (retryable) */
export async function enqueue(
  notice: Notice,
  to: Addressee,
  { table, nowMs }: { table: Table; nowMs: number },
): Promise<boolean> {
  const person = to.person?.name ?? '';
  const pk = outboxPk(to.channel.name);
  const sk = skOf(notice, person);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const item = await table.get(pk, sk);
    const before = item === undefined ? undefined : readDelivery(item);
    if (before?.changeIds.includes(notice.changeId)) return false;
    const isWaiting = before?.status === 'due';
    const delivery: Delivery = {
      id: shortId(pk, sk, notice.changeId),
      channel: to.channel.name,
      person,
      page: to.page,
      notice,
      changeIds: [...(before?.changeIds ?? []), notice.changeId].slice(-KEEP_CHANGES),
      status: 'due',
      dueAtMs: isWaiting
        ? before.dueAtMs
        : Math.max(nowMs, before?.sentAtMs === undefined || before.sentAtMs === 0 ? 0 : before.sentAtMs + repeatMs(notice.kind)),
      attempts: isWaiting ? before.attempts : 0,
      sentAtMs: before?.sentAtMs ?? 0,
      why: isWaiting ? before.why : '',
    };
    if (await save(delivery, { pk, sk, version: item?.version, table })) return true;
  }
  throw new YaguraError('Conflict', `the outbox of ${to.channel.name} keeps changing under us`, { retryable: true });
}

interface Place {
  pk: string;
  sk: string;
  /** Of the item that it replaces; undefined where there must be none. */
  version: number | undefined;
  table: Table;
}

/** False where somebody else wrote first. */
export function save(delivery: Delivery, { pk, sk, version, table }: Place): Promise<boolean> {
  const by =
    delivery.status === 'due' ? duePk(delivery.channel) : delivery.status === 'dead' ? deadPk(delivery.channel) : undefined;
  const index = by === undefined ? {} : { index: { pk: by, sk: `${new Date(delivery.dueAtMs).toISOString()}#${delivery.id}` } };
  const expiresAtSec = Math.ceil(Math.max(delivery.dueAtMs, delivery.sentAtMs) / 1000) + KEEP_SEC;
  const put = { pk, sk, data: delivery, expiresAtSec, ...index };
  return table.write([{ put, condition: version === undefined ? { absent: true } : { version } }]);
}

/** What is due in a channel, oldest first; each read anew, because the index may be late. */
export async function dueIn(channel: string, { table, nowMs }: { table: Table; nowMs: number }): Promise<Queued[]> {
  const waiting = await table.queryIndex(duePk(channel), { to: `${new Date(nowMs).toISOString()}~`, limit: 500 });
  const queued: Queued[] = [];
  for (const { pk, sk } of waiting) {
    const item = await table.get(pk, sk);
    if (item === undefined) continue;
    const delivery = readDelivery(item);
    if (delivery.status === 'due' && delivery.dueAtMs <= nowMs) queued.push({ delivery, item });
  }
  return queued;
}

/** Everything that the outbox remembers of a channel. */
export async function deliveriesOf(channel: string, table: Table): Promise<Delivery[]> {
  return (await table.query(outboxPk(channel), { prefix: DELIVERY_PREFIX })).map(readDelivery);
}

/** What failed for good in a channel is due again. Returns how many. */
export async function revive(channel: string, { table, nowMs }: { table: Table; nowMs: number }): Promise<number> {
  let count = 0;
  for (const { pk, sk } of await table.queryIndex(deadPk(channel))) {
    const item = await table.get(pk, sk);
    const delivery = item === undefined ? undefined : readDelivery(item);
    if (delivery?.status !== 'dead' || item === undefined) continue;
    const again: Delivery = { ...delivery, status: 'due', dueAtMs: nowMs, attempts: 0 };
    if (await save(again, { pk, sk, version: item.version, table })) count += 1;
  }
  return count;
}

export function readDelivery({ data, pk, sk }: Item): Delivery {
  const parsed = deliverySchema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new YaguraError('Bug', `the stored notice ${pk} ${sk} cannot be read: ${parsed.error.message}`);
}

/** What waits in the outbox → messages at their products: pages first, within hours and limits, each failure tried again or set aside for people. */

import { looserTlp } from '../core/case/marking.ts';
import { levelRank } from '../core/finding.ts';
import type { Channel, NotifyConfig } from '../core/notify/config.ts';
import { digestOf, messageOf } from '../core/notify/message.ts';
import { quietUntilMs } from '../core/notify/quiet-hours.ts';
import type { Meter } from '../ports/meter.ts';
import type { Table } from '../ports/table.ts';
import { type Line, rememberThread, returnLine, takeLine, threadOf } from './line.ts';
import { type Delivery, dueIn, type Queued, readDelivery, save } from './outbox.ts';
import type { SendPorts, Sent } from './product.ts';
import { foldsIn, sendTo } from './products/index.ts';

export interface DeliverPorts extends SendPorts {
  table: Table;
  meter: Meter;
}

export interface Delivered {
  channel: string;
  sent: number;
  folded: number;
  retried: number;
  dead: number;
  /** Held by quiet hours, the hourly limit or the product's own wish. */
  held: number;
}

/** Attempts before a message waits for a person: with the pauses between, about five hours. */
export const MAX_ATTEMPTS = 10;
const FIRST_PAUSE_MS = 30_000;
const MAX_PAUSE_MS = 3_600_000;
/** A pass ends after so long, whatever is left: the next minute has a pass of its own. */
const PASS_MS = 60_000;

/** One pass over every channel. A channel that somebody else serves just now is left to them. */
export async function deliver(ports: DeliverPorts, config: NotifyConfig): Promise<Delivered[]> {
  return await Promise.all(config.channels.map((channel) => new Pass(channel, ports, config).run()));
}

/** 30 s, 1 min, 2 min … an hour. */
export const pauseMs = (attempts: number): number => Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, attempts - 1));

class Pass {
  readonly #channel: Channel;
  readonly #ports: DeliverPorts;
  readonly #config: NotifyConfig;
  readonly #startMs: number;
  readonly #count: Delivered;

  constructor(channel: Channel, ports: DeliverPorts, config: NotifyConfig) {
    this.#channel = channel;
    this.#ports = ports;
    this.#config = config;
    this.#startMs = ports.clock.nowMs();
    this.#count = { channel: channel.name, sent: 0, folded: 0, retried: 0, dead: 0, held: 0 };
  }

  async run(): Promise<Delivered> {
    const { table, meter } = this.#ports;
    const at = { table, nowMs: this.#startMs };
    if ((await dueIn(this.#channel.name, at)).length === 0) return this.#count;
    const line = await takeLine(this.#channel.name, at);
    if (line === undefined) return this.#count;
    try {
      // Read again: what another pass sent before we had the line is no longer due.
      await this.#serve(line, await dueIn(this.#channel.name, at));
    } finally {
      await returnLine(this.#channel.name, line, table);
    }
    const { sent, folded, retried, dead } = this.#count;
    meter.count(
      { NotifySentCount: sent, NotifyFoldedCount: folded, NotifyRetriedCount: retried, NotifyDeadCount: dead },
      { Channel: this.#channel.name },
    );
    return this.#count;
  }

  async #serve(line: Line, due: readonly Queued[]): Promise<void> {
    const sorted = [...due].sort(byWeight);
    const isOver = (): boolean => this.#ports.clock.nowMs() - this.#startMs > PASS_MS || line.blockedUntilMs > this.#startMs;
    for (const queued of sorted.filter(({ delivery }) => delivery.page)) {
      if (isOver()) this.#count.held += 1;
      else await this.#sendOne(queued, line);
    }
    const rest = sorted.filter(({ delivery }) => !delivery.page);
    const untilMs = this.#channel.quietHours === undefined ? undefined : quietUntilMs(this.#startMs, this.#channel.quietHours);
    if (untilMs !== undefined) return await this.#hold(rest, untilMs);
    const room = Math.max(0, this.#channel.perHour - line.sentAtMs.length);
    const { alone, folded } = share(rest, room, foldsIn(this.#channel));
    for (const queued of alone) {
      if (isOver()) this.#count.held += 1;
      else if (await this.#sendOne(queued, line)) line.sentAtMs.push(this.#startMs);
    }
    if (folded.length > 0 && !isOver()) await this.#sendFolded(folded, line);
    this.#count.held += rest.length - alone.length - folded.length;
  }

  async #hold(queued: readonly Queued[], untilMs: number): Promise<void> {
    for (const { delivery, item } of queued) {
      await save({ ...delivery, dueAtMs: untilMs }, { ...item, table: this.#ports.table });
      this.#count.held += 1;
    }
  }

  /** True where it got there. */
  async #sendOne({ delivery, item }: Queued, line: Line): Promise<boolean> {
    const { notice } = delivery;
    const of = { channel: this.#channel.name, subject: notice.subject, person: delivery.person };
    const person = this.#config.people.find(({ name }) => name === delivery.person);
    const sent = await sendTo(
      this.#channel,
      {
        message: messageOf(notice, this.#optionsFor(delivery)),
        deliveryId: delivery.id,
        thread: await threadOf(of, this.#ports.table),
        isRetry: delivery.attempts > 0,
        page: delivery.page,
        people: this.#config.people.filter(({ name }) => notice.people.includes(name)),
        person,
      },
      this.#ports,
    );
    if (sent.ok && sent.thread !== undefined)
      await rememberThread({ ...of, thread: sent.thread }, { table: this.#ports.table, nowMs: this.#startMs });
    await this.#record({ delivery, item }, sent, line);
    if (sent.ok) this.#count.sent += 1;
    return sent.ok;
  }

  async #sendFolded(folded: readonly Queued[], line: Line): Promise<void> {
    const [first] = folded;
    if (first === undefined) return;
    const notices = folded.map(({ delivery }) => delivery.notice);
    const { locale, clearance } = this.#channel;
    const message = digestOf(notices, { locale, clearance, link: this.#config.link });
    const deliveryId = `digest-${first.delivery.id}`;
    const sent = await sendTo(this.#channel, { message, deliveryId, isRetry: false, page: false, people: [] }, this.#ports);
    if (sent.ok) {
      line.sentAtMs.push(this.#startMs);
      this.#count.folded += folded.length;
    }
    for (const queued of folded) await this.#record(queued, sent, line);
  }

  #optionsFor({ person }: Delivery) {
    const { locale, clearance } = this.#channel;
    const known = this.#config.people.find(({ name }) => name === person);
    return {
      locale: known?.locale ?? locale,
      clearance: looserTlp(clearance, known?.clearance ?? clearance),
      link: this.#config.link,
      approvalLink: this.#config.approvalLink,
    };
  }

  async #record(queued: Queued, sent: Sent, line: Line): Promise<void> {
    const { delivery, item } = queued;
    const next = sent.ok
      ? { ...delivery, status: 'sent' as const, sentAtMs: this.#startMs, why: '' }
      : this.#failed(delivery, sent, line);
    const { pk, sk } = item;
    if (await save(next, { pk, sk, version: item.version, table: this.#ports.table })) return;
    // Something newer of the same kind came meanwhile: it stays due, and what was sent is remembered.
    const now = await this.#ports.table.get(pk, sk);
    if (now === undefined || !sent.ok) return;
    await save({ ...readDelivery(now), sentAtMs: this.#startMs }, { pk, sk, version: now.version, table: this.#ports.table });
  }

  #failed(delivery: Delivery, { retry, afterSec, why }: Extract<Sent, { ok: false }>, line: Line): Delivery {
    const attempts = delivery.attempts + 1;
    if (!retry || attempts >= MAX_ATTEMPTS) {
      this.#count.dead += 1;
      return { ...delivery, attempts, why, status: 'dead' };
    }
    this.#count.retried += 1;
    const waitMs = afterSec === undefined ? pauseMs(attempts) : Math.min(MAX_PAUSE_MS, afterSec * 1000);
    // Who asks for patience gets none of the other messages either.
    if (afterSec !== undefined) line.blockedUntilMs = this.#startMs + waitMs;
    return { ...delivery, attempts, why, dueAtMs: this.#startMs + waitMs };
  }
}

const byWeight = (a: Queued, b: Queued): number =>
  levelRank(b.delivery.notice.severity) - levelRank(a.delivery.notice.severity) ||
  a.delivery.dueAtMs - b.delivery.dueAtMs ||
  (a.delivery.id < b.delivery.id ? -1 : 1);

/** The gravest alone while there is room; the last message of the hour holds all the rest. */
export function share<T>(items: readonly T[], room: number, folds: boolean): { alone: readonly T[]; folded: readonly T[] } {
  if (items.length <= room) return { alone: items, folded: [] };
  if (!folds || room === 0) return { alone: items.slice(0, room), folded: [] };
  return { alone: items.slice(0, room - 1), folded: items.slice(room - 1) };
}

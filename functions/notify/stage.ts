/** The notify stage: what happened to cases, questions to people and failing rules → messages, at once where hours and limits allow. */
import { APPROVAL_SK, Approval, approvalPk } from '../core/approval.ts';
import type { BusEvent } from '../core/bus-event.ts';
import { caseNotices } from '../core/notify/case-notice.ts';
import type { NotifyConfig } from '../core/notify/config.ts';
import type { Notice } from '../core/notify/notice.ts';
import { addressees } from '../core/notify/route.ts';
import { approvalNotice, findingNotice, silentNotice } from '../core/notify/system-notice.ts';
import { arrivalsOf, SOURCE_ARRIVALS_PK } from '../core/source-arrivals.ts';
import { caseEvents, readCase } from '../ports/case-store.ts';
import type { Table } from '../ports/table.ts';
import { type Delivered, type DeliverPorts, deliver } from './deliver.ts';
import { enqueue } from './outbox.ts';

const HOUR_MS = 3_600_000;

/**
 * Takes a batch. Idempotent: a change that was told is not told again. What cannot be sent now waits in the outbox.
 * @throws YaguraError where the table cannot be reached
 */
export async function notify(events: readonly BusEvent[], ports: DeliverPorts, config: NotifyConfig): Promise<Delivered[]> {
  await prepare(events, ports, config);
  return config.channels.length === 0 ? [] : await deliver(ports, config);
}

/** The first half alone: what is to be told waits in the outbox. */
export async function prepare(
  events: readonly BusEvent[],
  ports: Pick<DeliverPorts, 'table' | 'clock'>,
  config: NotifyConfig,
): Promise<void> {
  if (config.channels.length === 0) return;
  for (const event of events) {
    for (const notice of await noticesOf(event, ports.table)) await tell(notice, ports, config);
  }
  for (const notice of await silences(ports, config)) await tell(notice, ports, config);
}

/** Puts a notice in the outboxes of all whom it is for. Returns how many messages wait because of it. */
export async function tell(
  notice: Notice,
  { table, clock }: Pick<DeliverPorts, 'table' | 'clock'>,
  config: NotifyConfig,
): Promise<number> {
  let count = 0;
  for (const to of addressees(notice, config)) if (await enqueue(notice, to, { table, nowMs: clock.nowMs() })) count += 1;
  return count;
}

/** Sources that sent once and have been silent for too long: each silence is told once. */
async function silences(
  { table, clock }: Pick<DeliverPorts, 'table' | 'clock'>,
  { silentAfterHours }: NotifyConfig,
): Promise<Notice[]> {
  const nowMs = clock.nowMs();
  return arrivalsOf(await table.query(SOURCE_ARRIVALS_PK)).flatMap(({ source, lastMs }) => {
    const hours = silentAfterHours.sources[source] ?? silentAfterHours.default;
    return hours > 0 && nowMs - lastMs > hours * HOUR_MS ? [silentNotice({ source, lastMs, atMs: nowMs })] : [];
  });
}

async function noticesOf(event: BusEvent, table: Table): Promise<readonly Notice[]> {
  switch (event.name) {
    case 'CaseChanged': {
      const { incidentId, fromSeq, seq } = event.detail;
      const stored = await readCase(table, incidentId);
      if (stored === undefined) return [];
      const happened = (await caseEvents(table, incidentId, fromSeq - 1)).filter((one) => one.seq <= seq);
      return happened.flatMap((one) => caseNotices(one, stored.state));
    }
    case 'ApprovalAsked': {
      const item = await table.get(approvalPk(event.detail.approvalId), APPROVAL_SK);
      const approval = item === undefined ? undefined : Approval.parse(item.data);
      const stored = approval === undefined ? undefined : await readCase(table, approval.incidentId);
      const notice = approval === undefined ? undefined : approvalNotice(approval, stored?.state);
      return notice === undefined ? [] : [notice];
    }
    case 'FindingsRaised':
      return event.detail.findings.flatMap((finding) => findingNotice(finding) ?? []);
    default:
      return [];
  }
}

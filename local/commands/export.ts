/** `yagura export`: alerts, findings, incidents or events, whole, as JSON lines or CSV. */

import { BUS_SOURCE } from '../../functions/core/bus-event.ts';
import { alertRow, listAlerts, listIncidents } from '../../functions/core/incident-store.ts';
import { recordIds } from '../../functions/core/record-ids.ts';
import { exportEvents } from '../adapters/export-events.ts';
import { type LocalState, openState } from '../ports.ts';
import { csvText } from '../table-text.ts';
import { EXIT, write } from './io.ts';
import { existingState } from './query.ts';

export const EXPORTS = ['alerts', 'findings', 'events', 'incidents'] as const;
export type ExportKind = (typeof EXPORTS)[number];

const DETECTION_FINDING = 2004;

/** Every row once. CSV has the columns of the first row; nested values are JSON text. */
export async function exportCommand(kind: ExportKind, options: { state: string; format: 'jsonl' | 'csv' }): Promise<number> {
  existingState(options.state);
  const state = await openState(options.state);
  try {
    let columns: string[] | undefined;
    for await (const row of rowsOf(kind, state)) {
      if (options.format === 'jsonl') await write(`${JSON.stringify(row)}\n`);
      else {
        const head: string[] = columns ?? Object.keys(row);
        const text = csvText(head, [head.map((name) => (row as Record<string, unknown>)[name])]);
        await write(`${columns === undefined ? text : text.slice(text.indexOf('\r\n') + 2)}\r\n`);
        columns = head;
      }
    }
    return EXIT.ok;
  } finally {
    await state.close();
  }
}

async function* rowsOf(kind: ExportKind, state: LocalState): AsyncGenerator<object> {
  if (kind === 'alerts') yield* alertRows(state);
  else if (kind === 'incidents') yield* await listIncidents(state.table);
  else if (kind === 'findings') yield* exportEvents({ lakeDir: state.lakeDir, classUid: DETECTION_FINDING });
  else yield* exportEvents({ lakeDir: state.lakeDir, notSource: BUS_SOURCE });
}

/** Alerts name their records by every id that these have; a correlation's alert those of each event of its sequence. */
async function* alertRows(state: LocalState): AsyncGenerator<object> {
  const alerts = await listAlerts(state.table);
  const uids = [...new Set(alerts.flatMap(({ eventUids }) => eventUids))];
  const idsOf = new Map<string, string[]>();
  for await (const event of exportEvents({ lakeDir: state.lakeDir, notSource: BUS_SOURCE, uids })) {
    const { uid } = event.metadata;
    idsOf.set(uid, [...(idsOf.get(uid) ?? []), ...recordIds(event)]);
  }
  for (const alert of alerts) yield alertRow(alert, idsOf);
}

/** `yagura incidents`: the list, and one as an analyst reads it. */
import { levelRank } from '../../functions/core/finding.ts';
import { listIncidents } from '../../functions/core/incident-store.ts';
import { incidentText } from '../../functions/core/incident-text.ts';
import type { Locale } from '../../functions/core/text.ts';
import { openState } from '../ports.ts';
import { incidentBy, proposalsOf } from '../response.ts';
import { tableText } from '../table-text.ts';
import { EXIT, note, out } from './io.ts';
import { existingState } from './query.ts';

interface Options {
  state: string;
  locale: Locale;
  json?: boolean;
}

const minute = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 16).replace('T', ' ');

export async function listCommand(options: Options): Promise<number> {
  existingState(options.state);
  const state = await openState(options.state);
  try {
    const incidents = (await listIncidents(state.table)).sort(
      (a, b) =>
        Number(b.surfacing.isSurfaced) - Number(a.surfacing.isSurfaced) ||
        levelRank(b.severity) - levelRank(a.severity) ||
        b.risk - a.risk,
    );
    if (options.json) for (const incident of incidents) out(JSON.stringify(incident));
    else if (incidents.length === 0) note('no incidents');
    else {
      const rows = incidents.map(({ id, surfacing, severity, risk, title, firstMs, lastMs, alertCount, tactics }) => [
        id,
        surfacing.isSurfaced ? 'shown' : 'kept',
        severity,
        Math.round(risk),
        title[options.locale],
        `${minute(firstMs)} – ${minute(lastMs)}`,
        alertCount,
        tactics.join(' → '),
      ]);
      out(tableText(['id', 'queue', 'severity', 'risk', 'what', 'when (UTC)', 'alerts', 'ATT&CK tactics'], rows));
      const kept = incidents.filter(({ surfacing }) => !surfacing.isSurfaced).length;
      if (kept > 0)
        note(`${kept} are kept: no case and no message until they grow, or until somebody works on them (yagura case ack ID)`);
    }
    return EXIT.ok;
  } finally {
    await state.close();
  }
}

export async function showCommand(id: string, options: Options): Promise<number> {
  existingState(options.state);
  const state = await openState(options.state);
  try {
    const incident = await incidentBy(id, state, await listIncidents(state.table));
    if (options.json) out(JSON.stringify(incident));
    else {
      const playbooks = (await proposalsOf(incident, state)).flatMap(({ playbook, techniques }) => {
        const title = state.executions.playbooks.get(playbook)?.title;
        return title === undefined ? [] : [{ id: playbook, title, techniques }];
      });
      out(
        incidentText(incident, options.locale, {
          nowMs: state.clock.nowMs(),
          colour: process.stdout.isTTY === true,
          playbooks,
        }),
      );
    }
    return EXIT.ok;
  } finally {
    await state.close();
  }
}

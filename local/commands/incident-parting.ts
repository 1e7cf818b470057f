/** `yagura incidents split|unmerge`: a person's word that alerts are two stories, kept by correlation from then on. */
import { userInfo } from 'node:os';
import { YaguraError } from '../../functions/core/error.ts';
import type { Incident } from '../../functions/core/incident.ts';
import { listIncidents, readIncident } from '../../functions/core/incident-store.ts';
import { parting } from '../../functions/core/link-decision.ts';
import type { Locale, LocalText } from '../../functions/core/text.ts';
import { partIncidents } from '../../functions/correlate/stage.ts';
import { type LocalState, openState } from '../ports.ts';
import { incidentBy } from '../response.ts';
import { drainBus } from '../stages.ts';
import { plain } from '../table-text.ts';
import { EXIT, out } from './io.ts';
import { existingState } from './query.ts';

interface Options {
  state: string;
  reason: string;
  locale: Locale;
}

export const splitCommand = (id: string, options: Options & { alerts: string }): Promise<number> =>
  withState(options, async (state) => {
    const incident = await incidentBy(id, state, await listIncidents(state.table));
    const apart = options.alerts.split(',').map((alert) => alert.trim());
    await part(
      incident,
      apart.filter((alert) => alert !== ''),
      { state, options },
    );
  });

export const unmergeCommand = (id: string, options: Options): Promise<number> =>
  withState(options, async (state) => {
    const merged = await readIncident(state.table, id);
    if (merged === undefined || merged.mergedInto === null)
      throw new YaguraError(merged === undefined ? 'NotFound' : 'BadInput', `${id} was not merged into another incident`, {
        problems: [
          {
            what: `id ${id}`,
            allowed: 'the id of an incident that was merged away',
            fix: '`yagura incidents split` parts one that was not',
          },
        ],
      });
    const whole = await incidentBy(id, state, []);
    const own = merged.alertIds.filter((alert) => whole.alertIds.includes(alert));
    await part(whole, own, { state, options });
  });

async function withState(options: Options, work: (state: LocalState) => Promise<void>): Promise<number> {
  existingState(options.state);
  const state = await openState(options.state);
  try {
    await work(state);
    return EXIT.ok;
  } finally {
    await state.close();
  }
}

async function part(incident: Incident, apart: readonly string[], at: { state: LocalState; options: Options }): Promise<void> {
  const { state, options } = at;
  const { id: incidentId, alertIds } = incident;
  const by = userInfo().username;
  const decision = parting({ incidentId, alertIds, apart, by, reason: options.reason, atMs: state.clock.nowMs() });
  const ids = await partIncidents(decision, state);
  await drainBus(state);
  const standing = (await listIncidents(state.table)).filter(({ id }) => ids.includes(id));
  const said: LocalText = {
    en: `Apart now, and kept apart: ${standing.map(({ id }) => id).join(', ')}`,
    ja: `分離しました(今後も維持): ${standing.map(({ id }) => id).join(', ')}`,
  };
  out(plain(said[options.locale]));
}

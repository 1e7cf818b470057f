/** The maintain stage on a laptop: whoever holds the state's lock knows that nobody writes, so days are cut now and seen cut at once. */
import type { MaintainOptions, MaintainReport } from '../functions/maintain/stage.ts';
import type { LocalState } from './ports.ts';
import { LOCAL_STAGES } from './stages.ts';

/** Queries of other processes may still read hot files. */
const GRACE_MS = 10 * 60_000;

/** @param state opened for writing */
export const maintainHere = (
  state: LocalState,
  options: Pick<MaintainOptions, 'graceMs' | 'retentionDays'> = {},
): Promise<MaintainReport> =>
  LOCAL_STAGES.maintain(state, {
    ...{ cutMs: state.clock.nowMs(), effectMs: 0, leaseMs: 0, budgetMs: Number.POSITIVE_INFINITY, graceMs: GRACE_MS },
    ...options,
  });

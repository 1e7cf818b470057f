/** `yagura hunt schedule|promote`: a hunt becomes a scheduled detection; a row of its result becomes a finding or a case, by the path of all findings. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { alertIdOf } from '../../functions/core/alert.ts';
import { sha256 } from '../../functions/core/digest.ts';
import { YaguraError } from '../../functions/core/error.ts';
import { type Finding, type Level, levelRank } from '../../functions/core/finding.ts';
import type { Hunt } from '../../functions/core/hunt.ts';
import { type ScheduledHunt, scheduledHunt } from '../../functions/core/hunt-schedule.ts';
import { listIncidents } from '../../functions/core/incident-store.ts';
import { rowFinding } from '../../functions/core/scheduled/finding.ts';
import type { Locale } from '../../functions/core/text.ts';
import { raiseFindings } from '../../functions/ports/raise-findings.ts';
import { ROOT } from '../content.ts';
import { findHunt, loadHunts } from '../hunt-files.ts';
import { type LocalState, openState } from '../ports.ts';
import { parseSql } from '../sql/parser.ts';
import { drainBus } from '../stages.ts';
import { plain } from '../table-text.ts';
import { askHunt, type HuntAsk, valuesOf } from './hunt.ts';
import { HUNT_WORDS } from './hunt-words.ts';
import { EXIT, out } from './io.ts';
import { existingState } from './query.ts';

export interface HuntSchedule {
  set?: readonly string[];
  every: string;
  status: 'experimental' | 'test' | 'stable';
  level?: Level;
  /** Folder; default: `queries/scheduled`. */
  into?: string;
  force?: boolean;
  locale: Locale;
}

export async function scheduleCommand(wanted: string, options: HuntSchedule): Promise<number> {
  const hunt = findHunt(await loadHunts(), wanted);
  const scheduled = await scheduledHunt(hunt, valuesOf(hunt, options.set), { ...options, parse: parseSql });
  const words = HUNT_WORDS[options.locale];
  out(words.wrote(await written(scheduled, options)));
  if (options.status === 'experimental') out(words.staged);
  return EXIT.ok;
}

/** @throws YaguraError Conflict where the file is there and must stay */
async function written({ path, text }: ScheduledHunt, { into, force }: Pick<HuntSchedule, 'into' | 'force'>): Promise<string> {
  const folder = into ?? join(ROOT, 'queries', 'scheduled');
  const file = join(folder, basename(path));
  if (existsSync(file) && force !== true)
    throw new YaguraError('BadInput', `${file} is there already`, {
      problems: [{ at: file, what: 'the hunt is scheduled', fix: '--force writes it anew' }],
    });
  await mkdir(folder, { recursive: true });
  await writeFile(file, text);
  return into === undefined ? path : file;
}

export interface HuntPromote extends HuntAsk {
  as: 'rule' | 'finding' | 'case';
  /** Row of the result, from 1. */
  row: number;
  level?: Level;
  every: string;
  into?: string;
  force?: boolean;
  locale: Locale;
}

const KEEP_SEC = 90 * 86_400;

export async function promoteCommand(wanted: string, options: HuntPromote): Promise<number> {
  if (options.as === 'rule') return await scheduleCommand(wanted, { ...options, status: 'test' });
  const hunt = findHunt(await loadHunts(), wanted);
  existingState(options.state);
  const state = await openState(options.state, { write: true });
  try {
    const finding = await findingOf(hunt, state, options);
    const words = HUNT_WORDS[options.locale];
    const raising = {
      finding,
      pk: `hunt#${finding.uid}`,
      digest: sha256(JSON.stringify([finding.level, finding.eventUids])),
      keepSec: KEEP_SEC,
    };
    const raised = await raiseFindings([raising], state);
    await drainBus(state);
    out(raised === 0 ? words.again : words.raised(plain(hunt.meta.title[options.locale]), finding.level));
    out(plain(finding.summary));
    if (levelRank(finding.level) < levelRank('medium')) out(words.signal);
    const ids = await incidentsOf(state, finding);
    if (options.as === 'case') {
      await state.bus.publish(
        ids.map((incidentId) => ({ name: 'IncidentChanged', detail: { incidentId, version: 1, isWanted: true } })),
      );
      await drainBus(state);
    }
    for (const id of ids) out(words.incident(id));
    return EXIT.ok;
  } finally {
    await state.close();
  }
}

/** The finding that a scheduled run would make of the row. A finding is a signal unless a level is given; a case needs an alert. */
async function findingOf(hunt: Hunt, state: LocalState, options: HuntPromote): Promise<Finding> {
  const how = { every: options.every, status: 'stable', parse: parseSql } as const;
  const { query } = await scheduledHunt(hunt, valuesOf(hunt, options.set), how);
  const { columns, rows } = await askHunt(hunt, state, options);
  const values = rows[options.row - 1];
  if (values === undefined)
    throw new YaguraError('NotFound', `${hunt.id} has no row ${options.row}`, {
      problems: [
        { at: '--row', what: String(options.row), allowed: rows.length === 0 ? 'the result is empty' : `1 to ${rows.length}` },
      ],
    });
  const names = columns.map(({ name }) => name);
  const cell = (name: string) => values[names.indexOf(name)] ?? null;
  const row = { columns: [...names, 'time', 'event_uids'], values: [...values, cell('last_seen'), cell('examples')] };
  const wanted = options.level ?? (options.as === 'case' ? hunt.meta.level : 'low');
  const level = options.as === 'case' && levelRank(wanted) < levelRank('medium') ? 'medium' : wanted;
  return { ...rowFinding(query, row), level };
}

/** The incidents that the finding's alert went into. */
async function incidentsOf(state: LocalState, finding: Finding): Promise<string[]> {
  const alertId = alertIdOf(finding);
  return (await listIncidents(state.table)).filter(({ alertIds }) => alertIds.includes(alertId)).map(({ id }) => id);
}

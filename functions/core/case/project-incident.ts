/** What correlation says of an incident → the case: it grows, and what people decided stays. */
import { type Level, levelRank } from '../finding.ts';
import type { CaseEvent, CaseEventData } from './event.ts';
import { isEnded } from './lifecycle.ts';
import { stricterPap, stricterTlp } from './marking.ts';
import { withTime } from './project-time.ts';
import type { CaseState } from './state.ts';

type IncidentData = CaseEventData<'opened'>;

const graver = (a: Level, b: Level): Level => (levelRank(a) >= levelRank(b) ? a : b);
const union = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])];

/** The gravest of the incident and of what people merged into it. */
export const autoSeverity = ({ severityAuto, absorbed }: Pick<CaseState, 'severityAuto' | 'absorbed'>): Level =>
  absorbed.reduce((worst, { by, severity }) => (by === 'person' ? graver(worst, severity) : worst), severityAuto);

/** A person's severity holds until the case grows graver than it was when they set it. */
export function severityOf(of: Pick<CaseState, 'severityAuto' | 'severityHuman' | 'absorbed'>): Level {
  const auto = autoSeverity(of);
  const { severityHuman: human } = of;
  if (human === null) return auto;
  return levelRank(auto) > levelRank(human.autoThen) ? graver(human.level, auto) : human.level;
}

export function changeIncident(state: CaseState, data: IncidentData, event: CaseEvent): Partial<CaseState> {
  const removed = new Set(data.alertsRemoved);
  const { facts } = data;
  const isOpening = event.kind === 'opened';
  return {
    ...data.begins,
    ...statusAfter(state, data, event),
    title: facts?.title ?? { en: data.title, ja: data.title },
    severityAuto: data.severity,
    severity: severityOf({ ...state, severityAuto: data.severity }),
    incidentDigest: data.incidentDigest,
    alertIds: union(
      state.alertIds.filter((id) => !removed.has(id)),
      data.alertsAdded,
    ),
    eventCount: data.eventCount,
    repeatCount: state.repeatCount + (state.status === 'closed' ? data.alertsAdded.length : 0),
    mergedInto: data.mergedInto ?? state.joinedInto,
    ...(facts === undefined ? {} : factsAfter(state, facts)),
    times: withTime(state.times, {
      surfaceMs: state.times.surfaceMs ?? (isOpening ? event.atMs : null),
      ...(facts === undefined || state.recorded.includes('occur') ? {} : { occurMs: facts.firstMs }),
      ...(facts?.ingestedAtMs === undefined || state.recorded.includes('ingest') ? {} : { ingestMs: facts.ingestedAtMs }),
      ...(facts === undefined || state.recorded.includes('detect') ? {} : { detectMs: facts.detectedAtMs }),
    }),
  };
}

const factsAfter = (state: CaseState, facts: NonNullable<IncidentData['facts']>): Partial<CaseState> => ({
  ruleIds: facts.ruleIds,
  tactics: facts.tactics,
  firstMs: facts.firstMs,
  lastMs: facts.lastMs,
  assetTier: state.isAssetTierHuman ? state.assetTier : facts.assetTier,
});

/** Merged away, gone, or back again. A case that people worked on does not end because its alerts went elsewhere. */
function statusAfter(state: CaseState, { mergedInto }: IncidentData, { kind }: CaseEvent): Partial<CaseState> {
  const before = state.status === 'merged' || state.status === 'dissolved' ? state.statusBefore : state.status;
  if (kind === 'merged') return { status: 'merged', statusBefore: before, isIncidentGone: false };
  if (kind === 'dissolved') {
    if (state.isTouched && !isEnded(state.status)) return { isIncidentGone: true };
    if (state.status === 'closed') return { isIncidentGone: true };
    return { status: 'dissolved', statusBefore: before };
  }
  if (state.joinedInto !== null) return { isIncidentGone: false };
  const isBack = (state.status === 'merged' || state.status === 'dissolved') && mergedInto === null;
  return { isIncidentGone: false, ...(isBack ? { status: before ?? 'new', statusBefore: null } : {}) };
}

/** Owner, watchers, clocks and open work of the other come along; nothing of this one is overwritten, and nothing comes twice. */
export function absorb(state: CaseState, data: CaseEventData<'absorbed'>, event: CaseEvent): Partial<CaseState> {
  const { caseId, by, carried } = data;
  const { surfaceMs, ackMs } = state.times;
  const absorbed = [
    ...state.absorbed.filter((member) => member.caseId !== caseId),
    { caseId, by, severity: carried.severity, alertCount: 0 },
  ];
  const hasWork = carried.owner !== null || carried.observables.length + carried.evidence.length > 0;
  return {
    owner: state.owner ?? carried.owner,
    watchers: union(state.watchers, carried.watchers).sort(),
    tlp: stricterTlp(state.tlp, carried.tlp),
    pap: stricterPap(state.pap, carried.pap),
    severity: severityOf({ ...state, absorbed }),
    absorbed,
    ...carriedItems(state, data, event),
    times: withTime(state.times, {
      surfaceMs: earliest(surfaceMs, carried.surfaceMs),
      ackMs: earliest(ackMs, carried.ackMs),
    }),
    isTouched: state.isTouched || hasWork,
  };
}

/** Ids of another case keep its name, so that they stay unique and tell where they come from. */
function carriedItems(state: CaseState, { caseId, carried }: CaseEventData<'absorbed'>, event: CaseEvent): Partial<CaseState> {
  const from = caseId;
  const key = (id: string): string => `${caseId}/${id}`;
  const stamp = { by: event.actor, atMs: event.atMs };
  const known = new Set([
    ...state.tasks.map(({ taskId }) => taskId),
    ...state.observables.map(({ observableId }) => observableId),
    ...state.evidence.map(({ evidenceId }) => evidenceId),
  ]);
  const tasks = carried.tasks.filter(({ taskId }) => !known.has(key(taskId)));
  const observables = carried.observables.filter(({ observableId }) => !known.has(key(observableId)));
  const evidence = carried.evidence.filter(({ evidenceId }) => !known.has(key(evidenceId)));
  const open = new Set(carried.tasks.map(({ taskId }) => taskId));
  const undone = { result: null, note: '', doneBy: null, doneAtMs: null };
  return {
    tasks: [
      ...state.tasks,
      ...tasks.map((task) => ({
        ...task,
        ...undone,
        taskId: key(task.taskId),
        // What was done over there needs not be waited for.
        dependsOn: task.dependsOn.filter((id) => open.has(id)).map(key),
        addedBy: event.actor,
        from,
      })),
    ],
    observables: [
      ...state.observables,
      ...observables.map((item) => ({ ...item, observableId: key(item.observableId), ...stamp, from, sightings: [] })),
    ],
    evidence: [...state.evidence, ...evidence.map((item) => ({ ...item, evidenceId: key(item.evidenceId), from, custody: [] }))],
  };
}

const earliest = (a: number | null, b: number | null): number | null => (a === null || b === null ? (a ?? b) : Math.min(a, b));

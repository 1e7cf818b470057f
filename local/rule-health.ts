/** A state folder and our rules → what readiness and coverage ask for: living sources, fields seen, rules that threw, rules proven. */

import type { CoverageRule } from '../functions/core/attack/coverage.ts';
import { YaguraError } from '../functions/core/error.ts';
import { listAlerts } from '../functions/core/incident-store.ts';
import type { SigmaCorrelation, SigmaRule } from '../functions/core/sigma/ast.ts';
import { FieldInventory } from '../functions/core/sigma/field-inventory.ts';
import { evaluate } from '../functions/core/sigma/predicate.ts';
import { type Readiness, type ReadinessInput, readinessOf, type SourceHealth } from '../functions/core/sigma/readiness.ts';
import { isStaged } from '../functions/core/sigma/staged.ts';
import { compileStream } from '../functions/core/sigma/stream.ts';
import { SOURCES } from '../functions/sources/index.ts';
import { lakeDays } from './lake-days.ts';
import type { LocalState } from './ports.ts';
import { rawRecords } from './raw-records.ts';
import type { RuleWithCases } from './rule-set.ts';
import { type SourceFields, sampleFields } from './source-fields.ts';

/** Records looked at for each archive file and source: enough to meet every kind, few enough to wait for. */
const MOST_OF_FILE = 2_000;
const MOST_OF_SOURCE = 20_000;
const PROVEN_MS = 30 * 24 * 3_600_000;
const DAY_MS = 24 * 3_600_000;

/** What a state tells of its rules. */
export interface StateHealth {
  input: ReadinessInput;
  /** Rule id → alerts that the state holds, and those of the last 30 days. */
  alerts: ReadonlyMap<string, { all: number; recent: number }>;
  /** Days of event time that the state covers, by source. */
  measuredDays: ReadonlyMap<string, number>;
}

const millis = (value: unknown): number | undefined => {
  const at = typeof value === 'string' ? Date.parse(`${value.replace(' ', 'T')}Z`) : Number.NaN;
  return Number.isFinite(at) ? at : undefined;
};

/** @throws YaguraError BadInput */
function checkMoment(at: string): void {
  if (at === 'now' || at === 'last' || Number.isFinite(Date.parse(at))) return;
  throw new YaguraError('BadInput', `${at} is no time`, {
    problems: [{ at: '--at', what: at, allowed: 'now, last, or a time as 2026-11-20T09:00:00Z' }],
  });
}

/** When something last arrived from each source, and how many days of event time the state holds of it. */
async function arrivalsIn(state: LocalState): Promise<{ arrivals: Map<string, number>; measuredDays: Map<string, number> }> {
  const arrivals = new Map<string, number>();
  const times = new Map<string, { first: number; last: number }>();
  for (const [source, { tables }] of await lakeDays(state.lakeDir))
    for (const table of tables) {
      const { rows } = await state.query.run(
        `SELECT max(ingest_time_dt), min(time_dt), max(time_dt) FROM ${table} WHERE source = ? AND eventday >= '00000000'`,
        { parameters: [source] },
      );
      const [arrived, first, last] = (rows[0] ?? []).map(millis);
      if (arrived !== undefined) arrivals.set(source, Math.max(arrived, arrivals.get(source) ?? arrived));
      if (first === undefined || last === undefined) continue;
      const known = times.get(source);
      times.set(source, { first: Math.min(first, known?.first ?? first), last: Math.max(last, known?.last ?? last) });
    }
  const measuredDays = new Map([...times].map(([source, { first, last }]) => [source, (last - first) / DAY_MS]));
  return { arrivals, measuredDays };
}

/** `now`, `last` (when something last arrived), or a time. */
function momentOf(at: string, { nowMs, lastMs }: { nowMs: number; lastMs: number }): number {
  if (at === 'now') return nowMs;
  if (at === 'last') return Number.isFinite(lastMs) ? lastMs : nowMs;
  return Date.parse(at);
}

/** Looks into a state as it is at a moment. Reads a part of the raw archive, so it takes seconds on a large one. */
export async function stateHealth(state: LocalState, rules: readonly RuleWithCases[], at = 'now'): Promise<StateHealth> {
  checkMoment(at);
  const { arrivals, measuredDays } = await arrivalsIn(state);
  const { fields, errors } = await lookAtRecords(state.dir, rules);
  const nowMs = momentOf(at, { nowMs: state.clock.nowMs(), lastMs: Math.max(...arrivals.values()) });
  const alerts = await alertCounts(state, nowMs);
  const input = { nowMs, sources: sourcesOf(fields, arrivals), errors, proven: provenBy(rules) };
  return { input, alerts, measuredDays };
}

function sourcesOf(fields: ReadonlyMap<string, SourceFields>, arrivals: ReadonlyMap<string, number>): SourceHealth[] {
  return SOURCES.map(({ id, logsources }) => {
    const lastArrivalMs = arrivals.get(id);
    const known = fields.get(id);
    return {
      id,
      logsources,
      ...(lastArrivalMs === undefined ? {} : { lastArrivalMs }),
      ...(known === undefined ? {} : { judgeField: (path, taxonomy) => known[taxonomy].judge(path) }),
    };
  });
}

/** Fields of the records that came, on top of nothing: a field that only our samples have was never seen here. */
async function lookAtRecords(
  dir: string,
  rules: readonly RuleWithCases[],
): Promise<{ fields: Map<string, SourceFields>; errors: Map<string, number> }> {
  const fields = new Map<string, SourceFields>();
  const errors = new Map<string, number>();
  const { stream } = compileStream(
    rules.map(({ rule }) => rule),
    { sources: SOURCES },
  );
  for await (const { source, record } of rawRecords(dir, { mostOfFile: MOST_OF_FILE })) {
    const known = fields.get(source.id) ?? { sigma: new FieldInventory(), ocsf: new FieldInventory() };
    fields.set(source.id, known);
    if (known.sigma.records >= MOST_OF_SOURCE) {
      if ([...fields.values()].every(({ sigma }) => sigma.records >= MOST_OF_SOURCE)) break;
      continue;
    }
    const event = source.toOcsf(record, { nowMs: 0 });
    known.sigma.add(record);
    known.ocsf.add(event);
    stream.match(source.id, record, event, ({ id }) => errors.set(id, (errors.get(id) ?? 0) + 1));
  }
  return { fields, errors };
}

async function alertCounts(state: LocalState, nowMs: number): Promise<Map<string, { all: number; recent: number }>> {
  const counts = new Map<string, { all: number; recent: number }>();
  for (const { ruleId, createdAtMs } of await listAlerts(state.table)) {
    const count = counts.get(ruleId) ?? { all: 0, recent: 0 };
    counts.set(ruleId, { all: count.all + 1, recent: count.recent + (nowMs - createdAtMs <= PROVEN_MS ? 1 : 0) });
  }
  return counts;
}

/** Ids of rules of which a case that expects a match matches, now. */
export const provenBy = (rules: readonly RuleWithCases[]): Set<string> =>
  new Set(
    rules
      .filter(({ rule, cases }) => cases.some((one) => one.expect === 'match' && evaluate(rule, one.event) === 'match'))
      .map(({ rule }) => rule.info.id),
  );

/** Readiness as if every source that we know were connected and alive: what the content itself can do. */
export async function contentHealth(rules: readonly RuleWithCases[]): Promise<ReadinessInput> {
  const fields = await sampleFields();
  const sources = SOURCES.map(
    ({ id, logsources }): SourceHealth => ({
      id,
      logsources,
      lastArrivalMs: 0,
      judgeField: (path, taxonomy) => fields.get(id)?.[taxonomy].judge(path) ?? 'possible',
    }),
  );
  return { nowMs: 0, sources, errors: new Map(), proven: provenBy(rules) };
}

export interface RuleHealth {
  rule: RuleWithCases['rule'];
  readiness: Readiness;
  alerts: number;
  /** Days of event time of the sources that it reads; 0 where nothing was measured. */
  measuredDays: number;
}

export const healthOf = (rules: readonly RuleWithCases[], { input, alerts, measuredDays }: StateHealth): RuleHealth[] =>
  rules.map(({ rule }) => {
    const readiness = readinessOf(rule, input);
    const days = readiness.sources.map((id) => measuredDays.get(id) ?? 0);
    return { rule, readiness, alerts: alerts.get(rule.info.id)?.all ?? 0, measuredDays: Math.max(0, ...days) };
  });

export type CoveragePlaybooks = readonly { id: string; attack: readonly string[] }[];

/** A rule that names a playbook is answered in all its techniques, else in those that some playbook names. */
function answeredBy({ attack, yagura }: SigmaRule['info'], playbooks: CoveragePlaybooks): string[] {
  const named = playbooks.some(({ id }) => yagura.playbooks?.includes(id) === true);
  return named ? attack : attack.filter((id) => playbooks.some((playbook) => playbook.attack.includes(id)));
}

/** What coverage counts of each rule. `recent`: alerts of the last 30 days by rule id, which prove a rule as a test case does. */
export function coverageRules(
  rules: readonly RuleWithCases[],
  input: ReadinessInput,
  options: { playbooks: CoveragePlaybooks; recent?: ReadonlyMap<string, { recent: number }> },
): CoverageRule[] {
  return rules.map(({ rule: { info }, rule }) => {
    const { state } = readinessOf(rule, input);
    const proven = input.proven.has(info.id) || (options.recent?.get(info.id)?.recent ?? 0) > 0;
    return {
      id: info.id,
      title: info.title,
      attack: info.attack,
      canFire: (state === 'ready' || state === 'no-positive-test') && !isStaged(info),
      proven,
      answered: answeredBy(info, options.playbooks),
    };
  });
}

/**
 * What coverage counts of each correlation: it can fire where all rules that it refers to can, and recent alerts prove it. Rules that
 * only feed correlations count for nothing themselves.
 */
export function correlationCoverage(
  { rules: feeders, correlations }: { rules: readonly SigmaRule[]; correlations: readonly SigmaCorrelation[] },
  rules: readonly RuleWithCases[],
  of: { input: ReadinessInput; playbooks: CoveragePlaybooks; recent?: ReadonlyMap<string, { recent: number }> },
): CoverageRule[] {
  const living = new Set<string>();
  for (const rule of [...feeders, ...rules.map((one) => one.rule)]) {
    const { state } = readinessOf(rule, of.input);
    if (state !== 'ready' && state !== 'no-positive-test') continue;
    living.add(rule.info.id);
    if (rule.name !== undefined) living.add(rule.name);
  }
  // A correlation may refer to correlations: what they refer to was looked at in an earlier round.
  for (let round = 0; round < correlations.length; round++)
    for (const { info, name, rules: references } of correlations) {
      if (!references.every((reference) => living.has(reference))) continue;
      living.add(info.id);
      if (name !== undefined) living.add(name);
    }
  return correlations.map(({ info }) => ({
    id: info.id,
    title: info.title,
    attack: info.attack,
    canFire: living.has(info.id) && !isStaged(info),
    proven: (of.recent?.get(info.id)?.recent ?? 0) > 0,
    answered: answeredBy(info, of.playbooks),
  }));
}

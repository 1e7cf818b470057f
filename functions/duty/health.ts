/** What the table knows of sources and breakers → the counts that alarms and the coverage dashboard look at. */
import { arrivalsOf, SOURCE_ARRIVALS_PK } from '../core/source-arrivals.ts';
import {
  type Freshness,
  type Readers,
  type ReadyRules,
  readyRules,
  type Silence,
  silentSources,
} from '../core/source-freshness.ts';
import type { Clock } from '../ports/clock.ts';
import type { Meter } from '../ports/meter.ts';
import { type OpenBreaker, openBreakers } from '../ports/open-breakers.ts';
import type { Table } from '../ports/table.ts';

export interface HealthPorts {
  table: Table;
  clock: Clock;
  meter: Meter;
}

export interface HealthContent {
  freshness: Freshness;
  readers: readonly Readers[];
}

export interface Health extends ReadyRules {
  silent: readonly Silence[];
  open: readonly OpenBreaker[];
  /** What a repetition would not mend: the handler logs it, so that the log names the source. */
  problems: readonly { what: string }[];
}

export async function tellHealth({ table, clock, meter }: HealthPorts, { freshness, readers }: HealthContent): Promise<Health> {
  const nowMs = clock.nowMs();
  const arrivals = arrivalsOf(await table.query(SOURCE_ARRIVALS_PK));
  const silent = silentSources(arrivals, freshness, nowMs);
  const open = await openBreakers(table, nowMs);
  const spoke = new Set(arrivals.map(({ source }) => source));
  const ready = readyRules(readers, spoke, new Set(silent.map(({ source }) => source)));
  meter.count({
    SilentSourceCount: silent.length,
    OpenBreakerCount: open.length,
    ReadyRuleCount: ready.ready,
    StaleSourceRuleCount: ready.staleSource,
    NoSourceRuleCount: ready.noSource,
  });
  const problems = [
    ...silent.map(({ source, silentMs }) => ({
      what: `source ${source} is silent for ${Math.floor(silentMs / 60_000)} minutes`,
    })),
    ...open.map((breaker) => ({ what: `circuit breaker ${breaker} is open` })),
  ];
  return { ...ready, silent, open, problems };
}

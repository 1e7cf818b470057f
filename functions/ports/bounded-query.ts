/** An engine's Query port → the one that stages and people get: each scan of the lake has a first day, and the engine is told the days. */
import { LAKE_NAMES } from '../core/lake/names.ts';
import { boundedSql } from '../core/sql/bounded.ts';
import type { ParseSql } from '../core/sql/parse.ts';
import type { Clock } from './clock.ts';
import type { Query } from './query.ts';

export interface BoundedQueryOptions {
  parse: ParseSql;
  clock: Clock;
}

/** Both composition roots put it before their engine, so that nothing asks the lake past it. */
export const boundedQuery = (engine: Query, { parse, clock }: BoundedQueryOptions): Query => ({
  run: async (sql, options = {}) => {
    const { parameters = [], unbounded = false } = options;
    const bounded = await boundedSql(sql, { parse, names: LAKE_NAMES, nowMs: clock.nowMs(), parameters, unbounded });
    return await engine.run(bounded.sql, options);
  },
});

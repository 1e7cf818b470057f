/** Trino's aggregate and window functions, as DuckDB says them. */
import type { AggregateForm, AggregateSpec, AggregateTable, Call } from './function-spec.ts';
import { arrayOf, BIGINT, BOOLEAN, DOUBLE, type SqlType, VARCHAR } from './sql-type.ts';
import type { Typed } from './typed.ts';

const at = (call: Call, index: number): Typed => call.args[index] ?? call.refuse(`${call.name}() has no argument ${index + 1}`);
const texts = (call: Call): string[] => call.args.map(({ sql }) => sql);
const cast = (type: string) => (sql: string) => `CAST(${sql} AS ${type})`;

const fixed = (takes: string, fn: string, type: SqlType, wrap?: (sql: string) => string): AggregateSpec => ({
  takes,
  build: (call) => ({ fn, args: texts(call), type, ...(wrap && { wrap }) }),
});

/** The type of the first argument back; with a second, `max(x, n)`, an array of it. */
const same = (takes: string, fn: string): AggregateSpec => ({
  takes,
  build: (call) => ({ fn, args: texts(call), type: call.args.length > 1 ? arrayOf(at(call, 0).type) : at(call, 0).type }),
});

const sum: AggregateSpec = {
  takes: 'n',
  build: (call): AggregateForm => {
    const { type } = at(call, 0);
    if (type.kind === 'double') return { fn: 'sum', args: texts(call), type: DOUBLE };
    if (type.kind === 'decimal')
      return { fn: 'sum', args: texts(call), type: { kind: 'decimal', precision: 38, scale: type.scale } };
    return { fn: 'sum', args: texts(call), type: BIGINT, wrap: cast('BIGINT') };
  },
};

const avg: AggregateSpec = {
  takes: 'n',
  build: (call) =>
    at(call, 0).type.kind === 'decimal'
      ? call.refuse('avg() of a decimal is not translated', 'CAST(x AS double).')
      : { fn: 'avg', args: texts(call), type: DOUBLE },
};

/** `min_by(x, y)` is x of the row with the least y, even where that x is NULL. */
const by = (fn: string): AggregateSpec => ({
  takes: 'xxi?',
  build: (call) =>
    call.args.length > 2
      ? { fn, args: texts(call), type: arrayOf(at(call, 0).type) }
      : { fn: `${fn}_null`, args: texts(call), type: at(call, 0).type },
});

/** Where a share falls between two values Trino's digest takes the upper one, `quantile_disc` the lower. */
const shareAbove = ({ sql, type }: Typed): string =>
  type.kind === 'array' ? `list_transform(${sql}, s -> least(s + 1e-12, 1))` : `least(${sql} + 1e-12, 1)`;

const percentile: AggregateSpec = {
  takes: 'nx',
  build: (call) => {
    const [value, share] = [at(call, 0), at(call, 1)];
    const type = share.type.kind === 'array' ? arrayOf(value.type) : value.type;
    return { fn: 'quantile_disc', args: [value.sql, shareAbove(share)], type };
  },
};

const listed: AggregateSpec = {
  takes: 'x',
  build: (call) => ({ fn: 'list', args: texts(call), type: arrayOf(at(call, 0).type) }),
};

const histogram: AggregateSpec = {
  takes: 'x',
  build: (call) => {
    const { type } = at(call, 0);
    const key =
      type.kind === 'integer' || type.kind === 'bigint' || type.kind === 'varchar' || type.kind === 'boolean' ? type : undefined;
    if (key === undefined) return call.refuse(`histogram() of ${type.kind} is not translated`);
    return {
      fn: 'histogram',
      args: texts(call),
      type: { kind: 'map', key, value: BIGINT },
      wrap: cast(`MAP(${key.kind}, BIGINT)`),
    };
  },
};

const mapAgg: AggregateSpec = {
  takes: 'xx',
  build: (call) => ({
    fn: 'list',
    args: [`{'key': ${at(call, 0).sql}, 'value': ${at(call, 1).sql}}`],
    type: { kind: 'map', key: at(call, 0).type, value: at(call, 1).type },
    wrap: (sql) => `map_from_entries(${sql})`,
  }),
};

export const AGGREGATES: AggregateTable = {
  count: { takes: 'x?', build: (call) => ({ fn: 'count', args: call.args.length === 0 ? ['*'] : texts(call), type: BIGINT }) },
  // DuckDB counts to NULL where it has seen nothing but NULL.
  count_if: fixed('b', 'count_if', BIGINT, (sql) => `CAST(coalesce(${sql}, 0) AS BIGINT)`),
  sum,
  avg,
  min: same('xi?', 'min'),
  max: same('xi?', 'max'),
  min_by: by('arg_min'),
  max_by: by('arg_max'),
  arbitrary: same('x', 'any_value'),
  any_value: same('x', 'any_value'),
  bool_and: fixed('b', 'bool_and', BOOLEAN),
  bool_or: fixed('b', 'bool_or', BOOLEAN),
  every: fixed('b', 'bool_and', BOOLEAN),
  // Approximate on Athena (2.3 % by default); the embedded engine counts exactly.
  approx_distinct: { takes: 'xn?', build: (call) => ({ fn: 'count', args: [`DISTINCT ${at(call, 0).sql}`], type: BIGINT }) },
  approx_percentile: percentile,
  array_agg: listed,
  map_agg: mapAgg,
  histogram,
  stddev: fixed('n', 'stddev_samp', DOUBLE),
  stddev_samp: fixed('n', 'stddev_samp', DOUBLE),
  stddev_pop: fixed('n', 'stddev_pop', DOUBLE),
  variance: fixed('n', 'var_samp', DOUBLE),
  var_samp: fixed('n', 'var_samp', DOUBLE),
  var_pop: fixed('n', 'var_pop', DOUBLE),
  corr: fixed('nn', 'corr', DOUBLE),
  covar_pop: fixed('nn', 'covar_pop', DOUBLE),
  covar_samp: fixed('nn', 'covar_samp', DOUBLE),
  regr_slope: fixed('nn', 'regr_slope', DOUBLE),
  regr_intercept: fixed('nn', 'regr_intercept', DOUBLE),
  geometric_mean: fixed('n', 'geometric_mean', DOUBLE),
  bitwise_or_agg: fixed('i', 'bit_or', BIGINT, cast('BIGINT')),
  bitwise_and_agg: fixed('i', 'bit_and', BIGINT, cast('BIGINT')),
  /** Reached through LISTAGG's own grammar. */
  listagg: { takes: 'tt', build: (call) => ({ fn: 'string_agg', args: texts(call), type: VARCHAR }) },
};

/** Functions that stand only before OVER. */
export const WINDOWS: AggregateTable = {
  row_number: fixed('', 'row_number', BIGINT),
  rank: fixed('', 'rank', BIGINT),
  dense_rank: fixed('', 'dense_rank', BIGINT),
  percent_rank: fixed('', 'percent_rank', DOUBLE),
  cume_dist: fixed('', 'cume_dist', DOUBLE),
  ntile: fixed('i', 'ntile', BIGINT),
  lag: { takes: 'xi?x?', build: (call) => ({ fn: 'lag', args: texts(call), type: at(call, 0).type }) },
  lead: { takes: 'xi?x?', build: (call) => ({ fn: 'lead', args: texts(call), type: at(call, 0).type }) },
  first_value: { takes: 'x', build: (call) => ({ fn: 'first_value', args: texts(call), type: at(call, 0).type }) },
  last_value: { takes: 'x', build: (call) => ({ fn: 'last_value', args: texts(call), type: at(call, 0).type }) },
  nth_value: { takes: 'xi', build: (call) => ({ fn: 'nth_value', args: texts(call), type: at(call, 0).type }) },
};

/** Trino's functions over arrays and maps, as DuckDB says them, with Trino's three-valued answers about NULL elements. */
import type { Call, ScalarSpec, ScalarTable } from './function-spec.ts';
import { arrayOf, BIGINT, BOOLEAN, NULL, type SqlType, unify, VARCHAR } from './sql-type.ts';
import { simple } from './text-functions.ts';
import { fill, type Typed, typed } from './typed.ts';

const at = (call: Call, index: number): Typed => call.args[index] ?? call.refuse(`${call.name}() has no argument ${index + 1}`);

function elementOf(call: Call, index = 0): SqlType {
  const { type } = at(call, index);
  if (type.kind === 'null') return NULL;
  return type.kind === 'array' ? type.element : call.refuse(`${call.name}() takes an array`);
}

function mapOf(call: Call, index = 0): { key: SqlType; value: SqlType } {
  const { type } = at(call, index);
  return type.kind === 'map' ? type : call.refuse(`${call.name}() takes a map`);
}

/** The same array type back. */
const same = (takes: string, template: string): ScalarSpec => ({
  takes,
  build: (call) =>
    typed(
      fill(
        template,
        call.args.map(({ sql }) => sql),
      ),
      arrayOf(elementOf(call)),
    ),
});

/** Searches that compare an element: refuses a value that Trino could not compare. */
const search = (template: string, type: SqlType): ScalarSpec => ({
  takes: 'ax',
  build: (call) => {
    comparable(call, elementOf(call), at(call, 1).type);
    return typed(
      fill(
        template,
        call.args.map(({ sql }) => sql),
      ),
      type,
    );
  },
});

function comparable(call: Call, a: SqlType, b: SqlType): void {
  if (unify(a, b) === undefined)
    call.refuse(`${call.name}() compares ${a.kind} with ${b.kind}`, 'CAST one to the type of the other.');
}

/** any/all/none: true where decided, NULL where only a NULL stands against it. */
function matcher(decides: boolean, decided: boolean): ScalarSpec {
  return {
    takes: 'af',
    build: (call) => {
      const { params, body } = call.lambda(1, elementOf(call));
      const list = at(call, 0).sql;
      const found = (test: string) => `len(list_filter(${list}, lambda ${params[0]}: ${test})) > 0`;
      const hit = decides ? `(${body.sql})` : `NOT (${body.sql})`;
      const sql = `CASE WHEN ${list} IS NULL THEN NULL WHEN ${found(hit)} THEN ${decided} WHEN ${found(`(${body.sql}) IS NULL`)} THEN NULL ELSE ${!decided} END`;
      return typed(sql, BOOLEAN);
    },
  };
}

/** Entries of a map, each `e`, turned into a map again. */
function overEntries(
  call: Call,
  template: string,
  bodyType: (body: Typed, map: { key: SqlType; value: SqlType }) => SqlType,
): Typed {
  const map = mapOf(call);
  const { params, body } = call.lambda(1, map.key, map.value);
  const list = `map_entries(${at(call, 0).sql})`;
  const inner = substituteParams(body.sql, params, ['"trino_e".key', '"trino_e".value']);
  return typed(fill(template, [list, inner]), bodyType(body, map));
}

/** Lambda parameters have unique names that no other text holds. */
const substituteParams = (sql: string, params: readonly string[], by: readonly string[]): string =>
  params.reduce((text, name, index) => text.replaceAll(name, by[index] ?? name), sql);

const elementAt: ScalarSpec = {
  takes: 'xx',
  build: (call) => {
    const [value, key] = [at(call, 0), at(call, 1)];
    if (value.type.kind === 'map') {
      comparable(call, value.type.key, key.type);
      return typed(`(${value.sql})[${key.sql}]`, value.type.value);
    }
    if (value.type.kind !== 'array') return call.refuse('element_at() takes an array or a map');
    if (key.literal === 0) return call.refuse('element_at() of an array counts from 1, or from -1 backwards');
    return typed(`(${value.sql})[${key.sql}]`, value.type.element);
  },
};

const cardinality: ScalarSpec = {
  takes: 'x',
  build: (call) => {
    const value = at(call, 0);
    if (value.type.kind === 'array') return typed(`CAST(len(${value.sql}) AS BIGINT)`, BIGINT);
    return value.type.kind === 'map'
      ? typed(`CAST(cardinality(${value.sql}) AS BIGINT)`, BIGINT)
      : call.refuse('cardinality() takes an array or a map', 'Use length() for varchar.');
  },
};

const contains: ScalarSpec = {
  takes: 'xx',
  build: (call) => {
    const [first, second] = [at(call, 0), at(call, 1)];
    if (second.type.kind === 'ipaddress') return typed(`trino_cidr_contains(${first.sql}, ${second.sql})`, BOOLEAN);
    comparable(call, elementOf(call), second.type);
    return typed(`trino_contains(${first.sql}, ${second.sql})`, BOOLEAN);
  },
};

const reduce: ScalarSpec = {
  takes: 'axff',
  build: (call) => {
    const [element, start] = [elementOf(call), at(call, 1)];
    const step = call.lambda(2, start.type, element);
    const state = unify(start.type, step.body.type) ?? call.refuse('the state of reduce() changes its type');
    const end = call.lambda(3, state);
    const sql = `list_reduce(${at(call, 0).sql}, lambda ${step.params.join(', ')}: ${step.body.sql}, ${start.sql})`;
    return typed(substituteParams(end.body.sql, end.params, [`(${sql})`]), end.body.type);
  },
};

const slice: ScalarSpec = {
  takes: 'aii',
  build: (call) => {
    const [list, start, length] = [at(call, 0), at(call, 1), at(call, 2)];
    if (start.literal === 0) return call.refuse('slice() counts from 1, or from -1 backwards');
    const from = `CASE WHEN ${start.sql} < 0 THEN len(${list.sql}) + ${start.sql} + 1 ELSE ${start.sql} END`;
    return typed(
      `CASE WHEN ${from} < 1 THEN list_slice(${list.sql}, 1, 0) ELSE list_slice(${list.sql}, ${from}, ${from} + ${length.sql} - 1) END`,
      list.type,
    );
  },
};

const flatten: ScalarSpec = {
  takes: 'a',
  build: (call) => {
    const element = elementOf(call);
    if (element.kind !== 'array') return call.refuse('flatten() takes an array of arrays');
    return typed(`flatten(${at(call, 0).sql})`, element);
  },
};

export const ARRAY_FUNCTIONS: ScalarTable = {
  cardinality,
  contains,
  element_at: elementAt,
  any_match: matcher(true, true),
  all_match: matcher(false, false),
  none_match: matcher(true, false),
  transform: {
    takes: 'af',
    build: (call) => {
      const { params, body } = call.lambda(1, elementOf(call));
      return typed(`list_transform(${at(call, 0).sql}, lambda ${params[0]}: ${body.sql})`, arrayOf(body.type));
    },
  },
  filter: {
    takes: 'af',
    build: (call) => {
      const { params, body } = call.lambda(1, elementOf(call));
      return typed(`list_filter(${at(call, 0).sql}, lambda ${params[0]}: ${body.sql})`, arrayOf(elementOf(call)));
    },
  },
  reduce,
  slice,
  flatten,
  array_distinct: same('a', 'list_distinct({0})'),
  array_sort: {
    takes: 'af?',
    build: (call) =>
      call.args.length > 1
        ? call.refuse('array_sort() with a comparator is not translated')
        : typed(`list_sort(${at(call, 0).sql}, 'ASC', 'NULLS LAST')`, arrayOf(elementOf(call))),
  },
  array_max: { takes: 'a', build: (call) => typed(`trino_array_max(${at(call, 0).sql})`, elementOf(call)) },
  array_min: { takes: 'a', build: (call) => typed(`trino_array_min(${at(call, 0).sql})`, elementOf(call)) },
  array_first: { takes: 'a', build: (call) => typed(`(${at(call, 0).sql})[1]`, elementOf(call)) },
  array_last: { takes: 'a', build: (call) => typed(`(${at(call, 0).sql})[-1]`, elementOf(call)) },
  array_position: search('trino_position({0}, {1})', BIGINT),
  array_remove: same('ax', 'CASE WHEN {1} IS NULL THEN NULL ELSE list_filter({0}, lambda trino_x: trino_x <> {1}) END'),
  array_intersect: same('aa', 'list_distinct(list_intersect({0}, {1}))'),
  array_union: same('aa', 'list_distinct({0} || {1})'),
  array_except: same('aa', 'list_distinct(list_filter({0}, lambda trino_x: NOT list_contains({1}, trino_x)))'),
  arrays_overlap: simple('aa', 'trino_overlap({0}, {1})', BOOLEAN),
  array_join: {
    takes: 'att?',
    build: (call) => {
      const [list, separator, instead] = call.args;
      const element = elementOf(call);
      if (!['varchar', 'integer', 'bigint', 'boolean', 'ipaddress', 'null'].includes(element.kind))
        return call.refuse(`array_join() of ${element.kind} is not translated`, 'transform() the elements to varchar.');
      const texts = `CAST(${list?.sql} AS VARCHAR[])`;
      const filled =
        instead === undefined ? texts : `list_transform(${texts}, lambda trino_x: coalesce(trino_x, ${instead.sql}))`;
      return typed(`array_to_string(${filled}, ${separator?.sql})`, VARCHAR);
    },
  },
  sequence: {
    takes: 'iii?',
    build: (call) => {
      const [from, to, step] = call.args.map(({ sql }) => sql);
      const by = step ?? `CASE WHEN ${from} <= ${to} THEN 1 ELSE -1 END`;
      return typed(`generate_series(CAST(${from} AS BIGINT), CAST(${to} AS BIGINT), ${by})`, arrayOf(BIGINT));
    },
  },
  repeat: {
    takes: 'xi',
    build: (call) =>
      typed(
        `list_transform(range(CAST(${at(call, 1).sql} AS BIGINT)), lambda trino_x: ${at(call, 0).sql})`,
        arrayOf(at(call, 0).type),
      ),
  },
  zip: {
    takes: 'aa',
    build: (call) =>
      typed(
        `list_zip(${at(call, 0).sql}, ${at(call, 1).sql})`,
        arrayOf({
          kind: 'row',
          fields: [
            { name: undefined, type: elementOf(call, 0) },
            { name: undefined, type: elementOf(call, 1) },
          ],
        }),
      ),
  },

  map: {
    takes: 'a?a?',
    build: (call) =>
      call.args.length === 0
        ? typed('MAP {}', { kind: 'map', key: NULL, value: NULL })
        : typed(`map(${at(call, 0).sql}, ${at(call, 1).sql})`, {
            kind: 'map',
            key: elementOf(call, 0),
            value: elementOf(call, 1),
          }),
  },
  map_keys: { takes: 'm', build: (call) => typed(`map_keys(${at(call, 0).sql})`, arrayOf(mapOf(call).key)) },
  map_values: { takes: 'm', build: (call) => typed(`map_values(${at(call, 0).sql})`, arrayOf(mapOf(call).value)) },
  map_entries: {
    takes: 'm',
    build: (call) =>
      typed(
        `map_entries(${at(call, 0).sql})`,
        arrayOf({
          kind: 'row',
          fields: [
            { name: undefined, type: mapOf(call).key },
            { name: undefined, type: mapOf(call).value },
          ],
        }),
      ),
  },
  map_concat: {
    takes: 'mm*',
    build: (call) => typed(`map_concat(${call.args.map(({ sql }) => sql).join(', ')})`, at(call, 0).type),
  },
  map_filter: {
    takes: 'mf',
    build: (call) =>
      overEntries(call, 'map_from_entries(list_filter({0}, lambda "trino_e": {1}))', (_, map) => ({ kind: 'map', ...map })),
  },
  transform_values: {
    takes: 'mf',
    build: (call) =>
      overEntries(
        call,
        'map_from_entries(list_transform({0}, lambda "trino_e": {\'key\': "trino_e".key, \'value\': {1}}))',
        (body, map) => ({ kind: 'map', key: map.key, value: body.type }),
      ),
  },
};

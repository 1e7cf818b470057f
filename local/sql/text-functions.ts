/** Trino's functions over text, regular expressions, JSON, URLs and bytes, as DuckDB says them. */
import type { Call, ScalarSpec, ScalarTable } from './function-spec.ts';
import { jsonPath } from './json-path.ts';
import { pattern, replacement } from './pattern.ts';
import { arrayOf, BIGINT, BOOLEAN, JSON_TYPE, type SqlType, VARBINARY, VARCHAR } from './sql-type.ts';
import { fill, type Typed, typed } from './typed.ts';

export const simple = (takes: string, template: string, type: SqlType): ScalarSpec => ({
  takes,
  build: ({ args }) =>
    typed(
      fill(
        template,
        args.map(({ sql }) => sql),
      ),
      type,
    ),
});

/** One template for each number of arguments. */
export const byCount = (takes: string, type: SqlType, templates: Readonly<Record<number, string>>): ScalarSpec => ({
  takes,
  build: (call) => {
    const template = templates[call.args.length];
    if (template === undefined) return call.refuse(`${call.name}() does not take ${call.args.length} arguments here`);
    return typed(
      fill(
        template,
        call.args.map(({ sql }) => sql),
      ),
      type,
    );
  },
});

const at = (call: Call, index: number): Typed => call.args[index] ?? call.refuse(`${call.name}() has no argument ${index + 1}`);

const regex = (takes: string, template: string, type: SqlType): ScalarSpec => ({
  takes,
  build: (call) => {
    const parts = call.args.map(({ sql }) => sql);
    parts[1] = pattern(call, at(call, 1));
    if (parts[2] === undefined) parts[2] = '0';
    return typed(fill(template, parts), type);
  },
});

const json = (template: string, type: SqlType): ScalarSpec => ({
  takes: 'xt',
  build: (call) => {
    const [value, path] = [at(call, 0), at(call, 1)];
    if (value.type.kind !== 'varchar' && value.type.kind !== 'json') return call.refuse(`${call.name}() takes varchar or json`);
    return typed(fill(template, [`CAST(${value.sql} AS VARCHAR)`, jsonPath(call, path)]), type);
  },
});

const concat: ScalarSpec = {
  takes: 'xx*',
  build: (call) => {
    const first = at(call, 0);
    const arrays = call.args.filter(({ type }) => type.kind === 'array');
    if (arrays.length === 0) {
      const wrong = call.args.find(({ type }) => !['varchar', 'varbinary', 'null'].includes(type.kind));
      if (wrong !== undefined) return call.refuse(`concat() takes varchar, not ${wrong.type.kind}`, 'CAST(x AS varchar).');
      return typed(`(${call.args.map(({ sql }) => sql).join(' || ')})`, first.type.kind === 'varbinary' ? VARBINARY : VARCHAR);
    }
    const lists = call.args.map(({ sql, type }) => (type.kind === 'array' ? sql : `[${sql}]`));
    return typed(`(${lists.join(' || ')})`, arrays[0]?.type ?? VARCHAR);
  },
};

const splitPart: ScalarSpec = {
  takes: 'tti',
  build: (call) => {
    const literal = at(call, 2).literal;
    if (typeof literal === 'number' && literal < 1) return call.refuse('split_part() counts from 1');
    return typed(
      fill(
        'trino_split_part({0}, {1}, {2})',
        call.args.map(({ sql }) => sql),
      ),
      VARCHAR,
    );
  },
};

const concatWs: ScalarSpec = {
  takes: 'tx*',
  build: (call) => {
    const [separator, ...rest] = call.args;
    const list = rest[0];
    if (list?.type.kind === 'array') return typed(`array_to_string(${list.sql}, ${separator?.sql})`, VARCHAR);
    return typed(`concat_ws(${call.args.map(({ sql }) => sql).join(', ')})`, VARCHAR);
  },
};

const digest = (name: string): ScalarSpec => simple('v', `unhex(${name}({0}))`, VARBINARY);
const url = (group: number): ScalarSpec => simple('t', `trino_url({0}, ${group})`, VARCHAR);

const decodedUrl = (group: number): ScalarSpec => simple('t', `url_decode(trino_url({0}, ${group}))`, VARCHAR);

export const TEXT_FUNCTIONS: ScalarTable = {
  lower: simple('t', 'lower({0})', VARCHAR),
  upper: simple('t', 'upper({0})', VARCHAR),
  length: {
    takes: 'x',
    build: (call) => {
      const value = at(call, 0);
      if (value.type.kind === 'varbinary') return typed(`octet_length(${value.sql})`, BIGINT);
      return value.type.kind === 'varchar'
        ? typed(`length(${value.sql})`, BIGINT)
        : call.refuse('length() takes varchar', 'Use cardinality() for arrays and maps.');
    },
  },
  trim: simple('t', 'trino_trim({0})', VARCHAR),
  ltrim: simple('t', 'trino_ltrim({0})', VARCHAR),
  rtrim: simple('t', 'trino_rtrim({0})', VARCHAR),
  substr: byCount('tii?', VARCHAR, { 2: 'trino_substr({0}, {1})', 3: 'trino_substr_length({0}, {1}, {2})' }),
  substring: byCount('tii?', VARCHAR, { 2: 'trino_substr({0}, {1})', 3: 'trino_substr_length({0}, {1}, {2})' }),
  strpos: simple('tt', 'instr({0}, {1})', BIGINT),
  replace: byCount('ttt?', VARCHAR, { 2: "replace({0}, {1}, '')", 3: 'replace({0}, {1}, {2})' }),
  reverse: {
    takes: 'x',
    build: (call) => {
      const value = at(call, 0);
      if (value.type.kind === 'array') return typed(`list_reverse(${value.sql})`, value.type);
      return value.type.kind === 'varchar'
        ? typed(`reverse(${value.sql})`, VARCHAR)
        : call.refuse('reverse() takes varchar or an array');
    },
  },
  lpad: simple('tit', 'lpad({0}, CAST({1} AS INTEGER), {2})', VARCHAR),
  rpad: simple('tit', 'rpad({0}, CAST({1} AS INTEGER), {2})', VARCHAR),
  split: simple('tt', 'string_split({0}, {1})', arrayOf(VARCHAR)),
  split_part: splitPart,
  starts_with: simple('tt', 'starts_with({0}, {1})', BOOLEAN),
  ends_with: simple('tt', 'ends_with({0}, {1})', BOOLEAN),
  chr: simple('i', 'chr(CAST({0} AS INTEGER))', VARCHAR),
  codepoint: simple('t', 'unicode({0})', { kind: 'integer' }),
  translate: simple('ttt', 'translate({0}, {1}, {2})', VARCHAR),
  levenshtein_distance: simple('tt', 'levenshtein({0}, {1})', BIGINT),
  hamming_distance: simple('tt', 'hamming({0}, {1})', BIGINT),
  concat,
  concat_ws: concatWs,

  regexp_like: regex('tt', 'regexp_matches({0}, {1})', BOOLEAN),
  regexp_extract: regex('tti?', 'trino_regexp_extract({0}, {1}, {2})', VARCHAR),
  regexp_extract_all: regex('tti?', 'regexp_extract_all({0}, {1}, {2})', arrayOf(VARCHAR)),
  regexp_count: regex('tt', 'len(regexp_extract_all({0}, {1}))', BIGINT),
  regexp_split: regex('tt', 'string_split_regex({0}, {1})', arrayOf(VARCHAR)),
  regexp_replace: {
    takes: 'ttx?',
    build: (call) => {
      const to = call.args[2] === undefined ? "''" : replacement(call, call.args[2]);
      return typed(`regexp_replace(${at(call, 0).sql}, ${pattern(call, at(call, 1))}, ${to}, 'g')`, VARCHAR);
    },
  },

  json_extract_scalar: json('trino_json_scalar({0}, {1})', VARCHAR),
  json_extract: json('trino_json_extract({0}, {1})', JSON_TYPE),
  json_size: json(
    "CASE WHEN json_valid({0}) THEN CASE json_type({0}, {1}) WHEN 'ARRAY' THEN CAST(json_array_length({0}, {1}) AS BIGINT) WHEN 'OBJECT' THEN len(json_keys({0}, {1})) ELSE CASE WHEN json_exists({0}, {1}) THEN 0 END END END",
    BIGINT,
  ),
  json_parse: simple('t', 'CAST({0} AS JSON)', JSON_TYPE),
  json_format: simple('j', 'CAST({0} AS VARCHAR)', VARCHAR),
  json_array_length: simple(
    'x',
    "CASE WHEN json_valid(CAST({0} AS VARCHAR)) AND json_type(CAST({0} AS VARCHAR)) = 'ARRAY' THEN CAST(json_array_length(CAST({0} AS VARCHAR)) AS BIGINT) END",
    BIGINT,
  ),
  json_array_contains: {
    takes: 'xx',
    build: (call) => {
      const value = at(call, 1);
      const test = value.type.kind === 'varchar' ? `to_json(${value.sql})` : `CAST(${value.sql} AS JSON)`;
      const text = `CAST(${at(call, 0).sql} AS VARCHAR)`;
      return typed(
        `CASE WHEN json_valid(${text}) AND json_type(${text}) = 'ARRAY' THEN list_contains(CAST(json_extract(${text}, '$[*]') AS VARCHAR[]), CAST(${test} AS VARCHAR)) END`,
        BOOLEAN,
      );
    },
  },
  is_json_scalar: simple('x', "json_type(CAST({0} AS VARCHAR)) NOT IN ('OBJECT', 'ARRAY')", BOOLEAN),

  url_extract_protocol: url(1),
  url_extract_host: url(2),
  url_extract_port: simple('t', "CAST(nullif(trino_url({0}, 3), '') AS BIGINT)", BIGINT),
  url_extract_path: decodedUrl(4),
  url_extract_query: decodedUrl(5),
  url_extract_fragment: decodedUrl(6),

  url_decode: simple('t', 'url_decode({0})', VARCHAR),
  url_encode: simple('t', 'url_encode({0})', VARCHAR),

  to_utf8: simple('t', 'encode({0})', VARBINARY),
  from_utf8: simple('v', 'decode({0})', VARCHAR),
  to_hex: simple('v', 'hex({0})', VARCHAR),
  from_hex: simple('t', 'unhex({0})', VARBINARY),
  to_base64: simple('v', 'to_base64({0})', VARCHAR),
  from_base64: simple('x', 'from_base64({0})', VARBINARY),
  md5: digest('md5'),
  sha1: digest('sha1'),
  sha256: digest('sha256'),
  uuid: simple('', 'uuid()', { kind: 'uuid' }),
};

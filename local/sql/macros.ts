/** The DuckDB macros that translated SQL calls where Trino's function means something else than DuckDB's of that name. */

/** Characters that Java counts as white space, which Trino's `trim` removes. */
const SPACES =
  'chr(32)||chr(9)||chr(10)||chr(11)||chr(12)||chr(13)||chr(28)||chr(29)||chr(30)||chr(31)||chr(5760)||chr(8232)||chr(8233)||chr(8287)||chr(12288)';

/** Made once for each connection. Names begin with `trino_`, which no user SQL can say. */
export const MACROS: readonly string[] = [
  `trino_trim(s) AS trim(s, ${SPACES})`,
  `trino_ltrim(s) AS ltrim(s, ${SPACES})`,
  `trino_rtrim(s) AS rtrim(s, ${SPACES})`,
  `trino_substr(s, n) AS CASE WHEN n = 0 OR n < -length(s) THEN CASE WHEN s IS NULL THEN NULL ELSE '' END ELSE substr(s, n) END`,
  `trino_substr_length(s, n, c) AS CASE WHEN s IS NULL OR n IS NULL OR c IS NULL THEN NULL WHEN n = 0 OR c <= 0 OR n < -length(s) THEN '' ELSE substr(s, n, c) END`,
  `trino_split_part(s, d, n) AS list_extract(string_split(s, d), n)`,
  `trino_regexp_extract(s, p, g) AS CASE WHEN regexp_matches(s, p) THEN regexp_extract(s, p, g) END`,
  `trino_json_scalar(s, p) AS CASE WHEN json_valid(s) THEN CASE WHEN json_type(s, p) IN ('OBJECT', 'ARRAY', 'NULL') THEN NULL ELSE json_extract_string(s, p) END END`,
  `trino_json_extract(s, p) AS CASE WHEN json_valid(s) THEN json_extract(s, p) END`,
  `trino_contains(a, x) AS CASE WHEN list_contains(a, x) THEN true WHEN a IS NULL OR x IS NULL THEN NULL WHEN len(a) > list_count(a) THEN NULL ELSE false END`,
  `trino_position(a, x) AS CASE WHEN a IS NULL OR x IS NULL THEN NULL ELSE coalesce(list_position(a, x), 0) END`,
  `trino_array_max(a) AS CASE WHEN len(a) = list_count(a) THEN list_max(a) END`,
  `trino_array_min(a) AS CASE WHEN len(a) = list_count(a) THEN list_min(a) END`,
  `trino_overlap(a, b) AS CASE WHEN list_has_any(a, b) THEN true WHEN a IS NULL OR b IS NULL THEN NULL WHEN len(a) > list_count(a) OR len(b) > list_count(b) THEN NULL ELSE false END`,
  `trino_decimal_unscaled(x) AS CAST(replace(CAST(x AS VARCHAR), '.', '') AS HUGEINT)`,
  `trino_half_up(n, d) AS (CASE WHEN (n < 0) = (d < 0) THEN 1 ELSE -1 END * ((abs(n) * 2 + abs(d)) // (abs(d) * 2)))`,
  `trino_ln(x) AS CASE WHEN x = 0 THEN CAST('-Infinity' AS DOUBLE) WHEN x < 0 THEN CAST('NaN' AS DOUBLE) ELSE ln(x) END`,
  // java.net.URI: relative references are URIs, parts that are not there are empty, a host with an underscore is none.
  `trino_url(s, g) AS CASE WHEN regexp_matches(s, '[\\x00-\\x20\\x7f<>"{}|\\\\^\`]|%(?:[^0-9A-Fa-f]|.[^0-9A-Fa-f]|.?$)') THEN NULL WHEN regexp_matches(s, '^[A-Za-z][A-Za-z0-9+.-]*:[^/]') THEN CASE g WHEN 1 THEN regexp_extract(s, '^[^:]*') ELSE '' END WHEN g = 2 AND regexp_matches(s, '^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//(?:[^/?#@]*@)?[^/?#:\\[]*_') THEN '' ELSE regexp_extract(s, '^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://(?:[^/?#@]*@)?(\\[[^\\]]*\\]|[^/?#:]*)(?::([0-9]*))?)?([^?#]*)(?:\\?([^#]*))?(?:#(.*))?$', g) END`,
];

/*
title:
  en: How long things took
  ja: 所要時間
about:
  en: >-
    Durations of docs/metrics.md from the rows that cases leave in the lake, as known at the end of the period; mean and percentiles from five cases on, else the points. The window of days must begin before the oldest case that matters.
  ja: >-
    docs/metrics.md の所要時間。期間終了時点で判明している内容で集計。5 件以上で平均と分位数、未満は個別値。
budgetBytes: 50000000000
parameters:
  from_ms: { type: integer, about: { en: 'first moment of the period, epoch ms', ja: 期間の開始（エポックミリ秒） } }
  to_ms: { type: integer, about: { en: 'first moment after the period, epoch ms', ja: 期間の終了（エポックミリ秒、含まない） } }
*/
WITH history AS (
  SELECT metadata.correlation_uid AS case_id, "time" AS at_ms, severity_id, verdict_id, "count" AS alerts,
    CAST(element_at(unmapped, 'case_seq') AS bigint) AS seq,
    element_at(unmapped, 'case_event') AS kind, element_at(unmapped, 'case_actor') AS actor,
    element_at(unmapped, 'case_actor_kind') AS actor_kind, element_at(unmapped, 'case_status') AS status,
    element_at(unmapped, 'case_times') AS times, element_at(unmapped, 'case_data') AS data
  FROM incident_finding
  WHERE eventday BETWEEN :from_day AND :to_day AND "time" < :to_ms AND element_at(unmapped, 'case_seq') IS NOT NULL
), last_known AS (
  SELECT case_id, max_by(severity_id, seq) AS severity_id, max_by(verdict_id, seq) AS verdict_id, max_by(status, seq) AS status,
    max_by(alerts, seq) AS alerts, max_by(times, seq) AS times,
    min_by(actor_kind, seq) FILTER (WHERE kind = 'acknowledged') AS ack_kind,
    min(coalesce(CAST(json_extract_scalar(data, '$.startedAtMs') AS bigint), at_ms))
      FILTER (WHERE kind = 'response' AND json_extract_scalar(data, '$.outcome') IN ('done', 'failed', 'undone')) AS first_action_ms,
    min(at_ms) FILTER (WHERE kind IN ('verdict_set', 'closed')) AS disposed_ms,
    count_if(actor_kind = 'human') AS human_events, count_if(kind = 'escalated') AS escalations
  FROM history
  GROUP BY case_id
), cases AS (
  SELECT case_id, severity_id, verdict_id, alerts, ack_kind, first_action_ms, disposed_ms, human_events, escalations,
    CAST(json_extract_scalar(times, '$.occurMs') AS bigint) AS occur_ms,
    CAST(json_extract_scalar(times, '$.compromiseMs') AS bigint) AS compromise_ms,
    CAST(json_extract_scalar(times, '$.detectMs') AS bigint) AS detect_ms,
    CAST(json_extract_scalar(times, '$.surfaceMs') AS bigint) AS surface_ms,
    CAST(json_extract_scalar(times, '$.ackMs') AS bigint) AS ack_ms,
    CAST(json_extract_scalar(times, '$.verdictMs') AS bigint) AS verdict_ms,
    CAST(json_extract_scalar(times, '$.containMs') AS bigint) AS contain_ms,
    CAST(json_extract_scalar(times, '$.resolveMs') AS bigint) AS resolve_ms,
    CAST(json_extract_scalar(times, '$.closeMs') AS bigint) AS close_ms
  FROM last_known
  WHERE status NOT IN ('merged', 'dissolved')
), holds AS (
  SELECT case_id, at_ms AS hold_from_ms, next_ms AS hold_to_ms
  FROM (
    SELECT case_id, kind, at_ms, lead(at_ms) OVER (PARTITION BY case_id ORDER BY seq) AS next_ms
    FROM history
    WHERE kind IN ('paused', 'resumed', 'closed')
  ) AS marks
  WHERE kind = 'paused'
), spans AS (
  SELECT 'mttd' AS id, case_id, severity_id, occur_ms AS start_ms, detect_ms AS end_ms, verdict_ms AS counts_at_ms, false AS is_ours FROM cases WHERE verdict_id = 2
  UNION ALL SELECT 'mtta', case_id, severity_id, surface_ms, ack_ms, ack_ms, true FROM cases
  UNION ALL SELECT concat('mtta_', ack_kind), case_id, severity_id, surface_ms, ack_ms, ack_ms, true FROM cases WHERE ack_kind IS NOT NULL
  UNION ALL SELECT 'mtti', case_id, severity_id, ack_ms, verdict_ms, verdict_ms, true FROM cases
  UNION ALL SELECT 'mttc', case_id, severity_id, detect_ms, contain_ms, contain_ms, true FROM cases WHERE verdict_id = 2
  UNION ALL SELECT 'mttrespond', case_id, severity_id, detect_ms, coalesce(contain_ms, first_action_ms), coalesce(contain_ms, first_action_ms), true FROM cases WHERE verdict_id = 2
  UNION ALL SELECT 'first_action', case_id, severity_id, detect_ms, first_action_ms, first_action_ms, true FROM cases WHERE verdict_id = 2
  UNION ALL SELECT 'mttresolve', case_id, severity_id, detect_ms, resolve_ms, resolve_ms, true FROM cases WHERE verdict_id = 2
  UNION ALL SELECT 'dwell_detection', case_id, severity_id, compromise_ms, detect_ms, verdict_ms, false FROM cases WHERE verdict_id = 2
  UNION ALL SELECT 'dwell_eviction', case_id, severity_id, compromise_ms, contain_ms, contain_ms, false FROM cases WHERE verdict_id = 2
  UNION ALL SELECT 'backlog_age', case_id, severity_id, surface_ms, CAST(:to_ms AS bigint), CAST(:to_ms AS bigint) - 1, false FROM cases WHERE resolve_ms IS NULL AND close_ms IS NULL
), counted AS (
  SELECT id, case_id, severity_id, start_ms, end_ms, is_ours
  FROM spans
  WHERE start_ms IS NOT NULL AND end_ms >= start_ms AND counts_at_ms >= :from_ms AND counts_at_ms < :to_ms
), samples AS (
  SELECT c.id, c.case_id, c.severity_id, c.end_ms - c.start_ms AS whole_ms,
    coalesce(sum(CASE WHEN c.is_ours THEN greatest(0, least(c.end_ms, coalesce(h.hold_to_ms, c.end_ms)) - greatest(c.start_ms, h.hold_from_ms)) ELSE 0 END), 0) AS paused_ms
  FROM counted c
  LEFT JOIN holds h ON h.case_id = c.case_id
  GROUP BY c.id, c.case_id, c.severity_id, c.start_ms, c.end_ms
), labelled AS (
  SELECT id, 'all' AS severity, greatest(0, whole_ms - paused_ms) AS ms, paused_ms, case_id FROM samples
  UNION ALL
  SELECT id, CASE severity_id WHEN 1 THEN 'informational' WHEN 2 THEN 'low' WHEN 3 THEN 'medium' WHEN 4 THEN 'high' ELSE 'critical' END, greatest(0, whole_ms - paused_ms), paused_ms, case_id FROM samples
), ranked AS (
  SELECT id, severity, ms, paused_ms, row_number() OVER (PARTITION BY id, severity ORDER BY ms, case_id) AS place,
    count(*) OVER (PARTITION BY id, severity) AS n
  FROM labelled
)
SELECT id, severity, max(n) AS n,
  CASE WHEN max(n) >= 5 THEN avg(CAST(ms AS double)) END AS mean_ms,
  CASE WHEN max(n) >= 5 THEN min(ms) FILTER (WHERE place >= 0.5 * n) END AS p50_ms,
  CASE WHEN max(n) >= 5 THEN min(ms) FILTER (WHERE place >= 0.9 * n) END AS p90_ms,
  CASE WHEN max(n) >= 5 THEN min(ms) FILTER (WHERE place >= 0.95 * n) END AS p95_ms,
  CASE WHEN max(n) < 5 THEN array_sort(array_agg(ms)) END AS points_ms,
  sum(paused_ms) AS paused_ms
FROM ranked
GROUP BY id, severity
ORDER BY id, severity

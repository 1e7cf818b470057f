/*
title:
  en: Shares, with the interval in which they lie
  ja: 割合と信頼区間
about:
  en: >-
    Precision, share of false positives among what was judged (a false discovery rate), escalation, automation, resolution, attended alerts, SLA by clock; with the 95 % Wilson interval.
  ja: >-
    精度、判定済みに占める誤検知の割合（FDR）、エスカレーション、自動化、解決、24 時間以内の対応。95 % Wilson 区間付き。
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
    element_at(unmapped, 'case_times') AS times, element_at(unmapped, 'case_clocks') AS clocks,
    element_at(unmapped, 'case_data') AS data
  FROM incident_finding
  WHERE eventday BETWEEN :from_day AND :to_day AND "time" < :to_ms AND element_at(unmapped, 'case_seq') IS NOT NULL
), last_known AS (
  SELECT case_id, max_by(severity_id, seq) AS severity_id, max_by(verdict_id, seq) AS verdict_id, max_by(status, seq) AS status,
    max_by(alerts, seq) AS alerts, max_by(times, seq) AS times, max_by(clocks, seq) AS clocks,
    min_by(actor_kind, seq) FILTER (WHERE kind = 'acknowledged') AS ack_kind,
    min(coalesce(CAST(json_extract_scalar(data, '$.startedAtMs') AS bigint), at_ms))
      FILTER (WHERE kind = 'response' AND json_extract_scalar(data, '$.outcome') IN ('done', 'failed', 'undone')) AS first_action_ms,
    min(at_ms) FILTER (WHERE kind IN ('verdict_set', 'closed')) AS disposed_ms,
    count_if(actor_kind = 'human') AS human_events, count_if(kind = 'escalated') AS escalations
  FROM history
  GROUP BY case_id
), cases AS (
  SELECT case_id, severity_id, verdict_id, alerts, ack_kind, first_action_ms, disposed_ms, human_events, escalations, clocks,
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
), labelled AS (
  SELECT 'all' AS severity, c.* FROM cases c
  UNION ALL
  SELECT CASE c.severity_id WHEN 1 THEN 'informational' WHEN 2 THEN 'low' WHEN 3 THEN 'medium' WHEN 4 THEN 'high' ELSE 'critical' END, c.* FROM cases c
), clocks AS (
  SELECT 'acknowledge' AS clock, severity, CAST(json_extract_scalar(clocks, '$.acknowledge.overMs') AS bigint) AS over_ms,
    CAST(json_extract_scalar(clocks, '$.acknowledge.metMs') AS bigint) AS met_ms, json_extract_scalar(clocks, '$.acknowledge.isCancelled') = 'true' AS is_cancelled FROM labelled
  UNION ALL SELECT 'escalate' AS clock, severity, CAST(json_extract_scalar(clocks, '$.escalate.overMs') AS bigint) AS over_ms,
    CAST(json_extract_scalar(clocks, '$.escalate.metMs') AS bigint) AS met_ms, json_extract_scalar(clocks, '$.escalate.isCancelled') = 'true' AS is_cancelled FROM labelled
  UNION ALL SELECT 'contain' AS clock, severity, CAST(json_extract_scalar(clocks, '$.contain.overMs') AS bigint) AS over_ms,
    CAST(json_extract_scalar(clocks, '$.contain.metMs') AS bigint) AS met_ms, json_extract_scalar(clocks, '$.contain.isCancelled') = 'true' AS is_cancelled FROM labelled
  UNION ALL SELECT 'resolve' AS clock, severity, CAST(json_extract_scalar(clocks, '$.resolve.overMs') AS bigint) AS over_ms,
    CAST(json_extract_scalar(clocks, '$.resolve.metMs') AS bigint) AS met_ms, json_extract_scalar(clocks, '$.resolve.isCancelled') = 'true' AS is_cancelled FROM labelled
), judged_clocks AS (
  SELECT clock, severity, over_ms, met_ms, coalesce(NOT is_cancelled AND coalesce(met_ms, CAST(:to_ms AS bigint)) > over_ms, false) AS is_missed
  FROM clocks
), due_clocks AS (
  SELECT clock, severity, is_missed
  FROM judged_clocks
  WHERE (is_missed AND over_ms >= :from_ms AND over_ms < :to_ms)
    OR (NOT is_missed AND met_ms >= :from_ms AND met_ms < :to_ms)
), flags AS (
  SELECT severity, verdict_id, alerts, escalations, human_events,
    coalesce(verdict_ms >= :from_ms AND verdict_ms < :to_ms, false) AS is_judged,
    coalesce(surface_ms >= :from_ms AND surface_ms < :to_ms, false) AS is_surfaced,
    coalesce(resolve_ms >= :from_ms AND resolve_ms < :to_ms, false) AS is_resolved,
    coalesce(close_ms >= :from_ms AND close_ms < :to_ms, false) AS is_closed,
    coalesce(disposed_ms - surface_ms <= 86400000, false) AS is_attended,
    coalesce(surface_ms + 86400000 < :to_ms, false) AS is_day_over
  FROM labelled
), tallies AS (
  SELECT severity,
    count_if(is_judged) AS judged,
    count_if(is_judged AND verdict_id = 2) AS tp,
    count_if(is_judged AND verdict_id = 5) AS btp,
    count_if(is_judged AND verdict_id = 1) AS fp,
    count_if(is_judged AND verdict_id = 7) AS undetermined,
    count_if(is_judged AND escalations > 0) AS escalated,
    count_if(is_resolved) AS resolved, count_if(is_surfaced) AS surfaced,
    count_if(is_closed) AS closed, count_if(is_closed AND human_events = 0) AS untouched,
    coalesce(sum(alerts) FILTER (WHERE is_surfaced AND is_attended), 0) AS attended,
    coalesce(sum(alerts) FILTER (WHERE is_surfaced AND (is_attended OR is_day_over)), 0) AS due
  FROM flags
  GROUP BY severity
), shares AS (
  SELECT 'precision' AS id, severity, tp AS hits, tp + fp AS total FROM tallies
  UNION ALL SELECT 'right_detections', severity, tp + btp, judged FROM tallies
  UNION ALL SELECT 'fp_share', severity, fp, tp + btp + fp FROM tallies
  UNION ALL SELECT 'undetermined', severity, undetermined, judged FROM tallies
  UNION ALL SELECT 'escalation', severity, escalated, judged FROM tallies
  UNION ALL SELECT 'resolution', severity, resolved, surfaced FROM tallies
  UNION ALL SELECT 'zero_touch', severity, untouched, closed FROM tallies
  UNION ALL SELECT 'attended', severity, attended, due FROM tallies
  UNION ALL SELECT concat('sla_', clock), severity, count_if(NOT is_missed), count(*) FROM due_clocks GROUP BY clock, severity
), ratios AS (
  SELECT id, severity, hits, total, CAST(hits AS double) / CAST(nullif(total, 0) AS double) AS ratio, CAST(nullif(total, 0) AS double) AS n, 1.959963984540054E0 AS z
  FROM shares
)
SELECT id, severity, hits, total, ratio,
  CASE WHEN hits = 0 AND total > 0 THEN CAST(0 AS double) ELSE (ratio + z * z / (2 * n) - z * sqrt((ratio * (1 - ratio) + z * z / (4 * n)) / n)) / (1 + z * z / n) END AS low,
  CASE WHEN hits = total AND total > 0 THEN CAST(1 AS double) ELSE (ratio + z * z / (2 * n) + z * sqrt((ratio * (1 - ratio) + z * z / (4 * n)) / n)) / (1 + z * z / n) END AS high
FROM ratios
ORDER BY id, severity

/*
title:
  en: Volume, backlog, work
  ja: 件数・滞留・作業時間
about:
  en: >-
    Cases and their alerts in the period, what waits at its end, what Little's law expects to wait, hours of work without counting an analyst's minute twice, mean time between confirmed compromises (with fewer than three it is NULL; `yagura metrics` adds the Poisson interval).
  ja: >-
    期間内の案件とアラート、終了時の滞留、リトルの法則による期待値、重複を除いた作業時間、侵害間隔（3 件未満は NULL、Poisson 区間は yagura metrics が表示）。
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
), work_marks AS (
  SELECT case_id, actor, kind, seq, at_ms,
    CAST(json_extract_scalar(data, '$.startMs') AS bigint) AS logged_from_ms, CAST(json_extract_scalar(data, '$.stopMs') AS bigint) AS logged_to_ms,
    lead(at_ms) OVER (PARTITION BY case_id, actor ORDER BY seq) AS own_next_ms
  FROM history
  WHERE kind IN ('work_started', 'work_stopped', 'work_logged')
), closings AS (
  SELECT case_id, at_ms, seq FROM history WHERE kind = 'closed'
), started AS (
  SELECT m.case_id, m.actor, m.seq, m.at_ms,
    min(s.at_ms) AS stopped_ms, min(c.at_ms) AS closed_ms
  FROM work_marks m
  LEFT JOIN work_marks s ON s.case_id = m.case_id AND s.actor = m.actor AND s.kind = 'work_stopped' AND s.seq > m.seq
  LEFT JOIN closings c ON c.case_id = m.case_id AND c.seq > m.seq
  WHERE m.kind = 'work_started'
  GROUP BY m.case_id, m.actor, m.seq, m.at_ms
), efforts AS (
  SELECT case_id, actor, at_ms AS start_ms, least(coalesce(stopped_ms, CAST(:to_ms AS bigint)), coalesce(closed_ms, CAST(:to_ms AS bigint))) AS stop_ms FROM started
  UNION ALL
  SELECT case_id, actor, logged_from_ms, logged_to_ms FROM work_marks WHERE kind = 'work_logged'
), clipped AS (
  SELECT e.actor, c.severity_id, greatest(e.start_ms, :from_ms) AS start_ms, least(e.stop_ms, :to_ms) AS stop_ms, e.case_id
  FROM efforts e JOIN cases c ON c.case_id = e.case_id
), labelled_efforts AS (
  SELECT 'all' AS severity, actor, start_ms, stop_ms, case_id FROM clipped WHERE stop_ms > start_ms
  UNION ALL
  SELECT CASE severity_id WHEN 1 THEN 'informational' WHEN 2 THEN 'low' WHEN 3 THEN 'medium' WHEN 4 THEN 'high' ELSE 'critical' END, actor, start_ms, stop_ms, case_id FROM clipped WHERE stop_ms > start_ms
), reached AS (
  SELECT severity, actor, start_ms, stop_ms,
    max(stop_ms) OVER (PARTITION BY severity, actor ORDER BY start_ms, stop_ms, case_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached_ms
  FROM labelled_efforts
), worked AS (
  SELECT severity, sum(greatest(0, stop_ms - greatest(start_ms, coalesce(reached_ms, start_ms)))) AS ms FROM reached GROUP BY severity
), labelled AS (
  SELECT 'all' AS severity, c.* FROM cases c
  UNION ALL
  SELECT CASE c.severity_id WHEN 1 THEN 'informational' WHEN 2 THEN 'low' WHEN 3 THEN 'medium' WHEN 4 THEN 'high' ELSE 'critical' END, c.* FROM cases c
), tallies AS (
  SELECT severity,
    count_if(surface_ms >= :from_ms AND surface_ms < :to_ms) AS surfaced,
    coalesce(sum(alerts) FILTER (WHERE surface_ms >= :from_ms AND surface_ms < :to_ms), 0) AS alerts,
    count_if(close_ms >= :from_ms AND close_ms < :to_ms) AS closed,
    count_if(resolve_ms IS NULL AND close_ms IS NULL) AS backlog,
    avg(CAST(resolve_ms - surface_ms AS double)) FILTER (WHERE resolve_ms >= :from_ms AND resolve_ms < :to_ms) AS stay_ms,
    count_if(verdict_id = 2 AND coalesce(compromise_ms, occur_ms) >= :from_ms AND coalesce(compromise_ms, occur_ms) < :to_ms) AS compromises
  FROM labelled
  GROUP BY severity
)
SELECT t.severity, t.surfaced AS cases, t.alerts AS case_alerts, t.closed, t.backlog,
  CAST(t.surfaced AS double) / (CAST(:to_ms AS double) - CAST(:from_ms AS double)) * 86400000 AS cases_per_day,
  CAST(t.surfaced AS double) / (CAST(:to_ms AS double) - CAST(:from_ms AS double)) * t.stay_ms AS expected_backlog,
  coalesce(CAST(w.ms AS double), 0) / 3600000 AS worked_hours,
  CASE WHEN t.compromises >= 3 THEN (CAST(:to_ms AS double) - CAST(:from_ms AS double)) / t.compromises END AS mtbc_ms
FROM tallies t
LEFT JOIN worked w ON w.severity = t.severity
ORDER BY t.severity

/*
id: a679598e-0d01-54c2-98fe-88516d2e98ce
title: { en: One session used at two places at once, ja: 1 つのセッションが離れた 2 か所で使用 }
detector: travel
every: hour
lookbackDays: 14
level: high
attack: [T1550.001, T1550.004]
budgetBytes: 50000000000
parameters:
  judge_from: { type: timestamp }
  judge_to: { type: timestamp }
nextSteps:
  en: 'Revoke the session. Compare user agents of both addresses: two different ones mean a stolen token.'
  ja: 'セッションを失効させてください。両アドレスのユーザーエージェントが異なれば、トークンの窃取を意味します。'
*/
WITH uses AS (
  SELECT principal AS subject, session_id AS session_id, principal_kind, account_id, source, time, time_ms, event_id, src_ip, src_lat, src_long, src_country
  FROM identity_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND principal_kind <> 'service' AND principal IS NOT NULL AND src_ip IS NOT NULL AND NOT is_failure AND session_id IS NOT NULL
),
-- Offices, NAT and VPN: addresses of many.
exits AS (SELECT src_ip, count(DISTINCT subject) AS users FROM uses WHERE time < :judge_to GROUP BY 1),
ordered AS (
  SELECT *, lag(time_ms) OVER w AS from_ms, lag(src_ip) OVER w AS from_ip, lag(src_lat) OVER w AS from_lat, lag(src_long) OVER w AS from_long,
    lag(src_country) OVER w AS from_country, lag(event_id) OVER w AS from_event
  FROM uses WHERE session_id IS NOT NULL
  WINDOW w AS (PARTITION BY subject, session_id ORDER BY time_ms, event_id)
),
known AS (SELECT subject, count(DISTINCT date(time)) AS history_days FROM uses WHERE time < :judge_from GROUP BY 1)
SELECT o.subject, o.account_id AS account, o.source, o.time_ms AS at_ms, ARRAY[o.from_event, o.event_id] AS event_uids, o.principal_kind, o.session_id,
  o.from_ms, o.from_ip, o.from_lat, o.from_long, o.from_country, coalesce(a.users, 0) AS from_users,
  o.time_ms AS to_ms, o.src_ip AS to_ip, o.src_lat AS to_lat, o.src_long AS to_long, o.src_country AS to_country, coalesce(b.users, 0) AS to_users,
  coalesce(k.history_days, 0) AS history_days
FROM ordered o
LEFT JOIN exits a ON a.src_ip = o.from_ip
LEFT JOIN exits b ON b.src_ip = o.src_ip
LEFT JOIN known k ON k.subject = o.subject
WHERE o.time >= :judge_from AND o.time < :judge_to AND o.from_ip <> o.src_ip

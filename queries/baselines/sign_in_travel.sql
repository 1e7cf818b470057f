/*
id: b62edcc0-b5b7-5575-8d84-69ece70d8fb5
title: { en: One person signed in at two places at once, ja: 同一人物が離れた 2 か所からサインイン }
detector: travel
every: hour
lookbackDays: 14
level: medium
attack: [T1078.004]
budgetBytes: 50000000000
parameters:
  judge_from: { type: timestamp }
  judge_to: { type: timestamp }
nextSteps:
  en: 'Ask the person by another channel. Was the second sign-in made with MFA and from a known device?'
  ja: '別の手段で本人に確認してください。2 回目のサインインは MFA と既知の端末によるものか調べてください。'
*/
WITH uses AS (
  SELECT principal AS subject, principal AS session_id, principal_kind, account_id, source, time, time_ms, event_id, src_ip, src_lat, src_long, src_country
  FROM identity_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND principal_kind <> 'service' AND principal IS NOT NULL AND src_ip IS NOT NULL AND NOT is_failure AND class_uid = 3002 AND principal_kind = 'human'
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

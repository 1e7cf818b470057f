/*
id: 59f01398-86ca-5e02-8654-70b34b40e541
title: { en: Password spraying or credential stuffing, ja: パスワードスプレーまたはリスト型攻撃 }
detector: spray
every: hour
lookbackDays: 14
level: medium
attack: [T1110.003, T1110.004]
budgetBytes: 50000000000
parameters:
  judge_from: { type: timestamp }
  judge_to: { type: timestamp }
nextSteps:
  en: 'Block the addresses. Reset the passwords and sessions of every user that it got in as, first of all.'
  ja: 'アドレスを遮断してください。サインインに成功したユーザーのパスワードとセッションを最優先でリセットしてください。'
*/
WITH attempts AS (
  SELECT principal AS "user", src_ip, source, is_failure, time, time_ms, event_id, eventday
  FROM identity_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND principal_kind <> 'service' AND principal IS NOT NULL AND class_uid = 3002 AND src_ip IS NOT NULL
),
judged AS (
  SELECT src_ip, max(source) AS source, max(time_ms) AS at_ms, array_agg(DISTINCT "user" ORDER BY "user") FILTER (WHERE is_failure) AS failed_users,
    count_if(is_failure) AS fails, array_agg(DISTINCT "user" ORDER BY "user") FILTER (WHERE NOT is_failure) AS ok_users,
    slice(array_sort(array_agg(event_id)), 1, 100) AS event_uids
  FROM attempts WHERE time >= :judge_from AND time < :judge_to
  GROUP BY 1 HAVING count_if(is_failure) > 0
),
regulars AS (SELECT DISTINCT src_ip, "user" FROM attempts WHERE time < :judge_from AND NOT is_failure),
known AS (
  SELECT a.src_ip, count(DISTINCT a."user") AS known_users FROM attempts a JOIN regulars r ON r.src_ip = a.src_ip AND r."user" = a."user"
  WHERE a.time >= :judge_from AND a.time < :judge_to AND a.is_failure GROUP BY 1
),
days AS (SELECT count(DISTINCT eventday) AS history_days FROM attempts WHERE time < :judge_from)
SELECT j.src_ip, j.source, j.at_ms, j.failed_users, j.fails, j.ok_users, coalesce(k.known_users, 0) AS known_users, d.history_days, j.event_uids
FROM judged j CROSS JOIN days d LEFT JOIN known k ON k.src_ip = j.src_ip

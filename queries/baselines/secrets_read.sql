/*
id: 612bb6e4-3af2-5555-abd0-793c4b8bef25
title: { en: Far more secrets read than usual, ja: 通常を大きく上回るシークレットの読み取り }
detector: volume
every: day
lookbackDays: 60
level: medium
attack: [T1555.006]
budgetBytes: 50000000000
thresholds: { minExcess: 5, minSlots: 10 }
nextSteps:
  en: 'Find which secrets were read (resources), revoke what the session holds if nobody knows why, rotate those secrets.'
  ja: 'どのシークレットが読まれたか(resources)を確認し、理由が不明ならセッションを失効させてシークレットをローテーションしてください。'
*/
-- Rows of everything that somebody does, so that who did none of this before is known from whom nothing is known.
WITH blocks AS (
  SELECT principal AS subject, eventday, CAST(0 AS bigint) AS block, day_of_week(time) >= 6 AS is_weekend, count(DISTINCT coalesce(element_at(resources, 1), event_id)) FILTER (WHERE NOT is_failure AND action IN ('secretsmanager.amazonaws.com:GetSecretValue', 'secretsmanager.amazonaws.com:BatchGetSecretValue', 'ssm.amazonaws.com:GetParameter', 'ssm.amazonaws.com:GetParameters', 'ssm.amazonaws.com:GetParametersByPath')) AS n, max(time_ms) FILTER (WHERE NOT is_failure AND action IN ('secretsmanager.amazonaws.com:GetSecretValue', 'secretsmanager.amazonaws.com:BatchGetSecretValue', 'ssm.amazonaws.com:GetParameter', 'ssm.amazonaws.com:GetParameters', 'ssm.amazonaws.com:GetParametersByPath')) AS at_ms,
    max(account_id) AS account, max(source) AS source, slice(array_sort(array_agg(event_id) FILTER (WHERE eventday = :to_day AND NOT is_failure AND action IN ('secretsmanager.amazonaws.com:GetSecretValue', 'secretsmanager.amazonaws.com:BatchGetSecretValue', 'ssm.amazonaws.com:GetParameter', 'ssm.amazonaws.com:GetParameters', 'ssm.amazonaws.com:GetParametersByPath'))), 1, 20) AS event_uids
  FROM identity_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND principal_kind <> 'service' AND principal IS NOT NULL
  GROUP BY 1, 2, 3, 4
),
dated AS (SELECT *, min(eventday) OVER (PARTITION BY subject) AS first_day FROM blocks)
SELECT subject, max(account) AS account, max(source) AS source, max(at_ms) AS at_ms, max_by(event_uids, eventday) AS event_uids,
  concat(max(eventday), '-', CAST(block AS varchar)) AS bucket, CAST(max_by(n, eventday) AS double) AS observed,
  array_agg(CAST(n AS double) ORDER BY n) FILTER (WHERE eventday < :to_day AND n > 0) AS history, is_weekend, min(first_day) AS first_day, max(eventday) AS judged_day
FROM dated
GROUP BY subject, block, is_weekend
HAVING max(eventday) = :to_day AND max_by(n, eventday) > 0

/*
id: 9cf85957-421c-5f46-b313-c0967b7709b2
title: { en: Far more denied calls than usual at these hours, ja: 通常の時間帯を大きく上回る拒否された操作 }
detector: volume
every: day
lookbackDays: 60
level: medium
attack: [T1526, T1078.004]
budgetBytes: 50000000000
thresholds: { minExcess: 10 }
nextSteps:
  en: 'Ask the principal, or the owner of the role, what it was doing. Read its timeline of the day: SELECT * FROM identity_activity WHERE principal = …'
  ja: '本人またはロールの所有者に作業内容を確認してください。その日の操作は identity_activity を principal で絞り込むと確認できます。'
*/
-- Rows of everything that somebody does, so that who did none of this before is known from whom nothing is known.
WITH blocks AS (
  SELECT principal AS subject, eventday, hour(time) / 4 AS block, day_of_week(time) >= 6 AS is_weekend, count(*) FILTER (WHERE is_failure AND class_uid <> 3002) AS n, max(time_ms) FILTER (WHERE is_failure AND class_uid <> 3002) AS at_ms,
    max(account_id) AS account, max(source) AS source, slice(array_sort(array_agg(event_id) FILTER (WHERE eventday = :to_day AND is_failure AND class_uid <> 3002)), 1, 20) AS event_uids
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

/*
id: f0c3827e-7cad-5d9d-86d6-5e491df61722
title: { en: Far more objects read than usual at these hours, ja: 通常の時間帯を大きく上回るオブジェクトの読み取り }
detector: volume
every: day
lookbackDays: 60
level: medium
attack: [T1530, T1213]
budgetBytes: 50000000000
thresholds: { minExcess: 50 }
nextSteps:
  en: 'Which buckets or repositories (resources), from which address, with which credential? A backup or an export job that was announced explains it.'
  ja: 'どのバケットやリポジトリか(resources)、どのアドレスと認証情報かを確認してください。予定されたバックアップや出力ジョブで説明できる場合があります。'
*/
-- Rows of everything that somebody does, so that who did none of this before is known from whom nothing is known.
WITH blocks AS (
  SELECT principal AS subject, eventday, hour(time) / 4 AS block, day_of_week(time) >= 6 AS is_weekend, count(DISTINCT coalesce(element_at(resources, 1), event_id)) FILTER (WHERE NOT is_failure AND (action IN ('s3.amazonaws.com:GetObject', 'GitHub:git.clone', 'GitHub:repo.download_zip') OR class_uid = 6006)) AS n, max(time_ms) FILTER (WHERE NOT is_failure AND (action IN ('s3.amazonaws.com:GetObject', 'GitHub:git.clone', 'GitHub:repo.download_zip') OR class_uid = 6006)) AS at_ms,
    max(account_id) AS account, max(source) AS source, slice(array_sort(array_agg(event_id) FILTER (WHERE eventday = :to_day AND NOT is_failure AND (action IN ('s3.amazonaws.com:GetObject', 'GitHub:git.clone', 'GitHub:repo.download_zip') OR class_uid = 6006))), 1, 20) AS event_uids
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

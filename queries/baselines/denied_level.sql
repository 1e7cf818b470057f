/*
id: 82bf410f-8a9c-5495-881e-9cd0692dfe85
title: { en: An account has another level of denied calls than before, ja: アカウントの拒否された操作の水準の変化 }
detector: change-point
every: day
lookbackDays: 60
level: medium
attack: [T1526]
thresholds: { onlyUp: true, minLevel: 50 }
budgetBytes: 50000000000
nextSteps:
  en: 'Group the denied calls by principal and action. A policy that was changed yesterday explains most of them.'
  ja: '拒否された操作を実行者と操作別に集計してください。前日に変更されたポリシーが原因であることが多いです。'
*/
WITH daily AS (
  SELECT account_id AS subject, eventday, count(*) AS n, max(account_id) AS account, max(source) AS source, max(time_ms) AS at_ms
  FROM identity_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND is_failure
  GROUP BY 1, 2
)
SELECT subject, max(account) AS account, max(source) AS source, max(at_ms) AS at_ms, array_agg(eventday ORDER BY eventday) AS days,
  array_agg(CAST(n AS double) ORDER BY eventday) AS counts, max(:to_day) AS today
FROM daily WHERE subject IS NOT NULL GROUP BY 1

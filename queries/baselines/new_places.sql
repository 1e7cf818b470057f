/*
id: 5c77705b-01dd-5ed6-a59e-fe635266d5dd
title: { en: Signed in from a country or network that is new, ja: 初めての国またはネットワークからのサインイン }
detector: first-place
every: day
lookbackDays: 90
level: medium
attack: [T1078.004]
budgetBytes: 50000000000
nextSteps:
  en: 'Ask the person by another channel. Was MFA used, and which factor? What did the session do next?'
  ja: '別の手段で本人に確認してください。MFA の有無と方式、その後のセッションの操作を調べてください。'
*/
SELECT principal AS subject, max(account_id) AS account, max(source) AS source, max(time_ms) AS at_ms, max(principal_kind) AS principal_kind,
  src_ip, max(src_country) AS src_country, count(*) FILTER (WHERE eventday = :to_day) AS today,
  count(DISTINCT eventday) FILTER (WHERE eventday < :to_day) AS before_days, min(eventday) AS first_day, max(:to_day) AS judged_day,
  slice(array_sort(array_agg(event_id) FILTER (WHERE eventday = :to_day)), 1, 20) AS event_uids
FROM identity_activity
WHERE eventday BETWEEN :from_day AND :to_day AND principal_kind <> 'service' AND principal IS NOT NULL AND src_ip IS NOT NULL AND NOT is_failure
GROUP BY principal, src_ip

/*
id: 8140502f-0c6d-5a85-9825-c76c2c600c5a
title: { en: Work in a region that nobody used, ja: 未使用のリージョンでの操作 }
detector: first-seen
every: day
lookbackDays: 90
level: medium
attack: [T1535]
budgetBytes: 50000000000
thresholds: { weight: 1, weightAccount: 0.3, weightGroup: 0.1, weightSelf: 0, workloadSignal: false }
nextSteps:
  en: 'Was the region opened on purpose? If not, look for instances and functions started there, and close it by a service control policy.'
  ja: '意図したリージョンか確認してください。そうでなければ、起動されたインスタンスや関数を調べ、サービスコントロールポリシーで閉じてください。'
*/
SELECT principal AS subject, coalesce(account_id, '') AS account, max(source) AS source, max(time_ms) AS at_ms, principal_kind, coalesce(peer_group, '') AS peer_group,
  region AS value, count(DISTINCT eventday) FILTER (WHERE eventday < :to_day) AS before_days, count(*) FILTER (WHERE eventday = :to_day) AS today,
  min(eventday) AS first_day, max(:to_day) AS judged_day, slice(array_sort(array_agg(event_id) FILTER (WHERE eventday = :to_day)), 1, 5) AS event_uids
FROM identity_activity
WHERE eventday BETWEEN :from_day AND :to_day AND principal_kind <> 'service' AND principal IS NOT NULL AND region IS NOT NULL AND NOT is_failure
  AND NOT regexp_like(action, ':(Get|List|Describe|Lookup|Head|BatchGet|BatchDetect)')
GROUP BY principal, coalesce(account_id, ''), principal_kind, coalesce(peer_group, ''), region

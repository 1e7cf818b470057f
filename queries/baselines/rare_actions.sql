/*
id: ba2e680c-e27f-5fed-898f-45f9807c9749
title: { en: Three rare deeds in a day, ja: 1 日に複数のまれな操作 }
detector: rarity
every: day
lookbackDays: 60
level: medium
attack: [T1078.004, T1526]
budgetBytes: 50000000000
nextSteps:
  en: 'Ask the principal, or the owner of the role, what it was doing. Read its timeline of the day: SELECT * FROM identity_activity WHERE principal = …'
  ja: '本人またはロールの所有者に作業内容を確認してください。その日の操作は identity_activity を principal で絞り込むと確認できます。'
*/
SELECT principal AS subject, coalesce(account_id, '') AS account, max(source) AS source, max(time_ms) AS at_ms, principal_kind, coalesce(peer_group, '') AS peer_group,
  action AS value, count(DISTINCT eventday) FILTER (WHERE eventday < :to_day) AS before_days, count(*) FILTER (WHERE eventday = :to_day) AS today,
  min(eventday) AS first_day, max(:to_day) AS judged_day, slice(array_sort(array_agg(event_id) FILTER (WHERE eventday = :to_day)), 1, 5) AS event_uids
FROM identity_activity
WHERE eventday BETWEEN :from_day AND :to_day AND principal_kind <> 'service' AND principal IS NOT NULL AND action IS NOT NULL
GROUP BY principal, coalesce(account_id, ''), principal_kind, coalesce(peer_group, ''), action

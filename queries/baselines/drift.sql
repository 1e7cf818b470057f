/*
id: 108d0096-4d08-5c71-ad7c-479ca68061d5
title: { en: Another kind of work than before, ja: これまでと異なる作業内容 }
detector: drift
every: day
lookbackDays: 31
level: medium
attack: [T1078.004]
budgetBytes: 50000000000
nextSteps:
  en: 'Ask the principal, or the owner of the role, what it was doing. Read its timeline of the day: SELECT * FROM identity_activity WHERE principal = …'
  ja: '本人またはロールの所有者に作業内容を確認してください。その日の操作は identity_activity を principal で絞り込むと確認できます。'
*/
WITH deeds AS (
  SELECT principal AS subject, coalesce(peer_group, '') AS peer_group, coalesce(account_id, '') AS account, principal_kind, action, eventday, count(*) AS n,
    max(time_ms) AS at_ms, max(source) AS source, slice(array_sort(array_agg(DISTINCT event_id) FILTER (WHERE eventday = :to_day)), 1, 20) AS event_uids
  FROM identity_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND principal_kind <> 'service' AND principal IS NOT NULL AND action IS NOT NULL
  GROUP BY 1, 2, 3, 4, 5, 6
),
mixes AS (SELECT subject, eventday, action, sum(n) AS n, max(account) AS account, max(source) AS source, max(principal_kind) AS principal_kind, max(at_ms) AS at_ms FROM deeds GROUP BY 1, 2, 3),
active AS (SELECT subject FROM mixes WHERE eventday = :to_day GROUP BY 1 HAVING sum(n) >= 20),
uids AS (SELECT subject, slice(array_sort(array_distinct(flatten(array_agg(event_uids)))), 1, 20) AS event_uids FROM deeds WHERE eventday = :to_day GROUP BY 1)
SELECT m.subject, max(m.account) AS account, max(m.source) AS source, max(m.at_ms) AS at_ms, arbitrary(u.event_uids) AS event_uids, max(m.principal_kind) AS principal_kind,
  array_agg(m.eventday ORDER BY m.eventday, m.action) AS days, array_agg(m.action ORDER BY m.eventday, m.action) AS actions,
  array_agg(CAST(m.n AS double) ORDER BY m.eventday, m.action) AS counts, max(:to_day) AS today
FROM mixes m JOIN active a ON a.subject = m.subject LEFT JOIN uids u ON u.subject = m.subject
GROUP BY m.subject

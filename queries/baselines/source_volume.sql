/*
id: 1f2f316d-485f-564e-af83-30cd92350bad
title: { en: A source sends another amount of events than before, ja: ソースのイベント量の変化 }
detector: change-point
every: day
lookbackDays: 60
level: medium
attack: [T1685.002]
budgetBytes: 50000000000
nextSteps:
  en: 'Fewer events: is the delivery broken, or did somebody stop logging? More: who sends them?'
  ja: '減少の場合は配信の障害かログの停止か、増加の場合は送信元を調べてください。'
*/
WITH daily AS (
  SELECT source AS subject, eventday, count(*) AS n, max(accountid) AS account, max(source) AS source, max(time) AS at_ms
  FROM events
  WHERE eventday BETWEEN :from_day AND :to_day AND source <> 'yagura'
  GROUP BY 1, 2
)
SELECT subject, max(account) AS account, max(source) AS source, max(at_ms) AS at_ms, array_agg(eventday ORDER BY eventday) AS days,
  array_agg(CAST(n AS double) ORDER BY eventday) AS counts, max(:to_day) AS today
FROM daily WHERE subject IS NOT NULL GROUP BY 1

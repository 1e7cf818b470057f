/*
title:
  en: One user in two countries within hours
  ja: 数時間以内に二つの国に現れた利用者
hypothesis:
  en: The same account is used by its owner and by somebody far away.
  ja: 同じアカウントを本人と遠方の何者かが使っている。
data: [okta, entra-id, google-workspace, github]
read:
  en: Users of a VPN change country on many days; those with one such day come first. Compare the agents of both sides.
  ja: VPN 利用者は多くの日に国が変わる。一日だけの者が上に来る。両側のエージェントを比べる。
next:
  en: Revoke all sessions of the user, ask them where they are, and follow the session of the far side.
  ja: 全セッションを失効させ、本人に居場所を聞き、遠方側のセッションを追う。
attack: [T1078, T1539]
entities: { who: principal, src_ip: ip, before_ip: ip }
budgetBytes: 20000000000
parameters:
  within_hours: { type: number, default: 4, min: 0.1, max: 48 }
  most_days: { type: integer, default: 2, min: 1, max: 90, about: { en: users who change country on more days are left out, ja: これより多くの日に国が変わる利用者は除く } }
*/
WITH sign_ins AS (
  SELECT lower(coalesce("user".email_addr, "user".name)) AS who, src_endpoint.ip AS src_ip, src_endpoint.location.country AS country,
    http_request.user_agent AS user_agent, eventday, metadata.uid AS event_id, time_dt
  FROM authentication
  WHERE eventday BETWEEN :from_day AND :to_day AND status_id = 1 AND src_endpoint.location.country IS NOT NULL
),
steps AS (
  SELECT *, lag(country) OVER w AS before_country, lag(src_ip) OVER w AS before_ip, lag(time_dt) OVER w AS before_time, lag(event_id) OVER w AS before_id,
    lag(user_agent) OVER w AS before_agent
  FROM sign_ins WHERE who IS NOT NULL
  WINDOW w AS (PARTITION BY who ORDER BY time_dt, event_id)
),
jumps AS (
  SELECT *, date_diff('minute', before_time, time_dt) AS minutes, date_diff('millisecond', before_time, time_dt) AS gap FROM steps
  WHERE before_country <> country AND date_diff('second', before_time, time_dt) <= :within_hours * 3600
)
SELECT who, min_by(before_country, gap) AS before_country, min_by(country, gap) AS country,
  min_by(before_ip, gap) AS before_ip, min_by(src_ip, gap) AS src_ip,
  min(minutes) AS minutes, count(*) AS jumps, count(DISTINCT eventday) AS days,
  bool_or(coalesce(user_agent, '') <> coalesce(before_agent, '')) AS other_agent,
  min(before_time) AS first_seen, max(time_dt) AS last_seen,
  array_sort(array_distinct(ARRAY[min_by(before_id, gap), min_by(event_id, gap)])) AS examples
FROM jumps
GROUP BY who
HAVING count(DISTINCT eventday) <= :most_days
ORDER BY days, other_agent DESC, minutes, who
LIMIT 100

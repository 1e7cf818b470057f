/*
title:
  en: An account that slept and wakes
  ja: 長く使われていなかったアカウントの復活
hypothesis:
  en: The account of a former employee or a forgotten service is used again by somebody else.
  ja: 退職者や忘れられたサービスのアカウントを、別の者が使い始めている。
data: [okta, entra-id, google-workspace, m365, onelogin, windows, github]
read:
  en: Long sleeps and a new address come first. Leaves and holidays end with the usual address.
  ja: 長い休眠と新しいアドレスが上に来る。休暇明けならいつものアドレスから戻る。
next:
  en: Ask the personnel office whether the person still works here. Disable the account if nobody claims it.
  ja: 在籍を人事に確認し、誰も名乗り出なければ無効化する。
attack: [T1078]
entities: { who: principal, src_ip: ip }
budgetBytes: 50000000000
days: 90
parameters:
  least_days: { type: integer, default: 30, min: 2, max: 365 }
  recent_days: { type: integer, default: 2, min: 1, max: 30 }
*/
WITH sign_ins AS (
  SELECT lower(coalesce("user".email_addr, "user".name)) AS who, src_endpoint.ip AS src_ip, source, metadata.uid AS event_id, time_dt
  FROM authentication
  WHERE eventday BETWEEN :from_day AND :to_day AND activity_id = 1 AND status_id = 1
),
steps AS (
  SELECT *, lag(time_dt) OVER (PARTITION BY who ORDER BY time_dt, event_id) AS before, min(time_dt) OVER (PARTITION BY who, src_ip) AS address_since
  FROM sign_ins WHERE who IS NOT NULL
)
SELECT who, max(date_diff('day', before, time_dt)) AS slept_days, max_by(src_ip, date_diff('second', before, time_dt)) AS src_ip,
  bool_or(address_since > before) AS new_address, slice(array_sort(array_agg(DISTINCT source)), 1, 5) AS sources,
  min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) AS examples
FROM steps
WHERE date_diff('day', before, time_dt) >= :least_days
  AND time_dt >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d'))
GROUP BY who
ORDER BY new_address DESC, slept_days DESC, who
LIMIT 100

/*
title:
  en: One network tries many users
  ja: 一つのネットワークから多数のユーザーへの試行
hypothesis:
  en: A few common passwords are tried on many accounts, from one place, slowly enough to lock nobody out.
  ja: よくあるパスワードを、ロックされない速さで、多数のアカウントに試している。
data: [okta, entra-id, google-workspace, m365, onelogin, duo, windows, aws-cloudtrail]
read:
  en: Many users and few failures each is a spray, many failures each is guessing. Any success makes it an incident. An office whose directory is down looks alike, but its users also succeed before.
  ja: ユーザー数が多く一人あたりの失敗が少ないのはスプレー。成功が一つでもあればインシデント。認証基盤の障害でも似るが、その拠点には以前の成功がある。
next:
  en: Block the network, revoke the sessions of users with a success, and have them change the password.
  ja: ネットワークを遮断し、成功したユーザーのセッションを失効させ、パスワードを変更させる。
attack: [T1110.003, T1078]
entities: { src_ip: ip, first_hit: principal }
budgetBytes: 20000000000
level: high
days: 7
parameters:
  least_users: { type: integer, default: 10, min: 2, max: 100000 }
  most_per_user: { type: number, default: 5, min: 1, max: 1000, about: { en: mean failures for each user, ja: 一人あたりの平均失敗数 } }
*/
WITH tries AS (
  SELECT lower(coalesce("user".email_addr, "user".name)) AS who, src_endpoint.ip AS ip, status_id, source, eventday, metadata.uid AS event_id, time_dt,
    coalesce(regexp_extract(src_endpoint.ip, '^\d+\.\d+\.\d+\.\d+$'), regexp_extract(src_endpoint.ip, '^[0-9a-fA-F]*(:[0-9a-fA-F]*){3}')) AS network
  FROM authentication
  WHERE eventday BETWEEN :from_day AND :to_day AND activity_id = 1 AND src_endpoint.ip IS NOT NULL
)
SELECT network, eventday AS day, min_by(ip, time_dt) AS src_ip,
  count(DISTINCT who) FILTER (WHERE status_id = 2) AS users,
  count_if(status_id = 2) AS failures,
  round(CAST(count_if(status_id = 2) AS double) / greatest(count(DISTINCT who) FILTER (WHERE status_id = 2), 1), 2) AS failures_per_user,
  count(DISTINCT who) FILTER (WHERE status_id = 1) AS users_with_success,
  min_by(who, time_dt) FILTER (WHERE status_id = 1) AS first_hit,
  slice(array_sort(array_agg(DISTINCT source)), 1, 5) AS sources,
  min(time_dt) AS first_seen, max(time_dt) AS last_seen,
  min_by(event_id, time_dt, 3) FILTER (WHERE status_id = 2) AS examples
FROM tries
WHERE network IS NOT NULL AND who IS NOT NULL
GROUP BY network, eventday
HAVING count(DISTINCT who) FILTER (WHERE status_id = 2) >= :least_users
  AND CAST(count_if(status_id = 2) AS double) / greatest(count(DISTINCT who) FILTER (WHERE status_id = 2), 1) <= :most_per_user
ORDER BY users_with_success > 0 DESC, users DESC, failures DESC, network, day
LIMIT 100

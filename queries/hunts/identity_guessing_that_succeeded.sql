/*
title:
  en: Failures, then a success
  ja: 失敗が続いた後の成功
hypothesis:
  en: A password is guessed or stuffed until it fits.
  ja: パスワードが当たるまで試されている。
data: [okta, entra-id, google-workspace, m365, onelogin, windows, github]
read:
  en: Many failures and then a success from the same address, new for the user, is a hit. A user with a new password fails a few times from the usual address.
  ja: 本人に新しい同一アドレスからの多数の失敗と成功は的中。パスワードを変えた本人は、いつものアドレスから数回だけ失敗する。
next:
  en: Revoke the session, have the password changed, look for the same address with other users.
  ja: セッションを失効させてパスワードを変更し、同じアドレスの他ユーザーへの試行を探す。
attack: [T1110.001, T1110.004]
entities: { who: principal, src_ip: ip }
budgetBytes: 20000000000
days: 7
parameters:
  least_failures: { type: integer, default: 8, min: 2, max: 100000 }
*/
WITH tries AS (
  SELECT lower(coalesce("user".email_addr, "user".name)) AS who, src_endpoint.ip AS src_ip, status_id, source, metadata.uid AS event_id, time_dt, date_trunc('hour', time_dt) AS hour
  FROM authentication
  WHERE eventday BETWEEN :from_day AND :to_day AND activity_id = 1 AND status_id IN (1, 2) AND src_endpoint.ip IS NOT NULL
),
places AS (
  SELECT who AS place_user, src_ip AS place_ip, min(time_dt) AS since FROM tries WHERE status_id = 1 GROUP BY who, src_ip
),
hours AS (
  SELECT who, src_ip, source, hour, count_if(status_id = 2) AS failures, count_if(status_id = 1) AS successes,
    min(time_dt) FILTER (WHERE status_id = 2) AS first_failure, max(time_dt) FILTER (WHERE status_id = 1) AS last_success,
    min_by(event_id, time_dt, 2) FILTER (WHERE status_id = 2) AS failure_ids, max_by(event_id, time_dt) FILTER (WHERE status_id = 1) AS success_id
  FROM tries WHERE who IS NOT NULL GROUP BY who, src_ip, source, hour
)
SELECT h.who, h.src_ip, h.source, h.hour, h.failures, h.successes, coalesce(p.since >= h.hour, false) AS new_address,
  h.first_failure AS first_seen, h.last_success AS last_seen, array_sort(array_union(h.failure_ids, ARRAY[h.success_id])) AS examples
FROM hours h LEFT JOIN places p ON p.place_user = h.who AND p.place_ip = h.src_ip
WHERE h.failures >= :least_failures AND h.last_success > h.first_failure
ORDER BY new_address DESC, h.failures DESC, h.who, h.hour
LIMIT 100

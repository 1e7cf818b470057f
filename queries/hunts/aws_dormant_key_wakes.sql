/*
title:
  en: A key that slept and wakes
  ja: 長く使われていなかったアクセスキーの復活
hypothesis:
  en: A forgotten key is found by an attacker and used after weeks of silence.
  ja: 忘れられたキーを攻撃者が見つけ、長い沈黙のあとに使っている。
data: [aws-cloudtrail]
read:
  en: The longer the sleep and the more denied calls, the worse. Jobs that run monthly sleep too, but call the same things each time.
  ja: 沈黙が長く、拒否された呼び出しが多いほど疑わしい。月次ジョブも眠るが、毎回同じ操作をする。
next:
  en: Compare what the key called before and after. A key that nobody needs is deactivated either way.
  ja: 休眠の前後で呼び出した操作を比べる。不要なキーはいずれにせよ無効化する。
attack: [T1078.004]
entities: { access_key_id: access_key, principal: principal, src_ip: ip, account_id: account }
budgetBytes: 50000000000
days: 90
parameters:
  least_days: { type: integer, default: 14, min: 2, max: 365, about: { en: days of silence, ja: 沈黙の日数 } }
  recent_days: { type: integer, default: 2, min: 1, max: 30 }
*/
WITH uses AS (
  SELECT access_key_id, coalesce(user_arn, user_name) AS principal, account_id, src_ip, event_name, error_code, event_id, time,
    lag(time) OVER (PARTITION BY access_key_id ORDER BY time, event_id) AS before
  FROM cloudtrail
  WHERE eventday BETWEEN :from_day AND :to_day AND access_key_id LIKE 'AKIA%'
),
woken AS (
  SELECT access_key_id, max_by(date_diff('day', before, time), time) AS slept_days, max(time) AS woke_at
  FROM uses
  WHERE before IS NOT NULL AND date_diff('day', before, time) >= :least_days
    AND time >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d'))
  GROUP BY access_key_id
)
SELECT w.access_key_id, arbitrary(u.principal) AS principal, arbitrary(u.account_id) AS account_id,
  w.slept_days, count(*) AS calls, count(u.error_code) AS failures,
  count(DISTINCT u.event_name) AS actions, min_by(u.src_ip, u.time) AS src_ip,
  slice(array_sort(array_agg(DISTINCT u.event_name)), 1, 10) AS called,
  min(u.time) AS first_seen, max(u.time) AS last_seen, min_by(u.event_id, u.time, 3) AS examples
FROM woken w JOIN uses u ON u.access_key_id = w.access_key_id AND u.time >= w.woke_at
GROUP BY w.access_key_id, w.slept_days
ORDER BY w.slept_days DESC, failures DESC, w.access_key_id
LIMIT 100

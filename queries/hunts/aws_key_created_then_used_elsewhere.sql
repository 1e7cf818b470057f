/*
title:
  en: A key created by one and used from another place
  ja: 作成者とは別の場所から使われた新しいアクセスキー
hypothesis:
  en: An attacker makes an access key for a user to keep a way in, and uses it from elsewhere.
  ja: 攻撃者が居座るためにユーザーのアクセスキーを作り、別の場所から使っている。
data: [aws-cloudtrail]
read:
  en: A key made for somebody else and used within minutes is the pattern. A rotation is used from the place of the old key.
  ja: 他人のために作られ数分で使われたキーが典型。ローテーションなら旧キーと同じ場所から使われる。
next:
  en: Ask the creator. If nobody knows the key, disable it and look at every key that the creator made.
  ja: 作成者に確認する。誰も知らなければ無効化し、同じ作成者が作った他のキーも調べる。
attack: [T1098.001, T1078.004]
entities: { access_key_id: access_key, creator: principal, owner: principal, use_ip: ip, account_id: account }
budgetBytes: 20000000000
parameters:
  within_hours: { type: integer, default: 168, min: 1, max: 2160 }
*/
WITH made AS (
  SELECT json_extract_scalar(response, '$.accessKey.accessKeyId') AS access_key_id,
    json_extract_scalar(response, '$.accessKey.userName') AS owner,
    coalesce(session_issuer, user_arn, user_name) AS creator, user_name AS creator_name,
    account_id, src_ip, event_id, time
  FROM cloudtrail
  WHERE eventday BETWEEN :from_day AND :to_day AND event_name = 'CreateAccessKey' AND error_code IS NULL
),
used AS (
  SELECT access_key_id, src_ip, user_agent, event_name, event_id, time
  FROM cloudtrail
  WHERE eventday BETWEEN :from_day AND :to_day AND access_key_id LIKE 'AKIA%'
)
SELECT m.access_key_id, m.owner, m.creator, m.account_id,
  m.src_ip AS creator_ip, u.src_ip AS use_ip, min_by(u.user_agent, u.time) AS use_agent,
  m.owner <> coalesce(m.creator_name, '') AS for_another,
  date_diff('minute', m.time, min(u.time)) AS minutes_to_use,
  count(*) AS calls, count(DISTINCT u.event_name) AS actions,
  min(u.time) AS first_seen, max(u.time) AS last_seen,
  array_sort(array_distinct(ARRAY[m.event_id, min_by(u.event_id, u.time)])) AS examples
FROM made m JOIN used u ON u.access_key_id = m.access_key_id
WHERE u.src_ip <> m.src_ip AND u.time >= m.time AND u.time < date_add('hour', :within_hours, m.time)
GROUP BY m.access_key_id, m.owner, m.creator, m.creator_name, m.account_id, m.src_ip, m.event_id, m.time, u.src_ip
ORDER BY for_another DESC, minutes_to_use, m.access_key_id, use_ip
LIMIT 100

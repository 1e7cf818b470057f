/*
title:
  en: A KMS key used by a principal that never used it
  ja: 使ったことのないプリンシパルによる KMS キーの使用
hypothesis:
  en: Encrypted data is read by somebody who found a way around the key's usual users.
  ja: 鍵の通常の利用者以外が、暗号化されたデータを読み取っている。
data: [aws-cloudtrail]
read:
  en: A key with few users and one more today, above all a person beside services, is worth a look. Keys that everybody uses say little.
  ja: 利用者の少ない鍵に今日一人増えた、特にサービスの中に人が混じった場合を見る。誰もが使う鍵は参考にならない。
next:
  en: Find what was decrypted (the encryption context names the object or secret) and who gave the grant or policy.
  ja: 何が復号されたか (暗号化コンテキストに対象がある) と、誰が許可を与えたかを調べる。
attack: [T1530, T1555.006]
entities: { principal: principal, key: resource, src_ip: ip, account_id: account }
budgetBytes: 100000000000
parameters:
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
  most_users: { type: integer, default: 10, min: 1, max: 10000 }
*/
WITH uses AS (
  SELECT coalesce(session_issuer, user_arn, user_name) AS principal, account_id, src_ip, event_name, event_id, time,
    coalesce(element_at(resources, 1), json_extract_scalar(request, '$.keyId')) AS key,
    json_extract(request, '$.encryptionContext') AS context
  FROM cloudtrail
  WHERE eventday BETWEEN :from_day AND :to_day AND event_source = 'kms.amazonaws.com' AND error_code IS NULL
    AND (event_name IN ('Decrypt', 'CreateGrant', 'ReEncrypt', 'GetPublicKey', 'Sign') OR starts_with(event_name, 'GenerateDataKey'))
    AND coalesce(user_type, '') <> 'AWSService'
),
pairs AS (
  SELECT key, principal, account_id, count(*) AS uses, count(DISTINCT context) AS contexts, min_by(src_ip, time) AS src_ip,
    slice(array_sort(array_agg(DISTINCT event_name)), 1, 5) AS called,
    min(time) >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d')) AS is_new,
    min(time) AS first_seen, max(time) AS last_seen, min_by(event_id, time, 3) AS examples
  FROM uses WHERE key IS NOT NULL AND principal IS NOT NULL GROUP BY key, principal, account_id
),
keys AS (
  SELECT key, count_if(NOT is_new) AS usual_users FROM pairs GROUP BY key
)
SELECT p.key, p.principal, p.account_id, p.src_ip, k.usual_users, p.uses, p.contexts, p.called, p.first_seen, p.last_seen, p.examples
FROM pairs p JOIN keys k ON k.key = p.key
WHERE p.is_new AND k.usual_users BETWEEN 1 AND :most_users
ORDER BY k.usual_users, p.contexts DESC, p.uses DESC, p.key, p.principal
LIMIT 100

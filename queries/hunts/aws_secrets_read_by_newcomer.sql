/*
title:
  en: Secrets read by a name that never read them
  ja: 読んだことのない名義によるシークレットの取得
hypothesis:
  en: An attacker collects passwords and tokens from Secrets Manager and Parameter Store.
  ja: 攻撃者が Secrets Manager や Parameter Store からパスワードやトークンを集めている。
data: [aws-cloudtrail]
read:
  en: Many secrets by one name in a short time, with refusals, is collecting. A new service reads one or two and goes on reading them.
  ja: 一つの名義が短時間に多数を読み、拒否が混じるのは収集。新しいサービスは 1、2 個を読み続ける。
next:
  en: Rotate what was read, the ones with the widest reach first. Then look for their use from other addresses.
  ja: 読まれたものを影響の大きい順に更新し、他のアドレスからの使用を探す。
attack: [T1555.006, T1552.001]
entities: { principal: principal, src_ip: ip, account_id: account }
budgetBytes: 20000000000
parameters:
  least_secrets: { type: integer, default: 3, min: 1, max: 1000 }
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
*/
WITH reads AS (
  SELECT coalesce(session_issuer, user_arn, user_name) AS principal, account_id, src_ip, user_agent, event_name, event_id, time, error_code,
    coalesce(json_extract_scalar(request, '$.secretId'), json_extract_scalar(request, '$.name'), json_format(json_extract(request, '$.names')),
      json_extract_scalar(request, '$.path'), json_format(json_extract(request, '$.secretIdList')), event_name) AS secret
  FROM cloudtrail
  WHERE eventday BETWEEN :from_day AND :to_day
    AND event_name IN ('GetSecretValue', 'BatchGetSecretValue', 'GetParameter', 'GetParameters', 'GetParametersByPath')
    AND coalesce(user_type, '') <> 'AWSService'
),
pairs AS (
  SELECT principal, account_id, secret, count(*) AS reads, count(error_code) AS denied, min_by(src_ip, time) AS src_ip, min_by(user_agent, time) AS user_agent,
    min(time) AS first_seen, max(time) AS last_seen, min_by(event_id, time) AS event_id
  FROM reads WHERE principal IS NOT NULL GROUP BY principal, account_id, secret
)
SELECT principal, account_id, min_by(src_ip, first_seen) AS src_ip, min_by(user_agent, first_seen) AS user_agent,
  count(*) AS new_secrets, sum(reads) AS reads, sum(denied) AS denied,
  slice(array_sort(array_agg(secret)), 1, 10) AS secrets,
  date_diff('minute', min(first_seen), max(first_seen)) AS minutes,
  min(first_seen) AS first_seen, max(last_seen) AS last_seen, min_by(event_id, first_seen, 3) AS examples
FROM pairs
WHERE first_seen >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d'))
GROUP BY principal, account_id
HAVING count(*) >= :least_secrets
ORDER BY new_secrets DESC, denied DESC, principal
LIMIT 100

/*
title:
  en: Console sign-ins without a second factor, from new places first
  ja: 二要素なしのコンソールサインイン (新しい場所を優先)
hypothesis:
  en: A phished or guessed password opens the console, because no second factor is asked for.
  ja: 二要素が求められないため、盗まれたパスワードでコンソールが開かれている。
data: [aws-cloudtrail]
read:
  en: Federated sign-ins have their factor elsewhere and are left out. A new address, or failures before the success, comes first.
  ja: フェデレーションは別の場所で二要素を行うため除いてある。新しいアドレスや、成功前の失敗がある行が上に来る。
next:
  en: Ask the user. Set the password anew, enforce a second factor, and read what the console session did.
  ja: 本人に確認し、パスワードを変更、二要素を必須にし、セッション中の操作を読む。
attack: [T1078.004, T1110]
entities: { who: principal, src_ip: ip, account_id: account }
budgetBytes: 20000000000
parameters:
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
*/
WITH logins AS (
  SELECT coalesce("user".uid, "user".name) AS who, accountid AS account_id, src_endpoint.ip AS src_ip, http_request.user_agent AS user_agent,
    status_id = 1 AS is_success, coalesce(is_mfa, false) AS is_mfa, metadata.uid AS event_id, time_dt,
    time_dt >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d')) AS is_recent
  FROM authentication
  WHERE eventday BETWEEN :from_day AND :to_day AND source = 'aws-cloudtrail' AND api.operation = 'ConsoleLogin'
    AND coalesce("user".type, '') IN ('IAMUser', 'Root')
)
SELECT who, src_ip, account_id, bool_and(is_recent) AS new_address,
  count_if(is_success AND is_recent AND NOT is_mfa) AS without_mfa, count_if(NOT is_success) AS failures, count(*) AS sign_ins,
  min_by(user_agent, time_dt) AS user_agent,
  min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) AS examples
FROM logins
WHERE who IS NOT NULL
GROUP BY who, src_ip, account_id
HAVING count_if(is_success AND is_recent AND NOT is_mfa) > 0
ORDER BY new_address DESC, failures DESC, without_mfa DESC, who, src_ip
LIMIT 100

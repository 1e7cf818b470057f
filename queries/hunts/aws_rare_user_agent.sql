/*
title:
  en: A client program that hardly anybody uses
  ja: ほとんど誰も使わないクライアントプログラム
hypothesis:
  en: Attack tools and the attacker's own scripts announce themselves by another agent than the organization's.
  ja: 攻撃ツールや攻撃者のスクリプトは、組織と異なるエージェント名を名乗る。
data: [aws-cloudtrail]
read:
  en: The family is the agent without versions. One principal, new today, many actions is the pattern; names of tools in it settle it.
  ja: 系統とはバージョンを除いたエージェント名。利用者一人・今日から・多数の操作が典型。ツール名が含まれれば確定的。
next:
  en: See whether the principal used another agent before, from another address. Two at once is a stolen credential.
  ja: その名義が以前、別のアドレスから別のエージェントを使っていたかを見る。両方が同時なら認証情報の盗難。
attack: [T1078.004, T1526]
entities: { principal: principal, src_ip: ip, account_id: account }
budgetBytes: 20000000000
parameters:
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
  most_principals: { type: integer, default: 1, min: 1, max: 100 }
*/
WITH calls AS (
  SELECT coalesce(session_issuer, user_arn, user_name) AS principal, account_id, src_ip, user_agent, event_name, event_id, time,
    lower(regexp_replace(regexp_extract(user_agent, '^\[?([^ \]]+( \([^)]*\))?)', 1), '[0-9]+(\.[0-9]+)*', '#')) AS family
  FROM cloudtrail
  WHERE eventday BETWEEN :from_day AND :to_day AND user_agent IS NOT NULL
    AND NOT regexp_like(user_agent, '^[a-z0-9.-]+\.amazonaws\.com$|^AWS Internal')
    AND coalesce(user_type, '') <> 'AWSService'
)
SELECT family, max_by(user_agent, time) AS user_agent, min_by(principal, time) AS principal, min_by(src_ip, time) AS src_ip,
  min_by(account_id, time) AS account_id,
  count(DISTINCT principal) AS principals, count(*) AS calls, count(DISTINCT event_name) AS actions,
  slice(array_sort(array_agg(DISTINCT event_name)), 1, 10) AS called,
  min(time) AS first_seen, max(time) AS last_seen, min_by(event_id, time, 3) AS examples
FROM calls
WHERE principal IS NOT NULL
GROUP BY family
HAVING count(DISTINCT principal) <= :most_principals AND min(time) >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d'))
ORDER BY actions DESC, calls DESC, family
LIMIT 100

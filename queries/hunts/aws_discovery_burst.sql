/*
title:
  en: A principal that looks around
  ja: 環境を見て回るプリンシパル
hypothesis:
  en: Fresh credentials are tried out by listing many services in a short time, with many refusals.
  ja: 手に入れたばかりの認証情報で、短時間に多数のサービスを列挙し、多くが拒否されている。
data: [aws-cloudtrail]
read:
  en: Many different actions of many services in one hour, a large share of them denied, is a tool at work. Inventories and posture scanners look alike but come each day; they are those with many active hours.
  ja: 1 時間に多数のサービスの多数の操作、しかも拒否が多ければツールの動作。棚卸しや診断ツールも似るが毎日現れるため、活動時間数が多い。
next:
  en: See who has the credentials, whether the agent is usual for them, and what they did after the look around.
  ja: 誰の認証情報か、エージェントは普段どおりか、列挙のあと何をしたかを確認する。
attack: [T1580, T1526, T1087.004]
entities: { principal: principal, src_ip: ip, account_id: account }
budgetBytes: 20000000000
parameters:
  least_actions: { type: integer, default: 20, min: 2, max: 1000 }
  most_hours: { type: integer, default: 6, min: 1, max: 1000, about: { en: principals that did so in more hours are routine, ja: これより多くの時間帯で行うものは日常業務とみなす } }
*/
WITH calls AS (
  SELECT coalesce(session_issuer, user_arn, user_name) AS principal, account_id, src_ip, user_agent,
    event_source, event_name, error_code, event_id, time, date_trunc('hour', time) AS hour
  FROM cloudtrail
  WHERE eventday BETWEEN :from_day AND :to_day
    AND regexp_like(event_name, '^(List|Describe|Get|Lookup|Search|BatchGet)')
    AND coalesce(user_type, '') <> 'AWSService'
),
hours AS (
  SELECT principal, account_id, hour,
    count(DISTINCT event_name) AS actions, count(DISTINCT event_source) AS services,
    count(*) AS calls, count(error_code) AS denied,
    min_by(src_ip, time) AS src_ip, min_by(user_agent, time) AS user_agent,
    min(time) AS first_seen, max(time) AS last_seen, min_by(event_id, time, 3) AS examples
  FROM calls WHERE principal IS NOT NULL GROUP BY principal, account_id, hour
),
bursts AS (
  SELECT *, count(*) OVER (PARTITION BY principal, account_id) AS such_hours
  FROM hours WHERE actions >= :least_actions
)
SELECT principal, account_id, src_ip, user_agent, hour, actions, services, calls, denied, such_hours,
  round(CAST(denied AS double) / calls, 3) AS denied_ratio,
  first_seen, last_seen, examples
FROM bursts
WHERE such_hours <= :most_hours
ORDER BY denied_ratio DESC, services DESC, actions DESC, principal, hour
LIMIT 100

/*
title:
  en: A second factor enrolled from an unknown address
  ja: 未知のアドレスからの二要素の登録
hypothesis:
  en: After a sign-in with stolen credentials the attacker enrols a factor of their own to stay.
  ja: 盗んだ認証情報でサインインした攻撃者が、居座るために自分の二要素を登録している。
data: [okta, entra-id, google-workspace, aws-cloudtrail]
read:
  en: The address has no successful sign-in of that user on an earlier day of the window. A new employee has none at all; a removal of the old factor just before is a strong sign.
  ja: そのアドレスには以前の日の成功サインインがない。新入社員はそもそも履歴がない。直前に古い要素の削除があれば強い兆候。
next:
  en: Ask the user over another channel. Remove the factor, revoke sessions, and check mailbox rules and consents.
  ja: 別の経路で利用者に確認し、要素を削除してセッションを失効、受信ルールと同意を点検する。
attack: [T1098.005, T1556.006]
entities: { who: principal, src_ip: ip }
budgetBytes: 20000000000
level: high
*/
WITH changes AS (
  SELECT lower(coalesce("user".email_addr, "user".name, actor.user.email_addr, actor.user.name)) AS who, src_endpoint.ip AS src_ip, activity_id, coalesce(api.operation, metadata.event_code) AS operation,
    source, metadata.uid AS event_id, time_dt
  FROM account_change
  WHERE eventday BETWEEN :from_day AND :to_day AND activity_id IN (10, 11) AND coalesce(status_id, 1) <> 2
),
sign_ins AS (
  SELECT lower(coalesce("user".email_addr, "user".name)) AS who, src_endpoint.ip AS src_ip, min(time_dt) AS since, count(DISTINCT eventday) AS days
  FROM authentication
  WHERE eventday BETWEEN :from_day AND :to_day AND status_id = 1 AND src_endpoint.ip IS NOT NULL
  GROUP BY lower(coalesce("user".email_addr, "user".name)), src_endpoint.ip
),
usual AS (
  SELECT who, max(days) AS usual_days FROM sign_ins GROUP BY who
)
SELECT e.who, e.src_ip, e.source,
  arbitrary(u.usual_days) AS usual_days,
  count(DISTINCT e.event_id) AS enrolments,
  count(DISTINCT r.event_id) AS removals_before,
  min_by(e.operation, e.time_dt) AS operation,
  min(e.time_dt) AS first_seen, max(e.time_dt) AS last_seen,
  slice(array_sort(array_distinct(array_agg(e.event_id))), 1, 3) AS examples
FROM changes e
JOIN usual u ON u.who = e.who
LEFT JOIN sign_ins s ON s.who = e.who AND s.src_ip = e.src_ip AND date_trunc('day', s.since) < date_trunc('day', e.time_dt)
LEFT JOIN changes r ON r.who = e.who AND r.activity_id = 11 AND r.time_dt BETWEEN date_add('hour', -24, e.time_dt) AND e.time_dt
WHERE e.activity_id = 10 AND s.who IS NULL AND e.src_ip IS NOT NULL
GROUP BY e.who, e.src_ip, e.source
ORDER BY removals_before DESC, usual_days DESC, e.who, e.src_ip
LIMIT 100

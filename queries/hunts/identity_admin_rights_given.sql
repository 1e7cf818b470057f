/*
title:
  en: Administrator rights given, by an unusual hand first
  ja: 管理者権限の付与 (普段行わない者を優先)
hypothesis:
  en: An attacker makes an account of theirs an administrator.
  ja: 攻撃者が自分のアカウントを管理者にしている。
data: [okta, entra-id, google-workspace, github, m365, windows, aws-cloudtrail]
read:
  en: Givers without earlier gifts in the window, and people who give to themselves, come first. A join of the platform team is announced.
  ja: 期間内に付与実績のない者、自分自身に与えた者が上に来る。正式な異動なら告知がある。
next:
  en: Ask the giver. Take the right away, look at what the new administrator did since.
  ja: 付与者に確認し、権限を外し、新しい管理者のその後の行動を見る。
attack: [T1098.003, T1098.007]
entities: { giver: principal, receiver: principal, src_ip: ip }
budgetBytes: 20000000000
parameters:
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
*/
WITH gifts AS (
  SELECT lower(coalesce(actor.user.email_addr, actor.user.name, actor.user.uid)) AS giver, lower(coalesce("user".email_addr, "user".name, "user".uid)) AS receiver,
    "group".name AS "right", CAST(NULL AS varchar) AS src_ip, source, metadata.uid AS event_id, time_dt
  FROM group_management
  WHERE eventday BETWEEN :from_day AND :to_day AND activity_id IN (1, 3) AND coalesce(status_id, 1) <> 2
  UNION ALL
  SELECT lower(coalesce(actor.user.email_addr, actor.user.name, actor.user.uid)), lower(coalesce("user".email_addr, "user".name, "user".uid)),
    coalesce(json_extract_scalar(api.request.data, '$.policyArn'), json_extract_scalar(api.request.data, '$.policyName'), "user".type, coalesce(api.operation, metadata.event_code)),
    src_endpoint.ip, source, metadata.uid, time_dt
  FROM account_change
  WHERE eventday BETWEEN :from_day AND :to_day AND activity_id = 7 AND coalesce(status_id, 1) <> 2
),
strong AS (
  SELECT *, count(*) OVER (PARTITION BY giver ORDER BY date_trunc('day', time_dt) RANGE BETWEEN UNBOUNDED PRECEDING AND INTERVAL '1' DAY PRECEDING) AS earlier_gifts
  FROM gifts WHERE regexp_like("right", '(?i)admin|owner|root|operator|privileged|wheel|sudo|security|poweruser|fullaccess')
)
SELECT giver, receiver, "right", source, min_by(src_ip, time_dt) AS src_ip, min(earlier_gifts) AS earlier_gifts, giver = receiver AS to_itself, count(*) AS gifts,
  min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) AS examples
FROM strong
WHERE time_dt >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d'))
GROUP BY giver, receiver, "right", source
ORDER BY coalesce(giver = receiver, false) DESC, earlier_gifts, gifts DESC, giver, receiver, "right"
LIMIT 100

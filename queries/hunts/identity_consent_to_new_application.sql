/*
title:
  en: Consent to an application that nobody used before
  ja: これまで誰も使わなかったアプリケーションへの同意
hypothesis:
  en: A user is led to grant a malicious application access to mail and files, which survives a new password.
  ja: 利用者が悪意あるアプリにメールやファイルへの権限を与え、パスワード変更後もアクセスが残る。
data: [entra-id, google-workspace, github, okta, m365, slack]
read:
  en: Applications first seen in the recent days, with few users. Mail, files and offline scopes matter; a consent for all users by an administrator comes first.
  ja: 直近に初めて現れ、利用者の少ないアプリ。メール・ファイル・オフライン権限に注意。管理者による全体同意は最優先。
next:
  en: Look the publisher up, revoke the grant and its tokens, and see what the application read.
  ja: 発行元を調べ、同意とトークンを取り消し、アプリが何を読んだかを確認する。
attack: [T1528, T1550.001]
entities: { application: application, who: principal, src_ip: ip }
budgetBytes: 20000000000
parameters:
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
  most_users: { type: integer, default: 3, min: 1, max: 10000 }
*/
WITH grants AS (
  SELECT coalesce(actor.app_name, element_at(unmapped, 'oauth_application_name'), element_at(unmapped, 'data.oauth_application_name'),
      element_at(unmapped, 'integration'), element_at(unmapped, 'name'), element_at(resources, 1).name) AS application,
    lower(coalesce(actor.user.email_addr, actor.user.name)) AS who, src_endpoint.ip AS src_ip, coalesce(api.operation, metadata.event_code) AS operation, source, metadata.uid AS event_id, time_dt
  FROM api_activity
  WHERE eventday BETWEEN :from_day AND :to_day
    AND regexp_like(coalesce(api.operation, metadata.event_code), '(?i)^consent to application|^add (delegated permission grant|oauth2permissiongrant|app role assignment)|^authorize$|^integration_installation\.create|^app_installed$|^app\.oauth2.*consent')
  UNION ALL
  SELECT coalesce(actor.app_name, element_at(unmapped, 'oauth_application_name'), element_at(unmapped, 'data.oauth_application_name'), service.name),
    lower(coalesce("user".email_addr, "user".name)), src_endpoint.ip, coalesce(api.operation, metadata.event_code), source, metadata.uid, time_dt
  FROM authentication
  WHERE eventday BETWEEN :from_day AND :to_day AND regexp_like(coalesce(api.operation, metadata.event_code), '(?i)^oauth_authorization\.create|oauth2.*consent')
)
SELECT application, source, min_by(who, time_dt) AS who, min_by(src_ip, time_dt) AS src_ip,
  count(DISTINCT who) AS users, count(*) AS grants,
  slice(array_sort(array_agg(DISTINCT operation)), 1, 5) AS operations,
  min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) AS examples
FROM grants
WHERE application IS NOT NULL
GROUP BY application, source
HAVING min(time_dt) >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d')) AND count(DISTINCT who) <= :most_users
ORDER BY count_if(regexp_like(operation, '(?i)app role assignment')) DESC, users, grants DESC, application
LIMIT 100

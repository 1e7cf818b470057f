/*
title:
  en: A credential added to an application or a machine account
  ja: アプリケーションやマシンアカウントへの認証情報の追加
hypothesis:
  en: An attacker adds a secret of their own to an application, which needs no second factor.
  ja: 攻撃者が、二要素の要らないアプリケーションに自分のシークレットを追加している。
data: [entra-id, okta, github, google-workspace, m365]
read:
  en: People who never did so in the window come first. Pipelines rotate secrets under their own name.
  ja: 期間内に実績のない者が上に来る。パイプラインは自分の名義で更新する。
next:
  en: Ask the owner of the application, remove the credential, and read the application's sign-ins since.
  ja: アプリの責任者に確認し、認証情報を削除し、以後のアプリのサインインを読む。
attack: [T1098.001, T1528]
entities: { who: principal, src_ip: ip }
budgetBytes: 50000000000
parameters:
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
*/
WITH additions AS (
  SELECT lower(coalesce(actor.user.email_addr, actor.user.name)) AS who, src_endpoint.ip AS src_ip, coalesce(api.operation, metadata.event_code) AS operation, source,
    coalesce(element_at(resources, 1).name, api.service.name) AS application, metadata.uid AS event_id, time_dt
  FROM api_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND coalesce(status_id, 1) <> 2
    AND regexp_like(coalesce(api.operation, metadata.event_code), '(?i)service principal credentials|certificates and secrets|^add service principal|^(public|deploy)_key\.(create|verify)|personal_access_token\.(access_granted|request_created|create)|org_credential_authorization\.grant|^authorize_api_client_access|oauth2\.client\.lifecycle\.create|app\.oauth2\.credentials')
  UNION ALL
  SELECT lower(coalesce(actor.user.email_addr, actor.user.name)), src_endpoint.ip, coalesce(api.operation, metadata.event_code), source, entity.name, metadata.uid, time_dt
  FROM entity_management
  WHERE eventday BETWEEN :from_day AND :to_day AND coalesce(status_id, 1) <> 2 AND regexp_like(coalesce(api.operation, metadata.event_code), '(?i)api_token\.create')
)
SELECT who, source, min_by(src_ip, time_dt) AS src_ip, count(*) AS additions, count(DISTINCT application) AS applications,
  min_by(application, time_dt) AS first_application,
  slice(array_sort(array_agg(DISTINCT operation)), 1, 5) AS operations,
  min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) AS examples
FROM additions
WHERE who IS NOT NULL
GROUP BY who, source
HAVING min(time_dt) >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d'))
ORDER BY applications DESC, additions DESC, who, source
LIMIT 100

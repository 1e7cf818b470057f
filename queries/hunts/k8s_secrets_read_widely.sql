/*
title:
  en: Secrets of a cluster read widely
  ja: クラスターのシークレットの広範な読み取り
hypothesis:
  en: A token is used to collect secrets of several namespaces.
  ja: トークンを使って複数の名前空間のシークレットが集められている。
data: [kubernetes-audit]
read:
  en: Namespaces and secrets that the user did not read on earlier days, and listing of all. Controllers list secrets each day.
  ja: 以前の日に読んでいない名前空間やシークレット、全件の一覧取得。コントローラーは毎日一覧する。
next:
  en: Rotate the secrets that were read and the token that read them; look for their use.
  ja: 読まれたシークレットと使われたトークンを更新し、悪用を探す。
attack: [T1552.007, T1528]
entities: { who: principal, src_ip: ip }
budgetBytes: 20000000000
parameters:
  least_secrets: { type: integer, default: 3, min: 1, max: 10000 }
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
*/
WITH reads AS (
  SELECT coalesce(actor.user.name, actor.user.uid) AS who, coalesce(element_at(resources, 1).namespace, '*') AS namespace,
    IF(api.operation IN ('list', 'watch'), '*', coalesce(element_at(resources, 1).name, '*')) AS secret,
    min_by(src_endpoint.ip, time_dt) AS src_ip, min_by(http_request.user_agent, time_dt) AS user_agent, count(*) AS reads, count_if(status_id = 2) AS refused,
    min(time_dt) AS since, max(time_dt) AS last_seen, min_by(metadata.uid, time_dt) AS event_id
  FROM api_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND source = 'kubernetes-audit' AND element_at(resources, 1).type = 'secrets' AND api.operation IN ('get', 'list', 'watch')
  GROUP BY coalesce(actor.user.name, actor.user.uid), coalesce(element_at(resources, 1).namespace, '*'), IF(api.operation IN ('list', 'watch'), '*', coalesce(element_at(resources, 1).name, '*'))
)
SELECT who, min_by(src_ip, since) AS src_ip, min_by(user_agent, since) AS user_agent, count(*) AS new_secrets, count_if(secret = '*') AS whole_lists,
  count(DISTINCT namespace) AS namespaces, sum(refused) AS refused, slice(array_sort(array_agg(concat(namespace, '/', secret))), 1, 10) AS secrets,
  min(since) AS first_seen, max(last_seen) AS last_seen, min_by(event_id, since, 3) AS examples
FROM reads
WHERE who IS NOT NULL AND since >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d'))
GROUP BY who
HAVING count(*) + 2 * count_if(secret = '*') >= :least_secrets
ORDER BY whole_lists DESC, namespaces DESC, new_secrets DESC, who
LIMIT 100

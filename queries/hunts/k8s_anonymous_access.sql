/*
title:
  en: The API server answers nobody in particular
  ja: 匿名ユーザーに応答する API サーバー
hypothesis:
  en: A cluster is open to anonymous users, and somebody found it.
  ja: 匿名利用に開かれたクラスターが見つけられている。
data: [kubernetes-audit]
read:
  en: Health and version addresses are asked by load balancers and are left out. Any other answer to an anonymous user is a hole; refusals are scans.
  ja: ヘルスチェックとバージョンは除外。それ以外への応答は穴であり、拒否は探索。
next:
  en: Remove the binding of system:anonymous or system:unauthenticated, close the endpoint, read what was answered.
  ja: system:anonymous などへのバインドを外し、エンドポイントを閉じ、応答内容を確認する。
attack: [T1190, T1613]
entities: { src_ip: ip }
budgetBytes: 20000000000
level: high
parameters:
  least_requests: { type: integer, default: 1, min: 1, max: 100000 }
*/
WITH requests AS (
  SELECT src_endpoint.ip AS src_ip, api.operation AS verb, element_at(resources, 1).type AS resource, coalesce(http_request.url.path, http_request.url.url_string) AS path,
    http_request.user_agent AS user_agent, coalesce(status_id, 1) <> 2 AS is_answered, metadata.uid AS event_id, time_dt
  FROM api_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND source = 'kubernetes-audit' AND actor.user.name IN ('system:anonymous', 'system:unauthenticated')
    AND NOT coalesce(regexp_like(coalesce(http_request.url.path, http_request.url.url_string), '^/(healthz|livez|readyz|version|openid|\.well-known)'), false)
)
SELECT src_ip, count_if(is_answered) AS answered, count(*) AS requests, count(DISTINCT path) AS paths, min_by(user_agent, time_dt) AS user_agent,
  slice(array_sort(array_agg(DISTINCT concat(coalesce(verb, ''), ' ', coalesce(path, resource, '')))), 1, 10) AS asked,
  min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) AS examples
FROM requests
GROUP BY src_ip
HAVING count(*) >= :least_requests
ORDER BY answered DESC, requests DESC, src_ip
LIMIT 100

/*
title:
  en: Shells into pods by somebody new
  ja: 新しい者によるポッドへのシェル接続
hypothesis:
  en: With a stolen kubeconfig or token the attacker enters containers.
  ja: 盗んだ kubeconfig やトークンで、攻撃者がコンテナに入っている。
data: [kubernetes-audit]
read:
  en: Users without such a day before in the window; service accounts that exec; many pods. Developers exec into pods of their own namespace now and then.
  ja: 期間内に実績のない者、exec するサービスアカウント、多数のポッド。開発者は自分の名前空間に時々入る。
next:
  en: Read the command in the request address, and what the pod's service account did afterwards.
  ja: リクエスト URL のコマンドと、その後ポッドのサービスアカウントがしたことを見る。
attack: [T1609, T1552.007]
entities: { who: principal, src_ip: ip, pod: resource }
budgetBytes: 20000000000
parameters:
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
*/
WITH execs AS (
  SELECT coalesce(actor.user.name, actor.user.uid) AS who, src_endpoint.ip AS src_ip, element_at(resources, 1).namespace AS namespace, element_at(resources, 1).name AS pod,
    regexp_extract(coalesce(http_request.url.path, http_request.url.url_string), '/(exec|attach|portforward|ephemeralcontainers)', 1) AS kind, status_id, metadata.uid AS event_id, time_dt
  FROM api_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND source = 'kubernetes-audit'
    AND regexp_like(coalesce(http_request.url.path, http_request.url.url_string), '/pods/[^/]+/(exec|attach|portforward|ephemeralcontainers)')
)
SELECT who, min_by(src_ip, time_dt) AS src_ip, count(*) AS execs, count_if(status_id = 2) AS refused, count(DISTINCT concat(coalesce(namespace, ''), '/', pod)) AS pods,
  count(DISTINCT namespace) AS namespaces, min_by(concat(coalesce(namespace, ''), '/', pod), time_dt) AS pod,
  who LIKE 'system:serviceaccount:%' AS is_service_account, slice(array_sort(array_agg(DISTINCT kind)), 1, 5) AS kinds,
  min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) AS examples
FROM execs
WHERE who IS NOT NULL
GROUP BY who
HAVING min(time_dt) >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d'))
ORDER BY is_service_account DESC, pods DESC, execs DESC, who
LIMIT 100

/*
title:
  en: Rights in a cluster given by an unusual hand
  ja: 普段と異なる者によるクラスター権限の付与
hypothesis:
  en: An attacker binds a strong role to an account of theirs.
  ja: 攻撃者が自分のアカウントに強いロールを割り当てている。
data: [kubernetes-audit]
read:
  en: Bindings of cluster-admin, of anonymous users or of a default service account come first; pipelines make bindings under their own name each release.
  ja: cluster-admin、匿名ユーザー、default サービスアカウントへの割り当てが上に来る。パイプラインはリリースのたび自分の名義で行う。
next:
  en: Delete the binding, then read what its subject did since.
  ja: 割り当てを消し、対象がその後したことを読む。
attack: [T1098.006, T1078.004]
entities: { who: principal, src_ip: ip }
budgetBytes: 20000000000
level: high
parameters:
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
*/
WITH bindings AS (
  SELECT coalesce(actor.user.name, actor.user.uid) AS who, src_endpoint.ip AS src_ip, element_at(resources, 1).type AS kind, element_at(resources, 1).name AS binding,
    json_extract_scalar(api.request.data, '$.roleRef.name') AS role, json_extract_scalar(api.request.data, '$.subjects[0].name') AS subject, status_id, metadata.uid AS event_id, time_dt,
    regexp_like(api.request.data, '"name":\s*"(cluster-admin|admin|system:masters|system:anonymous|system:unauthenticated|default)"|"(resources|verbs)":\s*\["\*"') AS is_strong
  FROM api_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND source = 'kubernetes-audit' AND api.operation IN ('create', 'update', 'patch')
    AND element_at(resources, 1).type IN ('clusterrolebindings', 'rolebindings', 'clusterroles', 'roles')
)
SELECT who, min_by(src_ip, time_dt) AS src_ip, count(*) AS bindings, count_if(is_strong) AS strong, count_if(status_id = 2) AS refused,
  min_by(role, time_dt) AS role, min_by(subject, time_dt) AS subject, slice(array_sort(array_agg(DISTINCT binding)), 1, 5) AS names,
  min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) AS examples
FROM bindings
WHERE who IS NOT NULL
GROUP BY who
HAVING min(time_dt) >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d'))
ORDER BY strong DESC, bindings DESC, who
LIMIT 100

/*
title:
  en: Pods that reach into their node
  ja: ノードに手が届くポッドの作成
hypothesis:
  en: A privileged pod, or one with the host's files or network, is started to break out of the container.
  ja: コンテナから抜け出すため、特権やホストのファイル・ネットワークを持つポッドが起動されている。
data: [kubernetes-audit]
read:
  en: Creators without an earlier day first. Agents of security and storage products need such rights, in their own namespace, on every node.
  ja: 以前の実績がない作成者が上に来る。セキュリティやストレージのエージェントも同じ権限を使うが、専用の名前空間で全ノードに入る。
next:
  en: Delete the pod after a look at its image and command; treat the node as lost and replace it.
  ja: イメージとコマンドを確認してポッドを消し、ノードは侵害されたものとして入れ替える。
attack: [T1610, T1611]
entities: { who: principal, src_ip: ip, workload: resource }
budgetBytes: 20000000000
level: high
parameters:
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
*/
WITH creations AS (
  SELECT coalesce(actor.user.name, actor.user.uid) AS who, src_endpoint.ip AS src_ip, element_at(resources, 1).namespace AS namespace, element_at(resources, 1).type AS kind,
    element_at(resources, 1).name AS workload, coalesce(json_extract_scalar(api.request.data, '$.spec.containers[0].image'), json_extract_scalar(api.request.data, '$.spec.template.spec.containers[0].image'),
      json_extract_scalar(api.request.data, '$.spec.jobTemplate.spec.template.spec.containers[0].image')) AS image, status_id,
    regexp_like(api.request.data, '"privileged":\s*true') AS is_privileged, regexp_like(api.request.data, '"hostPath"') AS has_host_path,
    regexp_like(api.request.data, '"host(PID|Network|IPC)":\s*true') AS has_host_namespace, metadata.uid AS event_id, time_dt
  FROM api_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND source = 'kubernetes-audit' AND api.operation IN ('create', 'update', 'patch')
    AND element_at(resources, 1).type IN ('pods', 'daemonsets', 'deployments', 'statefulsets', 'jobs', 'cronjobs', 'replicasets')
    AND regexp_like(api.request.data, '"privileged":\s*true|"hostPath"|"host(PID|Network|IPC)":\s*true')
)
SELECT who, min_by(src_ip, time_dt) AS src_ip, min_by(namespace, time_dt) AS namespace, min_by(workload, time_dt) AS workload, min_by(image, time_dt) AS image,
  count(*) AS creations, count_if(status_id = 2) AS refused, bool_or(is_privileged) AS is_privileged, bool_or(has_host_path) AS has_host_path, bool_or(has_host_namespace) AS has_host_namespace,
  min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) AS examples
FROM creations
WHERE who IS NOT NULL
GROUP BY who
HAVING min(time_dt) >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d'))
ORDER BY is_privileged DESC, has_host_path DESC, creations DESC, who
LIMIT 100

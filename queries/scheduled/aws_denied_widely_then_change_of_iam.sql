/*
title: { en: Denied across many services and then a change of IAM, ja: 多数のサービスでの拒否に続く IAM の変更 }
description:
  en: A principal is denied in five or more services and, within the same hour, changes IAM. Somebody tries what a credential may do and finds a way to more.
  ja: ある主体が 5 つ以上のサービスで拒否され、同じ 1 時間のうちに IAM を変更しました。認証情報の権限を試し、昇格の手段を見つけた可能性があります。
every: 1h
lookback: 3h
level: high
attack: [T1098, T1580]
sources: [aws-cloudtrail]
entities: { principal: principal, src_ip: ip, account: account }
dedup: [principal]
budgetBytes: 20000000000
summary: '{principal} was denied {denied} times in {services} services and then made {changes} changes of IAM ({operations})'
nextSteps:
  en: Read the changes first, and what they gave to whom. Were they made after the denials? If nobody ordered them, take them back and disable the credential.
  ja: まず変更内容と、誰に何が付与されたかを確認してください。拒否の後に行われたもので、承認がなければ、変更を取り消し認証情報を無効化してください。
parameters:
  least_services: { type: integer, default: 5, min: 2, max: 200 }
*/
SELECT
  actor.user.uid AS principal,
  date_trunc('hour', time_dt) AS hour,
  count_if(status_id = 2) AS denied,
  count(DISTINCT api.service.name) FILTER (WHERE status_id = 2) AS services,
  count_if(status_id = 1) AS changes,
  array_sort(array_agg(DISTINCT api.operation) FILTER (WHERE status_id = 1)) AS operations,
  slice(array_sort(array_agg(DISTINCT src_endpoint.ip) FILTER (WHERE src_endpoint.ip IS NOT NULL)), 1, 20) AS src_ip,
  min(accountid) AS account,
  max(time_dt) AS time,
  slice(array_sort(array_agg(metadata.uid)), 1, 200) AS event_uids
FROM api_activity
WHERE eventday BETWEEN :from_day AND :to_day AND ingest_time_dt >= :ingest_from AND ingest_time_dt < :ingest_to
  AND source = 'aws-cloudtrail' AND actor.invoked_by IS NULL
  AND ((status_id = 2 AND regexp_like(api.response.error, 'AccessDenied|UnauthorizedOperation|Forbidden'))
    OR (status_id = 1 AND api.service.name = 'iam.amazonaws.com' AND element_at(unmapped, 'readOnly') = 'false'))
GROUP BY actor.user.uid, date_trunc('hour', time_dt)
HAVING count(DISTINCT api.service.name) FILTER (WHERE status_id = 2) >= :least_services
  AND count_if(status_id = 1) > 0
  AND max(CASE WHEN status_id = 1 THEN time_dt END) > min(CASE WHEN status_id = 2 THEN time_dt END)

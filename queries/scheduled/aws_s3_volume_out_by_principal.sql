/*
title: { en: Large volume read from S3 by one principal, ja: 一つの主体による S3 からの大量読み出し }
description:
  en: One principal reads more than ten gigabytes of objects within an hour, by the bytes that S3 says it sent. Data events of the buckets must be logged.
  ja: 一つの主体が 1 時間以内に 10 ギガバイトを超えるオブジェクトを読み出しました（S3 が送信したバイト数による）。バケットのデータイベントの記録が必要です。
every: 1h
lookback: 3h
level: high
attack: [T1530]
sources: [aws-cloudtrail]
entities: { principal: principal, src_ip: ip, account: account, buckets: resource }
targets: [buckets]
dedup: [principal]
dedupWindow: 6h
budgetBytes: 20000000000
summary: '{principal} read {bytes} bytes in {objects} objects of {buckets} within an hour'
nextSteps:
  en: Does the principal copy these buckets on other days? Where do the addresses lie? If the reading goes on and nobody knows of it, deny the principal.
  ja: 他の日にも同じバケットをコピーしているか、送信元がどこかを確認してください。読み出しが続き心当たりがなければ、その主体を拒否してください。
parameters:
  least_bytes: { type: integer, default: 10000000000, min: 1000, max: 1000000000000000 }
*/
SELECT
  actor.user.uid AS principal,
  date_trunc('hour', time_dt) AS hour,
  sum(CAST(element_at(unmapped, 'additionalEventData.bytesTransferredOut') AS bigint)) AS bytes,
  count(*) AS objects,
  slice(array_sort(array_agg(DISTINCT json_extract_scalar(api.request.data, '$.bucketName'))), 1, 20) AS buckets,
  slice(array_sort(array_agg(DISTINCT src_endpoint.ip) FILTER (WHERE src_endpoint.ip IS NOT NULL)), 1, 20) AS src_ip,
  min(accountid) AS account,
  max(time_dt) AS time,
  slice(array_sort(array_agg(metadata.uid)), 1, 200) AS event_uids
FROM api_activity
WHERE eventday BETWEEN :from_day AND :to_day AND ingest_time_dt >= :ingest_from AND ingest_time_dt < :ingest_to
  AND source = 'aws-cloudtrail' AND status_id = 1 AND actor.invoked_by IS NULL AND api.operation = 'GetObject'
  AND regexp_like(element_at(unmapped, 'additionalEventData.bytesTransferredOut'), '^[0-9]{1,18}$')
GROUP BY actor.user.uid, date_trunc('hour', time_dt)
HAVING sum(CAST(element_at(unmapped, 'additionalEventData.bytesTransferredOut') AS bigint)) >= :least_bytes

/*
title: { en: A trail was stopped and not started again within an hour, ja: 停止された証跡が 1 時間以内に再開されていない }
description:
  en: Logging of a trail was stopped, or the trail deleted, and nobody started it again within an hour. Maintenance starts it again; an attacker does not.
  ja: 証跡のログ記録が停止または削除され、1 時間以内に再開されませんでした。保守作業であれば再開されますが、攻撃者は再開しません。
every: 1h
lookback: 4h
level: critical
attack: [T1685.002]
sources: [aws-cloudtrail]
entities: { principal: principal, src_ip: ip, account: account, trail: resource }
targets: [trail]
dedup: [account, trail]
dedupWindow: 1d
budgetBytes: 20000000000
summary: '{principal} did {operation} on trail {trail} of {account}, and for an hour nobody started it again'
nextSteps:
  en: Start the trail again now. Then read what the principal did before and, from other sources (VPC flow, S3 access, the organization's trail), meanwhile.
  ja: 直ちに証跡を再開してください。その後、その主体の直前の操作と、停止中の活動を他のソース（VPC フロー、S3 アクセス、組織の証跡）で確認してください。
*/
WITH changes AS (
  SELECT
    accountid AS account,
    coalesce(regexp_extract(json_extract_scalar(api.request.data, '$.name'), '[^/]+$'), 'unknown') AS trail,
    api.operation AS operation,
    actor.user.uid AS principal,
    src_endpoint.ip AS src_ip,
    time_dt AS time,
    metadata.uid AS event_uid
  FROM api_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND ingest_time_dt >= :ingest_from AND ingest_time_dt < :ingest_to
    AND source = 'aws-cloudtrail' AND status_id = 1 AND api.service.name = 'cloudtrail.amazonaws.com'
    AND api.operation IN ('StopLogging', 'DeleteTrail', 'StartLogging', 'CreateTrail')
),
followed AS (
  SELECT
    account, trail, operation, principal, src_ip, time, event_uid,
    min(CASE WHEN operation = 'StartLogging' THEN time END)
      OVER (PARTITION BY account, trail ORDER BY time ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS restarted
  FROM changes
)
SELECT account, trail, operation, principal, src_ip, time, ARRAY[event_uid] AS event_uids
FROM followed
WHERE operation IN ('StopLogging', 'DeleteTrail')
  AND (restarted IS NULL OR restarted > time + INTERVAL '1' HOUR)
  AND time <= :ingest_to - INTERVAL '1' HOUR

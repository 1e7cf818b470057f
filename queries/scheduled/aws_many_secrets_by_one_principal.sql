/*
title: { en: Many distinct secrets read by one principal, ja: 一つの主体による多数のシークレットの読み取り }
description:
  en: One principal reads ten or more different secrets or parameters within an hour. Applications read the same few; whoever holds a stolen session reads what it can reach.
  ja: 一つの主体が 1 時間以内に 10 個以上の異なるシークレットまたはパラメータを読み取りました。アプリケーションは決まった数個だけを読みますが、セッションを奪った攻撃者は届く限りすべてを読みます。
every: 1h
lookback: 3h
level: high
attack: [T1555.006]
sources: [aws-cloudtrail]
entities: { principal: principal, access_key: access_key, src_ip: ip, account: account }
dedup: [principal]
dedupWindow: 6h
budgetBytes: 20000000000
summary: '{principal} read {secrets} different secrets within an hour, among them {examples}'
nextSteps:
  en: Is the principal an application that starts up, or a backup? Who began its session, and from where? If nobody knows, revoke the session and rotate the secrets that it read.
  ja: 起動中のアプリケーションやバックアップではないか確認してください。誰がどこからセッションを開始したかを調べ、不明な場合はセッションを無効化し、読み取られたシークレットを更新してください。
parameters:
  least: { type: integer, default: 10, min: 2, max: 10000 }
*/
SELECT
  actor.user.uid AS principal,
  date_trunc('hour', time_dt) AS hour,
  count(DISTINCT coalesce(json_extract_scalar(api.request.data, '$.secretId'), json_extract_scalar(api.request.data, '$.name'))) AS secrets,
  slice(array_sort(array_agg(DISTINCT coalesce(json_extract_scalar(api.request.data, '$.secretId'), json_extract_scalar(api.request.data, '$.name')))), 1, 5) AS examples,
  slice(array_sort(array_agg(DISTINCT actor.user.credential_uid) FILTER (WHERE actor.user.credential_uid IS NOT NULL)), 1, 20) AS access_key,
  slice(array_sort(array_agg(DISTINCT src_endpoint.ip) FILTER (WHERE src_endpoint.ip IS NOT NULL)), 1, 20) AS src_ip,
  min(accountid) AS account,
  max(time_dt) AS time,
  slice(array_sort(array_agg(metadata.uid)), 1, 200) AS event_uids
FROM api_activity
WHERE eventday BETWEEN :from_day AND :to_day AND ingest_time_dt >= :ingest_from AND ingest_time_dt < :ingest_to
  AND source = 'aws-cloudtrail' AND status_id = 1 AND actor.invoked_by IS NULL
  AND (api.operation = 'GetSecretValue' OR (api.operation = 'GetParameter' AND json_extract_scalar(api.request.data, '$.withDecryption') = 'true'))
  AND coalesce(json_extract_scalar(api.request.data, '$.secretId'), json_extract_scalar(api.request.data, '$.name')) IS NOT NULL
GROUP BY actor.user.uid, date_trunc('hour', time_dt)
HAVING count(DISTINCT coalesce(json_extract_scalar(api.request.data, '$.secretId'), json_extract_scalar(api.request.data, '$.name'))) >= :least

/*
title: { en: Console sign-in without MFA from a network that is new for the user, ja: 利用者にとって新しいネットワークからの MFA なしコンソールサインイン }
description:
  en: An IAM user signs in to the console without a second factor, from an autonomous system (or, where that is not known, a /16 or /48) from which the user had not come in 30 days.
  ja: IAM ユーザーが、過去 30 日間使用していなかった自律システム（不明な場合は /16 または /48）から、第二要素なしでコンソールにサインインしました。
every: 1h
lookback: 4h
level: high
attack: [T1078.004]
sources: [aws-cloudtrail]
entities: { principal: principal, src_ip: ip, account: account }
dedup: [principal, network]
dedupWindow: 1d
budgetBytes: 100000000000
summary: '{principal} signed in to the console without MFA from {src_ip}, a network ({network}) that is new for the user'
nextSteps:
  en: Ask the user over another channel. If it was not the user, end the sessions, disable the login profile and require MFA.
  ja: 別の手段で本人に確認してください。本人でなければセッションを終了し、ログインプロファイルを無効化し、MFA を必須にしてください。
*/
WITH logins AS (
  SELECT
    actor.user.uid AS principal,
    coalesce('AS' || CAST(src_endpoint.autonomous_system.number AS varchar),
      CASE WHEN src_endpoint.ip LIKE '%:%' THEN regexp_extract(src_endpoint.ip, '^[^:]*:[^:]*:[^:]*') ELSE regexp_extract(src_endpoint.ip, '^[0-9]+[.][0-9]+') END) AS network,
    src_endpoint.ip AS src_ip,
    accountid AS account,
    is_mfa,
    time_dt AS time,
    ingest_time_dt AS ingested,
    metadata.uid AS event_uid
  FROM authentication
  WHERE eventday BETWEEN date_format(date_parse(:from_day, '%Y%m%d') - INTERVAL '30' DAY, '%Y%m%d') AND :to_day
    AND ingest_time_dt < :ingest_to
    AND source = 'aws-cloudtrail' AND api.operation = 'ConsoleLogin' AND status_id = 1 AND src_endpoint.ip IS NOT NULL
    AND actor.user.type IN ('IAMUser', 'Root')
),
seen AS (
  SELECT principal, network, src_ip, account, is_mfa, time, ingested, event_uid,
    min(time) OVER (PARTITION BY principal, network) AS network_since,
    min(time) OVER (PARTITION BY principal) AS principal_since
  FROM logins
)
SELECT principal, network, max(src_ip) AS src_ip, max(account) AS account, max(time) AS time, array_sort(array_agg(event_uid)) AS event_uids
FROM seen
WHERE is_mfa = false AND ingested >= :ingest_from AND time < network_since + INTERVAL '1' DAY AND principal_since < network_since
GROUP BY principal, network

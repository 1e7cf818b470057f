/*
title: { en: Resources created in a region that the account had not used, ja: アカウントが使用していなかったリージョンでのリソース作成 }
description:
  en: An account that is known for at least a week creates resources in a region in which it had created nothing for 30 days. Miners choose regions that nobody looks at.
  ja: 少なくとも 1 週間前から活動しているアカウントが、過去 30 日間何も作成していなかったリージョンでリソースを作成しました。不正マイニングは監視の薄いリージョンを選びます。
every: 6h
lookback: 1d
level: medium
attack: [T1535]
sources: [aws-cloudtrail]
entities: { account: account, principals: principal, src_ip: ip }
dedup: [account, region]
dedupWindow: 30d
budgetBytes: 200000000000
summary: 'Account {account} created resources in {region} for the first time in 30 days: {operations} by {principals}'
nextSteps:
  en: Does the account have business there? Look at what runs in the region, and deny unused regions with a service control policy.
  ja: そのリージョンで業務があるかを確認し、稼働中のリソースを調べてください。使用しないリージョンはサービスコントロールポリシーで拒否してください。
*/
WITH places AS (
  SELECT
    accountid AS account,
    region,
    min(time_dt) AS first_time,
    max(time_dt) AS time,
    min(ingest_time_dt) AS first_ingest,
    slice(array_sort(array_agg(DISTINCT api.operation)), 1, 10) AS operations,
    slice(array_sort(array_agg(DISTINCT actor.user.uid)), 1, 10) AS principals,
    slice(array_sort(array_agg(DISTINCT src_endpoint.ip) FILTER (WHERE src_endpoint.ip IS NOT NULL)), 1, 10) AS src_ip,
    slice(array_sort(array_agg(metadata.uid)), 1, 100) AS event_uids
  FROM api_activity
  WHERE eventday BETWEEN date_format(date_parse(:from_day, '%Y%m%d') - INTERVAL '30' DAY, '%Y%m%d') AND :to_day
    AND ingest_time_dt < :ingest_to
    AND source = 'aws-cloudtrail' AND status_id = 1 AND accountid IS NOT NULL AND region IS NOT NULL
    AND regexp_like(api.operation, '^(Run|Create|Launch|Start|Request)') AND element_at(unmapped, 'readOnly') = 'false'
    AND api.service.name IN ('ec2.amazonaws.com', 'ecs.amazonaws.com', 'eks.amazonaws.com', 'lambda.amazonaws.com', 'sagemaker.amazonaws.com',
      'lightsail.amazonaws.com', 'batch.amazonaws.com', 'bedrock.amazonaws.com', 'rds.amazonaws.com', 'apprunner.amazonaws.com')
  GROUP BY 1, 2
),
known AS (
  SELECT account, region, first_time, time, first_ingest, operations, principals, src_ip, event_uids,
    min(first_time) OVER (PARTITION BY account) AS account_since
  FROM places
)
SELECT account, region, operations, principals, src_ip, time, event_uids
FROM known
WHERE first_ingest >= :ingest_from AND first_time >= account_since + INTERVAL '7' DAY

/*
title: { en: A principal assumed a role for the first time in 30 days, ja: 主体が 30 日間で初めてロールを引き受けた }
description:
  en: A caller that is known for at least a week assumes a role that it had not assumed in 30 days. A signal of lateral movement; it adds risk to both.
  ja: 少なくとも 1 週間前から活動している主体が、過去 30 日間引き受けていなかったロールを引き受けました。横展開の兆候であり、双方のリスクを加算します。
every: 6h
lookback: 1d
level: low
attack: [T1550.001, T1078.004]
tactics: [lateral-movement]
sources: [aws-cloudtrail]
entities: { caller: principal, role: role, src_ip: ip, account: account }
targets: [role]
dedup: [caller, role]
dedupWindow: 30d
budgetBytes: 100000000000
summary: '{caller} assumed {role} for the first time in 30 days, {calls} times'
nextSteps:
  en: Was access granted lately? What did the session do next? Together with other signals of the caller it is an incident.
  ja: 最近アクセスが付与されたか、セッションがその後何をしたかを確認してください。同じ主体の他の兆候と合わせて判断します。
*/
WITH pairs AS (
  SELECT
    coalesce(actor.session.issuer, actor.user.uid) AS caller,
    session.issuer AS role,
    min(time_dt) AS first_time,
    max(time_dt) AS time,
    min(ingest_time_dt) AS first_ingest,
    count(*) AS calls,
    slice(array_sort(array_agg(DISTINCT src_endpoint.ip) FILTER (WHERE src_endpoint.ip IS NOT NULL)), 1, 20) AS src_ip,
    min(accountid) AS account,
    slice(array_sort(array_agg(metadata.uid)), 1, 100) AS event_uids
  FROM authentication
  WHERE eventday BETWEEN date_format(date_parse(:from_day, '%Y%m%d') - INTERVAL '30' DAY, '%Y%m%d') AND :to_day
    AND ingest_time_dt < :ingest_to
    AND source = 'aws-cloudtrail' AND api.operation = 'AssumeRole' AND status_id = 1 AND actor.invoked_by IS NULL
    AND session.issuer IS NOT NULL AND coalesce(actor.session.issuer, actor.user.uid) IS NOT NULL
  GROUP BY 1, 2
),
known AS (
  SELECT caller, role, first_time, time, first_ingest, calls, src_ip, account, event_uids,
    min(first_time) OVER (PARTITION BY caller) AS caller_since
  FROM pairs
)
SELECT caller, role, calls, src_ip, account, first_time, time, event_uids
FROM known
WHERE first_ingest >= :ingest_from AND first_time >= caller_since + INTERVAL '7' DAY

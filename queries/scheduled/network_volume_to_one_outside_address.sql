/*
title: { en: A host sent gigabytes to one outside address, ja: ホストから単一の外部アドレスへの大量送信 }
description:
  en: Within a day an inside address sends more than five gigabytes to one outside address from which it received far less. Backups and replication do so too; name them in an exclusion.
  ja: 1 日のうちに内部アドレスが一つの外部アドレスへ 5 ギガバイトを超えて送信し、受信ははるかに少量でした。バックアップや複製も該当するため、除外に登録してください。
every: 6h
lookback: 1d
level: medium
attack: [T1048]
sources: [aws-vpc-flow, zeek, palo-alto, fortigate, aws-network-firewall]
entities: { src_ip: ip, dst_ip: ip, account: account }
targets: [dst_ip]
dedup: [src_ip, dst_ip]
dedupWindow: 1d
budgetBytes: 200000000000
summary: '{src_ip} sent {bytes} bytes to {dst_ip} (port {port}) on one day and received {bytes_back}'
nextSteps:
  en: Whose is the outside address, and since when does the host speak with it? Which process or pod sends? Cut the connection if nobody knows.
  ja: 外部アドレスの所有者と、通信が始まった時期、送信しているプロセスや Pod を確認してください。心当たりがなければ通信を遮断してください。
parameters:
  least_bytes: { type: integer, default: 5000000000, min: 1000, max: 1000000000000000 }
*/
WITH flows AS (
  SELECT src_endpoint.ip AS a, dst_endpoint.ip AS b, dst_endpoint.port AS port, traffic.bytes AS bytes, accountid AS account, source,
    time_dt AS time, metadata.uid AS event_uid, date_trunc('day', time_dt) AS day
  FROM network_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND ingest_time_dt >= :ingest_from AND ingest_time_dt < :ingest_to
    AND traffic.bytes > 0 AND src_endpoint.ip IS NOT NULL AND dst_endpoint.ip IS NOT NULL
),
pairs AS (
  SELECT
    CASE WHEN regexp_like(a, '^(10[.]|192[.]168[.]|172[.](1[6-9]|2[0-9]|3[01])[.]|f[cd])') THEN a ELSE b END AS src_ip,
    CASE WHEN regexp_like(a, '^(10[.]|192[.]168[.]|172[.](1[6-9]|2[0-9]|3[01])[.]|f[cd])') THEN b ELSE a END AS dst_ip,
    regexp_like(a, '^(10[.]|192[.]168[.]|172[.](1[6-9]|2[0-9]|3[01])[.]|f[cd])') AS outward,
    bytes, port, account, source, time, day, event_uid
  FROM flows
  WHERE regexp_like(a, '^(10[.]|192[.]168[.]|172[.](1[6-9]|2[0-9]|3[01])[.]|f[cd])') <> regexp_like(b, '^(10[.]|192[.]168[.]|172[.](1[6-9]|2[0-9]|3[01])[.]|f[cd])')
)
SELECT
  src_ip, dst_ip, day,
  sum(CASE WHEN outward THEN bytes ELSE 0 END) AS bytes,
  sum(CASE WHEN outward THEN 0 ELSE bytes END) AS bytes_back,
  min(CASE WHEN outward THEN port END) AS port,
  min(account) AS account,
  max_by(source, time) AS source,
  max(time) AS time,
  slice(array_sort(array_agg(event_uid)), 1, 100) AS event_uids
FROM pairs
GROUP BY src_ip, dst_ip, day
HAVING sum(CASE WHEN outward THEN bytes ELSE 0 END) >= :least_bytes
  AND sum(CASE WHEN outward THEN bytes ELSE 0 END) > 4 * sum(CASE WHEN outward THEN 0 ELSE bytes END)

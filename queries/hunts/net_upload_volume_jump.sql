/*
title:
  en: Far more bytes sent out than on other days
  ja: 普段よりはるかに多い外向きのデータ量
hypothesis:
  en: Collected data leaves over the network to a place that the host never sent much to.
  ja: 集められたデータが、ほとんど送信したことのない宛先へ送られている。
data: [zeek, aws-vpc-flow, suricata, palo-alto, fortigate, cisco-asa]
read:
  en: Out over in is large for uploads, small for downloads. Destinations without earlier days come first; backups are steady.
  ja: アップロードでは送信/受信の比が大きい。以前の実績がない宛先が上に来る。バックアップは一定量。
next:
  en: Find what was sent (files touched before, archives) and stop the flow at the firewall or security group.
  ja: 何が送られたか (直前のファイル操作・圧縮) を調べ、通信を遮断する。
attack: [T1048, T1567.002, T1041]
entities: { src_ip: ip, dst_ip: ip }
budgetBytes: 500000000000
parameters:
  least_bytes: { type: integer, default: 100000000, min: 1, max: 1000000000000000 }
  least_times: { type: number, default: 5, min: 1, max: 100000 }
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
*/
WITH flows AS (
  SELECT src_endpoint.ip AS src_ip, dst_endpoint.ip AS dst_ip, dst_endpoint.port AS port, coalesce(traffic.bytes_out, traffic.bytes, 0) AS bytes_out,
    coalesce(traffic.bytes_in, 0) AS bytes_in, eventday, metadata.uid AS event_id, time_dt
  FROM network_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND coalesce(action_id, 1) <> 2
    AND regexp_like(src_endpoint.ip, '^(10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|f[cd])')
    AND NOT regexp_like(dst_endpoint.ip, '^(10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|127\.|169\.254\.|22[4-9]\.|23[0-9]\.|f[cde]|::1)')
),
days AS (
  SELECT src_ip, dst_ip, eventday, sum(bytes_out) AS bytes_out, sum(bytes_in) AS bytes_in, max_by(port, bytes_out) AS port,
    eventday >= date_format(date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d')), '%Y%m%d') AS is_recent,
    min(time_dt) AS first_seen, max(time_dt) AS last_seen, max_by(event_id, bytes_out, 3) AS examples
  FROM flows GROUP BY src_ip, dst_ip, eventday
),
pairs AS (
  SELECT src_ip, dst_ip, max(bytes_out) FILTER (WHERE is_recent) AS bytes_out, max_by(bytes_in, bytes_out) FILTER (WHERE is_recent) AS bytes_in,
    max_by(port, bytes_out) FILTER (WHERE is_recent) AS port, count_if(NOT is_recent) AS earlier_days,
    coalesce(avg(CAST(bytes_out AS double)) FILTER (WHERE NOT is_recent), 0e0) AS usual_bytes,
    min(first_seen) FILTER (WHERE is_recent) AS first_seen, max(last_seen) FILTER (WHERE is_recent) AS last_seen,
    max_by(examples, bytes_out) FILTER (WHERE is_recent) AS examples
  FROM days GROUP BY src_ip, dst_ip
)
SELECT src_ip, dst_ip, port, bytes_out, bytes_in, round(CAST(bytes_out AS double) / greatest(bytes_in, 1), 1) AS out_over_in, earlier_days,
  round(usual_bytes) AS usual_bytes, round(bytes_out / greatest(usual_bytes, 1e6), 1) AS times_usual, first_seen, last_seen, examples
FROM pairs
WHERE bytes_out >= :least_bytes AND bytes_out / greatest(usual_bytes, 1e6) >= :least_times AND bytes_out > bytes_in
ORDER BY times_usual DESC, bytes_out DESC, src_ip, dst_ip
LIMIT 100

/*
title:
  en: Connections at even intervals
  ja: 一定間隔の通信 (ビーコン)
hypothesis:
  en: An implant asks its master for orders at a steady pace, day and night.
  ja: マルウェアが昼夜を問わず一定間隔で指令を取りに行っている。
data: [zeek, aws-vpc-flow, suricata, palo-alto, fortigate, cisco-asa, windows, crowdstrike]
read:
  en: Spread is the standard deviation of the intervals over their mean, 0 is a clock. Destinations of many hosts are updates and time servers; one host and small even sizes is a beacon.
  ja: spread は間隔の標準偏差を平均で割った値で、0 は時計どおり。多数のホストが使う宛先は更新や時刻同期。1 台だけで小さく揃ったサイズはビーコン。
next:
  en: Find the process on the host at these times, look the destination up, isolate the host before it is warned.
  ja: その時刻のホストのプロセスを特定し、宛先を調べ、気付かれる前にホストを隔離する。
attack: [T1071.001, T1571, T1029]
entities: { src_ip: ip, dst_ip: ip }
budgetBytes: 200000000000
days: 2
parameters:
  least_connections: { type: integer, default: 24, min: 4, max: 1000000 }
  least_seconds: { type: integer, default: 20, min: 1, max: 86400, about: { en: shortest mean interval, ja: 平均間隔の下限 (秒) } }
  most_spread: { type: number, default: 0.25, min: 0, max: 5 }
  most_hosts: { type: integer, default: 3, min: 1, max: 100000 }
*/
WITH flows AS (
  SELECT src_endpoint.ip AS src_ip, dst_endpoint.ip AS dst_ip, dst_endpoint.port AS port, coalesce(traffic.bytes_out, traffic.bytes) AS bytes,
    metadata.uid AS event_id, time_dt
  FROM network_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND src_endpoint.ip IS NOT NULL AND dst_endpoint.ip IS NOT NULL
    AND coalesce(action_id, 1) <> 2 AND dst_endpoint.port NOT IN (123, 53, 67, 68, 5353)
    AND NOT regexp_like(dst_endpoint.ip, '^(10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|127\.|169\.254\.|22[4-9]\.|23[0-9]\.|f[cde]|::1)')
),
steps AS (
  SELECT *, date_diff('second', lag(time_dt) OVER (PARTITION BY src_ip, dst_ip, port ORDER BY time_dt, event_id), time_dt) AS gap FROM flows
),
pairs AS (
  SELECT src_ip, dst_ip, port, count(*) AS connections, avg(CAST(gap AS double)) AS mean_gap, stddev_pop(CAST(gap AS double)) AS gap_spread,
    avg(CAST(bytes AS double)) AS mean_bytes, stddev_pop(CAST(bytes AS double)) AS bytes_spread,
    count(DISTINCT date_trunc('hour', time_dt)) AS active_hours,
    min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) AS examples
  FROM steps GROUP BY src_ip, dst_ip, port
),
hosts AS (
  SELECT dst_ip, count(DISTINCT src_ip) AS hosts FROM flows GROUP BY dst_ip
)
SELECT p.src_ip, p.dst_ip, p.port, p.connections, round(p.mean_gap, 1) AS mean_seconds, round(p.gap_spread / p.mean_gap, 3) AS spread,
  round(p.bytes_spread / greatest(p.mean_bytes, 1e0), 3) AS bytes_spread, p.active_hours, h.hosts, p.first_seen, p.last_seen, p.examples
FROM pairs p JOIN hosts h ON h.dst_ip = p.dst_ip
WHERE p.connections >= :least_connections AND p.mean_gap >= :least_seconds AND p.gap_spread / p.mean_gap <= :most_spread AND h.hosts <= :most_hosts
ORDER BY spread, p.active_hours DESC, h.hosts, p.connections DESC, p.src_ip, p.dst_ip, p.port
LIMIT 100

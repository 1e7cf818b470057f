/*
title:
  en: One host knocks at many doors inside
  ja: 内部の多数のホスト・ポートを探索するホスト
hypothesis:
  en: From a first foothold the attacker looks for machines and services to move to.
  ja: 最初の足場から、攻撃者が移動先のマシンやサービスを探している。
data: [zeek, aws-vpc-flow, suricata, palo-alto, fortigate, cisco-asa]
read:
  en: Many destinations on one port is a sweep, many ports of one host a scan; most of them refused or unanswered. Scanners of your own do so each week.
  ja: 一つのポートで多数の宛先は横断、一台の多数ポートは走査。大半が拒否か無応答。自社のスキャナーは毎週行う。
next:
  en: Isolate the host if it is no scanner of yours, and look at who was logged on there.
  ja: 自社のスキャナーでなければホストを隔離し、ログオン中の者を調べる。
attack: [T1046, T1018]
entities: { src_ip: ip }
budgetBytes: 200000000000
days: 2
parameters:
  least_targets: { type: integer, default: 30, min: 2, max: 100000 }
  least_refused: { type: number, default: 0.5, min: 0, max: 1, about: { en: share of tries without a connection, ja: 接続に至らない試行の割合 } }
*/
WITH flows AS (
  SELECT src_endpoint.ip AS src_ip, dst_endpoint.ip AS dst_ip, dst_endpoint.port AS port, date_trunc('hour', time_dt) AS hour,
    coalesce(action_id, 1) = 2 OR coalesce(activity_id, 6) IN (4, 5) AS is_refused, metadata.uid AS event_id, time_dt
  FROM network_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND dst_endpoint.port IS NOT NULL
    AND regexp_like(src_endpoint.ip, '^(10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|f[cd])')
    AND regexp_like(dst_endpoint.ip, '^(10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|f[cd])')
)
SELECT src_ip, hour, count(DISTINCT dst_ip) AS hosts, count(DISTINCT port) AS ports, count(DISTINCT concat(dst_ip, ' ', CAST(port AS varchar))) AS targets,
  count(*) AS tries, round(CAST(count_if(is_refused) AS double) / count(*), 3) AS refused_ratio,
  slice(array_sort(array_agg(DISTINCT port)), 1, 10) AS first_ports,
  min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) AS examples
FROM flows
GROUP BY src_ip, hour
HAVING count(DISTINCT concat(dst_ip, ' ', CAST(port AS varchar))) >= :least_targets AND CAST(count_if(is_refused) AS double) / count(*) >= :least_refused
ORDER BY targets DESC, refused_ratio DESC, src_ip, hour
LIMIT 100

/*
title:
  en: Traffic out to a port that nobody used before
  ja: これまで誰も使わなかったポートへの外向き通信
hypothesis:
  en: A tool of an attacker talks to its server over a port of its own.
  ja: 攻撃ツールが独自のポートで外部のサーバーと通信している。
data: [zeek, aws-vpc-flow, suricata, palo-alto, fortigate, cisco-asa, windows, crowdstrike]
read:
  en: Ports first seen in the recent days, used by few hosts. Bytes in both directions mean that somebody answered.
  ja: 直近に初めて現れ、少数のホストだけが使うポート。双方向のバイトがあれば相手が応答している。
next:
  en: Name the process and the owner of the destination. Close the way out if nobody needs it.
  ja: プロセスと宛先の所有者を特定し、不要なら外向きを塞ぐ。
attack: [T1571, T1095]
entities: { src_ip: ip, dst_ip: ip }
budgetBytes: 500000000000
parameters:
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
  most_hosts: { type: integer, default: 2, min: 1, max: 1000 }
*/
WITH flows AS (
  SELECT src_endpoint.ip AS src_ip, dst_endpoint.ip AS dst_ip, dst_endpoint.port AS port, lower(connection_info.protocol_name) AS protocol,
    coalesce(traffic.bytes_out, traffic.bytes, 0) AS bytes_out, coalesce(traffic.bytes_in, 0) AS bytes_in, metadata.uid AS event_id, time_dt
  FROM network_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND dst_endpoint.port IS NOT NULL AND coalesce(action_id, 1) <> 2 AND coalesce(activity_id, 6) NOT IN (4, 5)
    AND regexp_like(src_endpoint.ip, '^(10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|f[cd])')
    AND NOT regexp_like(dst_endpoint.ip, '^(10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|127\.|169\.254\.|22[4-9]\.|23[0-9]\.|f[cde]|::1)')
    -- Answers of a server go to a port that the client took at random.
    AND (dst_endpoint.port < 32768 OR coalesce(src_endpoint.port, 65535) >= 32768)
)
SELECT port, protocol, min_by(src_ip, time_dt) AS src_ip, min_by(dst_ip, time_dt) AS dst_ip,
  count(DISTINCT src_ip) AS hosts, count(DISTINCT dst_ip) AS destinations, count(*) AS connections, sum(bytes_out) AS bytes_out, sum(bytes_in) AS bytes_in,
  min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) AS examples
FROM flows
GROUP BY port, protocol
HAVING min(time_dt) >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d')) AND count(DISTINCT src_ip) <= :most_hosts
ORDER BY hosts, connections DESC, bytes_out DESC, port, protocol
LIMIT 100

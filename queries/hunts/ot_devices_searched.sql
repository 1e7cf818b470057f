/*
title:
  en: A host that searches for control devices
  ja: 制御装置を探索するホスト
hypothesis:
  en: Before a change the attacker finds out which controllers and units there are, and what they answer to.
  ja: 変更の前に、攻撃者がどの制御装置・ユニットがあり何に応答するかを調べている。
data: [zeek]
read:
  en: New pairs of host and device or unit in the recent days. A new historian asks many devices once, and goes on asking the same.
  ja: 直近に初めて現れたホストと装置・ユニットの組の数。新しいヒストリアンも多数に問い合わせるが、その後は同じ問い合わせを続ける。
next:
  en: Find the host in the asset list. If nobody knows it, take it out of the network with the operators' consent.
  ja: 資産台帳でホストを確認し、不明なら運転員の同意を得て切り離す。
attack: [T0846, T0888, T1046, T1018]
entities: { src_ip: ip, first_device: ip }
budgetBytes: 50000000000
parameters:
  least_targets: { type: integer, default: 8, min: 2, max: 100000 }
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
*/
WITH targets AS (
  SELECT src_endpoint.ip AS src_ip, dst_endpoint.ip AS device, coalesce(ics.unit_id, 0) AS unit, ics.protocol_name AS protocol,
    count(*) AS requests, count(DISTINCT coalesce(ics.function_name, ics.function_code)) AS functions,
    min(time_dt) AS since, max(time_dt) AS last_seen, min_by(metadata.uid, time_dt) AS event_id
  FROM network_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND ics.protocol_name IS NOT NULL
  GROUP BY src_endpoint.ip, dst_endpoint.ip, coalesce(ics.unit_id, 0), ics.protocol_name
)
SELECT src_ip, count(*) AS new_targets, count(DISTINCT device) AS devices, max(functions) AS functions, sum(requests) AS requests,
  slice(array_sort(array_agg(DISTINCT protocol)), 1, 5) AS protocols, min_by(device, since) AS first_device,
  date_diff('minute', min(since), max(since)) AS minutes, min(since) AS first_seen, max(last_seen) AS last_seen, min_by(event_id, since, 3) AS examples
FROM targets
WHERE since >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d'))
GROUP BY src_ip
HAVING count(*) >= :least_targets
ORDER BY new_targets DESC, devices DESC, src_ip
LIMIT 100

/*
title:
  en: Control commands to a device from a host that never sent them
  ja: これまで送ったことのないホストから装置への制御コマンド
hypothesis:
  en: Somebody in the plant network changes registers, outputs or programs of a controller from another machine than the engineers'.
  ja: プラント網の何者かが、技術者の端末以外から制御装置のレジスタ・出力・プログラムを変更している。
data: [zeek]
read:
  en: Writing is told by the function of Modbus, DNP3, S7, BACnet and CIP. A device with few usual writers and one more is the case; maintenance has a work order and an engineer's laptop.
  ja: 書き込みは Modbus・DNP3・S7・BACnet・CIP の機能で判断。普段の書き込み元が少ない装置に一つ増えたら該当。保守なら作業票がある。
next:
  en: Call the control room before anything is cut off. Read the values in the historian; take the host out of the network when the operators agree.
  ja: 遮断の前に制御室へ電話し、ヒストリアンの値を確認。運転員の同意を得てホストを切り離す。
attack: [T0855, T0836, T1565.002, T1021]
entities: { src_ip: ip, device: ip }
budgetBytes: 50000000000
level: high
parameters:
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
*/
WITH commands AS (
  SELECT src_endpoint.ip AS src_ip, dst_endpoint.ip AS device, ics.protocol_name AS protocol, coalesce(ics.function_name, ics.function_code) AS function, ics.unit_id AS unit,
    coalesce(ics.is_write, false) AS is_write, metadata.uid AS event_id, time_dt
  FROM network_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND ics.protocol_name IS NOT NULL
),
pairs AS (
  SELECT device, protocol, src_ip, count_if(is_write) AS writes, count(*) AS requests, count(DISTINCT unit) AS units,
    slice(array_sort(array_agg(DISTINCT function) FILTER (WHERE is_write)), 1, 10) AS functions,
    min(time_dt) FILTER (WHERE is_write) AS first_seen, max(time_dt) FILTER (WHERE is_write) AS last_seen,
    min(time_dt) AS known_since, min_by(event_id, time_dt, 3) FILTER (WHERE is_write) AS examples
  FROM commands GROUP BY device, protocol, src_ip
),
writers AS (
  SELECT device, protocol, count_if(first_seen < date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d'))) AS usual_writers FROM pairs GROUP BY device, protocol
)
SELECT p.src_ip, p.device, p.protocol, p.writes, p.requests, p.units, p.functions, w.usual_writers, p.known_since < p.first_seen AS read_before,
  p.first_seen, p.last_seen, p.examples
FROM pairs p JOIN writers w ON w.device = p.device AND w.protocol = p.protocol
WHERE p.first_seen >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d'))
ORDER BY read_before, w.usual_writers DESC, p.writes DESC, p.src_ip, p.device, p.protocol
LIMIT 100

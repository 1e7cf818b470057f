/*
id: c72d918c-32de-5876-9d23-f16130b7fd1c
title: { en: Far more data sent out than usual, ja: 通常を大きく上回る外部へのデータ送信 }
detector: exfiltration
every: day
lookbackDays: 31
level: medium
attack: [T1048, T1567]
budgetBytes: 200000000000
nextSteps:
  en: 'To whom do the new destinations belong? What is on the host? A new backup or migration that somebody announced explains it.'
  ja: '新しい宛先の所有者と、ホスト上のデータを確認してください。予定されたバックアップや移行で説明できる場合があります。'
*/
WITH flows AS (
  SELECT coalesce(src_endpoint.instance_uid, src_endpoint.ip) AS subject, src_endpoint.ip AS src_ip, dst_endpoint.ip AS destination, accountid, source, time, time_dt, eventday, metadata.uid AS event_id,
    coalesce(traffic.bytes_out, traffic.bytes, 0) AS bytes_out, coalesce(traffic.bytes_in, 0) AS bytes_in
  FROM network_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND dst_endpoint.ip IS NOT NULL AND regexp_like(src_endpoint.ip, '^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|22[4-9]\.|23[0-9]\.|0\.|255\.|f[cdf]|fe80:|::1$)') AND NOT regexp_like(dst_endpoint.ip, '^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|22[4-9]\.|23[0-9]\.|0\.|255\.|f[cdf]|fe80:|::1$)') AND coalesce(disposition_id, 1) <> 2
),
-- Sources that write one record a direction say what came back in records of their own.
answers AS (
  SELECT dst_endpoint.ip AS src_ip, sum(coalesce(traffic.bytes, 0)) AS bytes_in FROM network_activity
  WHERE eventday BETWEEN :to_day AND :to_day AND traffic.bytes_out IS NULL AND regexp_like(dst_endpoint.ip, '^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|22[4-9]\.|23[0-9]\.|0\.|255\.|f[cdf]|fe80:|::1$)') AND NOT regexp_like(src_endpoint.ip, '^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|22[4-9]\.|23[0-9]\.|0\.|255\.|f[cdf]|fe80:|::1$)')
  GROUP BY 1
),
daily AS (SELECT subject, eventday, day_of_week(max(time_dt)) >= 6 AS weekend, sum(bytes_out) AS bytes FROM flows GROUP BY 1, 2),
past AS (SELECT subject, array_agg(CAST(bytes AS double) ORDER BY bytes) AS history, min(eventday) AS first_day, count(*) AS history_days FROM daily WHERE eventday < :to_day GROUP BY 1),
calendar AS (SELECT DISTINCT eventday FROM flows WHERE eventday < :to_day),
slots AS (SELECT p.subject, count(*) AS slots FROM past p JOIN calendar c ON c.eventday >= p.first_day GROUP BY 1),
known AS (SELECT DISTINCT destination FROM flows WHERE eventday < :to_day),
fresh AS (
  SELECT f.subject, f.destination, sum(f.bytes_out) AS bytes FROM flows f LEFT JOIN known k ON k.destination = f.destination
  WHERE f.eventday = :to_day AND k.destination IS NULL GROUP BY 1, 2
),
fresh_lists AS (SELECT subject, slice(array_agg(destination ORDER BY bytes DESC, destination), 1, 10) AS new_destinations, sum(bytes) AS new_bytes FROM fresh GROUP BY 1),
judged AS (
  SELECT subject, max(src_ip) AS src_ip, max(accountid) AS account, max(source) AS source, max(time) AS at_ms, sum(bytes_out) AS bytes_out, sum(bytes_in) AS bytes_in,
    slice(array_agg(event_id ORDER BY bytes_out DESC, event_id), 1, 20) AS event_uids
  FROM flows WHERE eventday = :to_day GROUP BY 1
)
SELECT j.subject, j.account, j.source, j.at_ms, j.event_uids, j.bytes_out, j.bytes_in + coalesce(a.bytes_in, 0) AS bytes_in, p.history, coalesce(s.slots, 0) AS slots,
  coalesce(p.history_days, 0) AS history_days, n.new_destinations, coalesce(n.new_bytes, 0) AS new_bytes
FROM judged j
LEFT JOIN past p ON p.subject = j.subject
LEFT JOIN slots s ON s.subject = j.subject
LEFT JOIN fresh_lists n ON n.subject = j.subject
LEFT JOIN answers a ON a.src_ip = j.src_ip
WHERE j.bytes_out >= 10000000

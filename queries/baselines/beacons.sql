/*
id: e9cc890a-9689-5185-948e-e6f1640034b0
title: { en: A host that calls out like a clock, ja: 規則的に外部へ接続するホスト }
detector: beacon
every: day
lookbackDays: 30
level: medium
attack: [T1071.001, T1573]
budgetBytes: 200000000000
nextSteps:
  en: 'Which process opens the connection? Whose address is it, and since when does the host call it? Isolate the host where nobody knows.'
  ja: 'どのプロセスの接続か、宛先は誰のものか、いつから続くかを調べてください。不明ならホストを隔離してください。'
*/
WITH flows AS (
  SELECT coalesce(src_endpoint.instance_uid, src_endpoint.ip) AS subject, dst_endpoint.ip AS destination, dst_endpoint.port AS port, accountid, source, time, eventday,
    metadata.uid AS event_id, coalesce(traffic.bytes_out, traffic.bytes) AS bytes
  FROM network_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND dst_endpoint.ip IS NOT NULL AND regexp_like(src_endpoint.ip, '^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|22[4-9]\.|23[0-9]\.|0\.|255\.|f[cdf]|fe80:|::1$)') AND NOT regexp_like(dst_endpoint.ip, '^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|22[4-9]\.|23[0-9]\.|0\.|255\.|f[cdf]|fe80:|::1$)') AND coalesce(disposition_id, 1) <> 2
),
places AS (
  SELECT destination, count(DISTINCT subject) AS destination_hosts, min(eventday) AS first_day FROM flows GROUP BY 1
),
hosts AS (SELECT count(DISTINCT subject) AS all_hosts, count(DISTINCT eventday) AS days FROM flows WHERE eventday < :to_day),
judged AS (
  SELECT subject, destination, port, max(accountid) AS account, max(source) AS source, max(time) AS at_ms,
    slice(array_agg(DISTINCT time / 1000 ORDER BY time / 1000), 1, 5000) AS seconds, slice(array_agg(CAST(bytes AS double) ORDER BY bytes), 1, 5000) AS sizes,
    slice(array_agg(event_id ORDER BY event_id), 1, 20) AS event_uids
  FROM flows WHERE eventday = :to_day
  GROUP BY 1, 2, 3 HAVING count(DISTINCT time / 1000) BETWEEN 20 AND 20000
)
SELECT j.subject, j.account, j.source, j.at_ms, j.destination, j.port, j.seconds, j.sizes, p.destination_hosts, h.all_hosts,
  date_diff('day', date_parse(p.first_day, '%Y%m%d'), date_parse(:to_day, '%Y%m%d')) AS seen_days, h.days AS history_days, j.event_uids
FROM judged j JOIN places p ON p.destination = j.destination CROSS JOIN hosts h

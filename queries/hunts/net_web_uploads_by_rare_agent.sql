/*
title:
  en: Web uploads by a client that hardly anybody uses
  ja: ほとんど使われないクライアントによる Web アップロード
hypothesis:
  en: Scripts and implants post data with an agent of their own.
  ja: スクリプトやマルウェアが独自のエージェントでデータを送信している。
data: [zeek, suricata, zscaler, aws-elb, web-access]
read:
  en: Few hosts, few destinations, many bytes sent. Build tools and package managers are rare agents as well, but mostly fetch.
  ja: 少数のホスト・少数の宛先・大きな送信量。ビルドツールも珍しいが主に取得する。
next:
  en: Name the program on the host; look the destination up; compare with the start of the program.
  ja: ホスト上のプログラムを特定し、宛先を調べる。
attack: [T1071.001, T1567, T1041]
entities: { src_ip: ip }
budgetBytes: 200000000000
parameters:
  most_hosts: { type: integer, default: 2, min: 1, max: 1000 }
  least_bytes: { type: integer, default: 1000000, min: 0, max: 1000000000000 }
  recent_days: { type: integer, default: 2, min: 1, max: 30 }
*/
WITH requests AS (
  SELECT src_endpoint.ip AS src_ip, http_request.url.hostname AS host, http_request.user_agent AS user_agent,
    lower(regexp_replace(http_request.user_agent, '[0-9]+(\.[0-9]+)*', '#')) AS family,
    upper(http_request.http_method) AS method, CAST(coalesce(http_request.body_length, http_request.length, 0) AS bigint) AS bytes, metadata.uid AS event_id, time_dt
  FROM http_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND http_request.user_agent IS NOT NULL
)
SELECT family, max_by(user_agent, time_dt) AS user_agent, min_by(src_ip, time_dt) AS src_ip, max_by(host, bytes) AS top_host,
  count(DISTINCT src_ip) AS hosts, count(DISTINCT host) AS destinations, count(*) AS requests, count_if(method IN ('POST', 'PUT', 'PATCH')) AS uploads,
  sum(bytes) AS bytes_sent, min(time_dt) AS first_seen, max(time_dt) AS last_seen, max_by(event_id, bytes, 3) AS examples
FROM requests
GROUP BY family
HAVING count(DISTINCT src_ip) <= :most_hosts AND sum(bytes) >= :least_bytes AND min(time_dt) >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d'))
ORDER BY bytes_sent DESC, uploads DESC, family
LIMIT 100

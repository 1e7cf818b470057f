/*
title:
  en: A host that asks for many names that do not exist
  ja: 存在しない名前を多数引くホスト
hypothesis:
  en: Malware tries generated domains until one is registered.
  ja: マルウェアが、登録済みのものに当たるまで生成したドメインを試している。
data: [zeek, aws-route53-resolver, suricata]
read:
  en: Many different domains without an answer, random to read, from one host. A wrong search suffix repeats one domain; browsers ask three random words at a start.
  ja: 一台のホストから、無意味な綴りの応答なしドメインが多数。検索サフィックスの誤りなら一つのドメインの繰り返し。
next:
  en: See which of the names did resolve, and where the host went then. Isolate the host.
  ja: 解決できた名前と、その後の接続先を見て、ホストを隔離する。
attack: [T1568.002]
entities: { src_ip: ip }
budgetBytes: 200000000000
days: 2
parameters:
  least_domains: { type: integer, default: 20, min: 2, max: 100000 }
*/
WITH queries AS (
  SELECT coalesce(src_endpoint.ip, device.ip, device.hostname) AS src_ip, lower(query.hostname) AS name, rcode_id,
    regexp_extract(lower(regexp_replace(query.hostname, '\.$')), '([^.]+\.(?:(?:co|or|ne|go|ac|ad|com|net|org|gov|edu)\.[a-z]{2}|[^.]+))$', 1) AS domain,
    date_trunc('hour', time_dt) AS hour, metadata.uid AS event_id, time_dt
  FROM dns_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND query.hostname LIKE '%.%' AND NOT regexp_like(query.hostname, '(?i)\.(arpa|local|internal|lan|home|corp)\.?$')
)
SELECT src_ip, hour, count(DISTINCT domain) FILTER (WHERE rcode_id = 3) AS missing_domains,
  count_if(rcode_id = 3) AS missing, count(*) AS queries, round(CAST(count_if(rcode_id = 3) AS double) / count(*), 3) AS missing_ratio,
  round(avg(CAST(length(domain) AS double)) FILTER (WHERE rcode_id = 3), 1) AS mean_length,
  round(avg(CAST(length(regexp_replace(domain, '[^0-9]')) AS double) / length(domain)) FILTER (WHERE rcode_id = 3), 3) AS digit_ratio,
  slice(array_sort(array_agg(DISTINCT domain) FILTER (WHERE rcode_id = 3)), 1, 5) AS domains,
  min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) FILTER (WHERE rcode_id = 3) AS examples
FROM queries
WHERE src_ip IS NOT NULL
GROUP BY src_ip, hour
HAVING count(DISTINCT domain) FILTER (WHERE rcode_id = 3) >= :least_domains
ORDER BY missing_domains DESC, missing_ratio DESC, src_ip, hour
LIMIT 100

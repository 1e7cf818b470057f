/*
title:
  en: Data in DNS names
  ja: DNS の名前に載せられたデータ
hypothesis:
  en: A tunnel carries data in many long, never repeated names below one domain.
  ja: 一つのドメインの下の、繰り返しのない長い名前でデータが運ばれている。
data: [zeek, aws-route53-resolver, suricata, cisco-umbrella, windows, crowdstrike]
read:
  en: Different names below one domain, their length and the share of TXT and NULL queries. Content networks and reputation look-ups have many names too, but of many hosts.
  ja: 一つのドメインの下の異なる名前の数・長さ・TXT や NULL の割合を見る。CDN や評価サービスも名前が多いが、多数のホストから引かれる。
next:
  en: Block the domain at the resolver, find the process, and estimate the bytes from the name lengths.
  ja: リゾルバーでドメインを塞ぎ、プロセスを特定し、名前の長さから量を見積もる。
attack: [T1071.004, T1048.003, T1572]
entities: { src_ip: ip }
budgetBytes: 200000000000
days: 2
parameters:
  least_names: { type: integer, default: 50, min: 2, max: 1000000 }
  least_length: { type: number, default: 20, min: 1, max: 253, about: { en: mean length of the part below the domain, ja: ドメインより下の部分の平均長 } }
  most_hosts: { type: integer, default: 3, min: 1, max: 100000 }
*/
WITH queries AS (
  SELECT coalesce(src_endpoint.ip, device.ip, device.hostname) AS src_ip, lower(query.hostname) AS name, upper(query.type) AS type,
    regexp_extract(lower(regexp_replace(query.hostname, '\.$')), '([^.]+\.(?:(?:co|or|ne|go|ac|ad|com|net|org|gov|edu)\.[a-z]{2}|[^.]+))$', 1) AS domain,
    metadata.uid AS event_id, time_dt
  FROM dns_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND query.hostname LIKE '%.%.%' AND NOT regexp_like(query.hostname, '(?i)\.(arpa|local|internal|lan)\.?$')
),
hosts AS (
  SELECT domain, count(DISTINCT src_ip) AS hosts FROM queries GROUP BY domain
)
SELECT q.src_ip, q.domain, count(DISTINCT q.name) AS names, count(*) AS queries,
  round(avg(CAST(length(q.name) - length(q.domain) AS double)), 1) AS mean_length, max(length(q.name)) AS longest,
  round(CAST(count_if(q.type IN ('TXT', 'NULL', '10', '16', 'CNAME', 'MX')) AS double) / count(*), 3) AS odd_type_ratio,
  arbitrary(h.hosts) AS hosts, min_by(q.name, q.time_dt) AS first_name,
  min(q.time_dt) AS first_seen, max(q.time_dt) AS last_seen, min_by(q.event_id, q.time_dt, 3) AS examples
FROM queries q JOIN hosts h ON h.domain = q.domain
WHERE q.src_ip IS NOT NULL AND h.hosts <= :most_hosts
GROUP BY q.src_ip, q.domain
HAVING count(DISTINCT q.name) >= :least_names AND avg(CAST(length(q.name) - length(q.domain) AS double)) >= :least_length
ORDER BY names DESC, mean_length DESC, q.src_ip, q.domain
LIMIT 100

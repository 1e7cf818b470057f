/*
id: f9b581d1-f0e3-5f92-85a0-d7caa3c80bd3
title: { en: Very many names asked for below one domain, ja: 1 つのドメインの下の大量の名前の問い合わせ }
detector: tunnel
every: day
lookbackDays: 30
level: medium
attack: [T1071.004, T1048.003]
budgetBytes: 200000000000
nextSteps:
  en: 'Block the domain at the resolver, isolate the host, and add up the lengths of the names: so much data left.'
  ja: 'リゾルバーでドメインを遮断し、ホストを隔離してください。名前の長さの合計が流出したデータ量の目安です。'
*/
WITH asked AS (
  SELECT coalesce(src_endpoint.instance_uid, src_endpoint.ip) AS subject, regexp_replace(lower(query.hostname), '\.$', '') AS name, upper(coalesce(query.type, '')) AS type, coalesce(rcode_id, 0) AS rcode_id,
    accountid, source, time, time_dt, eventday, metadata.uid AS event_id
  FROM dns_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND query.hostname IS NOT NULL AND strpos(query.hostname, '.') > 0
    AND NOT regexp_like(lower(query.hostname), '(\.in-addr\.arpa|\.ip6\.arpa|\.internal|\.local)\.?$')
),
named AS (SELECT *, regexp_extract(name, '([^.]+\.((co|com|ne|net|or|org|ac|go|gov|edu|gob|gouv|mil|lg|ed)\.[a-z]{2}|[^.]+))$', 1) AS domain FROM asked),
hosts AS (SELECT count(DISTINCT subject) AS all_hosts, count(DISTINCT eventday) AS days FROM named WHERE eventday < :to_day),
daily AS (
  SELECT domain, subject, eventday, count(DISTINCT name) AS names FROM named WHERE eventday < :to_day AND domain IS NOT NULL GROUP BY 1, 2, 3
),
history AS (SELECT domain, max(names) AS most, count(DISTINCT subject) AS domain_hosts FROM daily GROUP BY 1),
judged AS (
  SELECT subject, domain, max(accountid) AS account, max(source) AS source, max(time) AS at_ms, count(DISTINCT name) AS subdomains, count(*) AS queries,
    count_if(type IN ('TXT', 'NULL', 'CNAME', 'MX', '16', '10', '5', '15')) AS carriers,
    slice(array_agg(DISTINCT substr(name, 1, greatest(length(name) - length(domain) - 1, 0)) ORDER BY substr(name, 1, greatest(length(name) - length(domain) - 1, 0))), 1, 50) AS samples,
    slice(array_agg(event_id ORDER BY event_id), 1, 20) AS event_uids
  FROM named WHERE eventday = :to_day AND domain IS NOT NULL AND name <> domain GROUP BY 1, 2 HAVING count(DISTINCT name) >= 50
)
SELECT j.subject, j.account, j.source, j.at_ms, j.domain, j.subdomains, j.queries, j.carriers, j.samples, coalesce(h.most, 0) AS history_most,
  coalesce(h.domain_hosts, 0) AS domain_hosts, x.all_hosts, x.days AS history_days, j.event_uids
FROM judged j CROSS JOIN hosts x LEFT JOIN history h ON h.domain = j.domain

/*
id: 997d0b1a-9c59-51f0-980a-4439f2b24eaf
title: { en: A host that asks for generated domain names, ja: 生成されたドメイン名を問い合わせるホスト }
detector: dga
every: day
lookbackDays: 30
level: medium
attack: [T1568.002]
budgetBytes: 200000000000
nextSteps:
  en: 'Which process asks? Look for the one name that was answered: that is where the control server is.'
  ja: 'どのプロセスの問い合わせか調べてください。応答のあった名前が指令サーバーの場所です。'
*/
WITH asked AS (
  SELECT coalesce(src_endpoint.instance_uid, src_endpoint.ip) AS subject, regexp_replace(lower(query.hostname), '\.$', '') AS name, upper(coalesce(query.type, '')) AS type, coalesce(rcode_id, 0) AS rcode_id,
    accountid, source, time, time_dt, eventday, metadata.uid AS event_id
  FROM dns_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND query.hostname IS NOT NULL AND strpos(query.hostname, '.') > 0
    AND NOT regexp_like(lower(query.hostname), '(\.in-addr\.arpa|\.ip6\.arpa|\.internal|\.local)\.?$')
),
named AS (SELECT *, regexp_extract(name, '([^.]+\.((co|com|ne|net|or|org|ac|go|gov|edu|gob|gouv|mil|lg|ed)\.[a-z]{2}|[^.]+))$', 1) AS domain FROM asked),
days AS (SELECT count(DISTINCT eventday) AS days FROM named WHERE eventday < :to_day),
history AS (
  SELECT domain, count(DISTINCT subject) AS hosts, count(*) AS queries FROM named
  WHERE eventday < :to_day AND domain IS NOT NULL AND rcode_id = 0 GROUP BY 1
),
judged AS (
  SELECT subject, date_format(time_dt, '%Y%m%d%H') AS hour, domain, max(accountid) AS account, max(source) AS source, max(time) AS at_ms, count(*) AS queries,
    count_if(rcode_id = 3) AS absent, slice(array_agg(event_id ORDER BY event_id), 1, 3) AS event_uids
  FROM named WHERE eventday = :to_day AND domain IS NOT NULL AND domain NOT IN (SELECT domain FROM history) GROUP BY 1, 2, 3
)
SELECT CAST(NULL AS varchar) AS subject, CAST(NULL AS varchar) AS account, CAST(NULL AS varchar) AS source, CAST(NULL AS bigint) AS at_ms, CAST(NULL AS varchar) AS hour, h.domain, true AS is_history, h.hosts, h.queries,
  CAST(0 AS bigint) AS absent, d.days AS history_days, CAST(ARRAY[] AS array(varchar)) AS event_uids
FROM history h CROSS JOIN days d
UNION ALL
SELECT j.subject, j.account, j.source, j.at_ms, j.hour, j.domain, false, CAST(1 AS bigint), j.queries, j.absent, d.days, j.event_uids
FROM judged j CROSS JOIN days d

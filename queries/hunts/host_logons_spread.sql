/*
title:
  en: An account that reaches many hosts from one
  ja: 一台から多数のホストへログオンするアカウント
hypothesis:
  en: With a stolen account the attacker moves from host to host.
  ja: 盗んだアカウントで、攻撃者がホストからホストへ横展開している。
data: [windows, crowdstrike, linux-auditd]
read:
  en: Hosts that the account never reached from this address before. Administrators and scanners reach many each week and have earlier days.
  ja: このアドレスからそのアカウントが到達したことのないホストの数。管理者やスキャナーは毎週多数に届き、以前の実績がある。
next:
  en: Disable the account for an hour, look at the processes of the sessions on the reached hosts.
  ja: アカウントを一時停止し、到達先のセッションのプロセスを見る。
attack: [T1021.002, T1021.001, T1078.002]
entities: { who: principal, src_ip: ip, first_host: host }
budgetBytes: 200000000000
parameters:
  least_hosts: { type: integer, default: 5, min: 2, max: 100000 }
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
*/
WITH logons AS (
  SELECT lower(coalesce("user".name, "user".email_addr)) AS who, src_endpoint.ip AS src_ip, lower(coalesce(device.hostname, device.name, device.uid, device.instance_uid)) AS host, logon_type_id, metadata.uid AS event_id, time_dt
  FROM authentication
  WHERE eventday BETWEEN :from_day AND :to_day AND activity_id = 1 AND status_id = 1 AND src_endpoint.ip IS NOT NULL
    AND NOT regexp_like(src_endpoint.ip, '^(127\.|::1$|fe80)') AND source IN ('windows', 'crowdstrike', 'linux-auditd')
    AND NOT regexp_like("user".name, '\$$|(?i)^(system|anonymous logon|local service|network service|dwm-|umfd-)')
),
reached AS (
  SELECT who, src_ip, host, min(time_dt) AS since, max(time_dt) AS last_seen, min_by(event_id, time_dt) AS event_id FROM logons WHERE host IS NOT NULL GROUP BY who, src_ip, host
)
SELECT who, src_ip, count_if(is_new) AS new_hosts, count_if(NOT is_new) AS usual_hosts,
  min_by(host, since) FILTER (WHERE is_new) AS first_host, slice(array_sort(array_agg(host) FILTER (WHERE is_new)), 1, 10) AS hosts,
  date_diff('minute', min(since) FILTER (WHERE is_new), max(since) FILTER (WHERE is_new)) AS minutes,
  min(since) FILTER (WHERE is_new) AS first_seen, max(last_seen) FILTER (WHERE is_new) AS last_seen, min_by(event_id, since, 3) FILTER (WHERE is_new) AS examples
FROM (SELECT *, since >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d')) AS is_new FROM reached)
GROUP BY who, src_ip
HAVING count_if(is_new) >= :least_hosts
ORDER BY new_hosts DESC, usual_hosts, who, src_ip
LIMIT 100

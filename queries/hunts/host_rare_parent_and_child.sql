/*
title:
  en: A program started by a program that never starts it
  ja: 通常は起動しない親プロセスからのプログラム起動
hypothesis:
  en: An exploited or abused program starts a shell or tool that it does not start elsewhere.
  ja: 悪用されたプログラムが、他では起動しないシェルやツールを起動している。
data: [windows, crowdstrike, linux-auditd, osquery, carbon-black, sentinelone]
read:
  en: Pairs of one host, first seen in the recent days, of a parent that is common and a child that is common, are the strange ones. New software brings pairs whose parent is new as well.
  ja: 親も子も一般的なのに、1 台だけで直近に初めて現れた組が怪しい。新しいソフトなら親自体も新しい。
next:
  en: Read the command line, the user and what the parent did just before. Isolate the host if the parent is an office or web program.
  ja: コマンドライン・ユーザー・親の直前の動作を読む。親がオフィスや Web 系ならホストを隔離する。
attack: [T1059, T1203, T1505.003]
entities: { host: host, who: principal }
budgetBytes: 200000000000
parameters:
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
  most_hosts: { type: integer, default: 1, min: 1, max: 1000 }
*/
WITH starts AS (
  SELECT lower(coalesce(process.file.name, process.name, regexp_extract(process.file.path, '[^\\/]+$'))) AS child, lower(coalesce(process.parent_process.file.name, process.parent_process.name, actor.process.file.name, actor.process.name)) AS parent, lower(coalesce(device.hostname, device.name, device.uid, device.instance_uid)) AS host,
    lower(coalesce(process."user".name, actor."user".name)) AS who, process.cmd_line AS command, metadata.uid AS event_id, time_dt
  FROM process_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND activity_id = 1
),
parents AS (
  SELECT parent, count(DISTINCT host) AS parent_hosts, min(time_dt) AS parent_since FROM starts GROUP BY parent
),
children AS (
  SELECT child, count(DISTINCT host) AS child_hosts, count(DISTINCT parent) AS child_parents FROM starts GROUP BY child
),
pairs AS (
  SELECT parent, child, count(DISTINCT host) AS hosts, count(*) AS starts, min_by(host, time_dt) AS host, min_by(who, time_dt) AS who, min_by(command, time_dt) AS command,
    min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) AS examples
  FROM starts WHERE parent IS NOT NULL AND child IS NOT NULL GROUP BY parent, child
)
SELECT p.parent, p.child, p.host, p.who, p.command, p.hosts, p.starts, a.parent_hosts, c.child_hosts, p.first_seen, p.last_seen, p.examples
FROM pairs p JOIN parents a ON a.parent = p.parent JOIN children c ON c.child = p.child
WHERE p.hosts <= :most_hosts AND p.first_seen >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d')) AND a.parent_since < p.first_seen
ORDER BY a.parent_hosts * c.child_hosts DESC, p.starts, p.parent, p.child
LIMIT 100

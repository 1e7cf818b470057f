/*
title:
  en: A program that runs from a folder anybody can write to, on few hosts
  ja: 誰でも書き込めるフォルダーから少数のホストで動くプログラム
hypothesis:
  en: Dropped malware runs from temporary, download or public folders.
  ja: 置かれたマルウェアが一時・ダウンロード・公開フォルダーから動いている。
data: [windows, crowdstrike, linux-auditd, osquery, carbon-black, sentinelone]
read:
  en: Names seen on one host and new today come first. Updaters of browsers and meeting programs run from profiles too, but on many hosts.
  ja: 1 台だけで今日初めて現れた名前が上に来る。ブラウザーや会議アプリの更新もプロファイルから動くが多数のホストにある。
next:
  en: Take the hash, ask the reputation service, find who wrote the file and from where.
  ja: ハッシュを評価サービスで調べ、ファイルを書いた主体と入手元を特定する。
attack: [T1204.002, T1036.005]
entities: { host: host, who: principal }
budgetBytes: 200000000000
parameters:
  most_hosts: { type: integer, default: 1, min: 1, max: 10000 }
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
*/
WITH starts AS (
  SELECT lower(coalesce(process.file.name, process.name, regexp_extract(process.file.path, '[^\\/]+$'))) AS program, process.file.path AS path, lower(coalesce(device.hostname, device.name, device.uid, device.instance_uid)) AS host, lower(coalesce(process."user".name, actor."user".name)) AS who,
    process.cmd_line AS command, lower(coalesce(process.parent_process.file.name, process.parent_process.name, actor.process.file.name, actor.process.name)) AS parent,
    element_at(process.file.hashes, 1).value AS hash, metadata.uid AS event_id, time_dt
  FROM process_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND activity_id = 1
    AND regexp_like(process.file.path, '(?i)\\(temp|tmp|downloads|public|perflogs|\$recycle\.bin|programdata|appdata\\(local|roaming))\\[^\\]*$|\\temp\\|\\users\\public\\|^/(tmp|var/tmp|dev/shm)/')
)
SELECT program, min_by(path, time_dt) AS path, min_by(host, time_dt) AS host, min_by(who, time_dt) AS who, min_by(parent, time_dt) AS parent, min_by(command, time_dt) AS command,
  min_by(hash, time_dt) AS hash, count(DISTINCT host) AS hosts, count(*) AS starts,
  min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) AS examples
FROM starts
WHERE program IS NOT NULL
GROUP BY program
HAVING count(DISTINCT host) <= :most_hosts AND min(time_dt) >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d'))
ORDER BY hosts, starts, program
LIMIT 100

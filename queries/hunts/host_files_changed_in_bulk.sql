/*
title:
  en: One program writes very many files in minutes
  ja: 数分間に大量のファイルを書き換えるプログラム
hypothesis:
  en: Ransomware encrypts the files of a host or share.
  ja: ランサムウェアが端末や共有のファイルを暗号化している。
data: [windows, crowdstrike, linux-auditd, osquery, carbon-black, sentinelone]
read:
  en: Many folders, one new ending, names of ransom notes. Installers write many files in few folders; backups read more than they write.
  ja: 多数のフォルダー・一つの新しい拡張子・身代金メモの名前。インストーラーは少数のフォルダーに書く。
next:
  en: Isolate the host at once, then the account; snapshots before anything else is switched off.
  ja: ただちにホスト、次にアカウントを隔離。電源を切る前にスナップショットを取る。
attack: [T1486, T1485]
entities: { host: host, who: principal }
budgetBytes: 200000000000
level: high
days: 2
parameters:
  least_files: { type: integer, default: 100, min: 2, max: 10000000 }
  least_folders: { type: integer, default: 5, min: 1, max: 1000000 }
*/
WITH changes AS (
  SELECT lower(coalesce(device.hostname, device.name, device.uid, device.instance_uid)) AS host, lower(coalesce(actor.process.file.name, actor.process.name)) AS program, lower(actor."user".name) AS who,
    file.path AS path, regexp_replace(file.path, '[\\/][^\\/]*$') AS folder, lower(regexp_extract(file.path, '\.([^.\\/]{1,20})$', 1)) AS ending,
    regexp_like(file.path, '(?i)(readme|recover|restore|decrypt|how.?to|ransom|_files?_).{0,30}\.(txt|html?|hta)$') AS is_note,
    date_add('minute', 10 * (minute(time_dt) / 10), date_trunc('hour', time_dt)) AS ten_minutes, metadata.uid AS event_id, time_dt
  FROM file_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND activity_id IN (1, 3, 4, 5) AND file.path IS NOT NULL
)
SELECT host, program, ten_minutes, min_by(who, time_dt) AS who, count(DISTINCT path) AS files, count(DISTINCT folder) AS folders, count(DISTINCT ending) AS endings,
  count_if(is_note) AS notes, slice(array_sort(array_agg(DISTINCT ending)), 1, 5) AS some_endings,
  min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) AS examples
FROM changes
WHERE host IS NOT NULL
GROUP BY host, program, ten_minutes
HAVING count(DISTINCT path) >= :least_files AND count(DISTINCT folder) >= :least_folders
ORDER BY notes > 0 DESC, folders DESC, files DESC, host, ten_minutes
LIMIT 100

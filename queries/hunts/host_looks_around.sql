/*
title:
  en: A host on which somebody looks around
  ja: 環境調査コマンドが続けて実行されたホスト
hypothesis:
  en: After the first access an attacker asks who they are, which domain this is, and who else is there.
  ja: 侵入直後の攻撃者が、自分の権限・ドメイン・他の利用者を調べている。
data: [windows, crowdstrike, linux-auditd, osquery, carbon-black, sentinelone]
read:
  en: Different commands of discovery by one user within half an hour. Administrators and log-on scripts use two or three of them, each day the same.
  ja: 30 分以内に一人が実行した調査コマンドの種類数。管理者やログオンスクリプトは毎日同じ 2、3 個。
next:
  en: Look at the parent of the first command - that is the way in - and isolate the host.
  ja: 最初のコマンドの親プロセス (侵入経路) を見て、ホストを隔離する。
attack: [T1033, T1016, T1018, T1087.002, T1482]
entities: { host: host, who: principal }
budgetBytes: 200000000000
days: 7
parameters:
  least_commands: { type: integer, default: 5, min: 2, max: 50 }
*/
WITH starts AS (
  SELECT lower(coalesce(device.hostname, device.name, device.uid, device.instance_uid)) AS host, lower(coalesce(process."user".name, actor."user".name)) AS who,
    lower(coalesce(process.parent_process.file.name, process.parent_process.name, actor.process.file.name, actor.process.name)) AS parent, process.cmd_line AS command,
    regexp_extract(lower(process.cmd_line), '(?:^|[\\/"\s])(whoami|systeminfo|ipconfig|ifconfig|hostname|nltest|dsquery|netstat|tasklist|quser|qwinsta|query user|arp|route print|klist|setspn|adfind|sharphound|net1? (?:user|group|localgroup|view|accounts|share|session|use|time)|wmic (?:os|process|qfe|computersystem|useraccount)|cmdkey|cat /etc/passwd|cat /etc/shadow|uname|sudo -l|getent passwd|last|ss -)(?:\.exe)?', 1) AS kind,
    metadata.uid AS event_id, time_dt,
    date_add('minute', 30 * (minute(time_dt) / 30), date_trunc('hour', time_dt)) AS half_hour
  FROM process_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND activity_id = 1
)
SELECT host, who, half_hour, count(DISTINCT kind) AS kinds, count(*) AS commands, min_by(parent, time_dt) AS first_parent,
  slice(array_sort(array_agg(DISTINCT kind)), 1, 15) AS asked,
  min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) AS examples
FROM starts
WHERE kind IS NOT NULL AND host IS NOT NULL
GROUP BY host, who, half_hour
HAVING count(DISTINCT kind) >= :least_commands
ORDER BY kinds DESC, commands DESC, host, half_hour
LIMIT 100

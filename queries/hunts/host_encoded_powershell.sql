/*
title:
  en: PowerShell with hidden or encoded commands
  ja: 隠蔽・エンコードされた PowerShell コマンド
hypothesis:
  en: Attack frameworks start PowerShell with encoded text, without profile and window.
  ja: 攻撃フレームワークが、エンコードした命令をプロファイルやウィンドウなしで実行している。
data: [windows, crowdstrike, osquery, carbon-black, sentinelone]
read:
  en: The same command on many hosts is management; on one host, started by an office program, a script host or WMI, it is an attack. The decoded text is in the row.
  ja: 同じコマンドが多数のホストにあれば管理業務。1 台でオフィス・スクリプト・WMI から起動されたものは攻撃。行に復号後の文字がある。
next:
  en: Read the decoded text, look for its addresses in DNS and web logs, isolate the host.
  ja: 復号した内容を読み、含まれるアドレスを DNS や Web ログで探し、ホストを隔離する。
attack: [T1059.001, T1027.010]
entities: { host: host, who: principal }
budgetBytes: 200000000000
days: 7
parameters:
  most_hosts: { type: integer, default: 3, min: 1, max: 10000 }
*/
WITH starts AS (
  SELECT lower(coalesce(device.hostname, device.name, device.uid, device.instance_uid)) AS host, lower(coalesce(process."user".name, actor."user".name)) AS who,
    lower(coalesce(process.parent_process.file.name, process.parent_process.name, actor.process.file.name, actor.process.name)) AS parent,
    process.cmd_line AS command, regexp_extract(process.cmd_line, '(?i)\s[-/]e(?:nc|nco|ncod|ncode|ncoded|ncodedc|ncodedco|ncodedcom|ncodedcomm|ncodedcomma|ncodedcomman|ncodedcommand|c)?\s+["'']?([A-Za-z0-9+/]{16,}={0,2})', 1) AS encoded,
    metadata.uid AS event_id, time_dt
  FROM process_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND activity_id = 1
    AND regexp_like(process.cmd_line, '(?i)\b(powershell|pwsh)(\.exe)?\b')
),
told AS (
  SELECT *,
    regexp_replace(from_utf8(try(from_base64(encoded))), '[\x00]') AS decoded,
    regexp_like(command, '(?i)-w(indowstyle)?\s+h|-nop|-noni|bypass|iex\b|invoke-expression|downloadstring|frombase64string|-join|\[char\]|webclient|invoke-webrequest') AS is_odd
  FROM starts
)
SELECT coalesce(encoded, command) AS command, min_by(host, time_dt) AS host, min_by(who, time_dt) AS who, min_by(parent, time_dt) AS parent,
  min_by(substr(decoded, 1, 300), time_dt) AS decoded,
  encoded IS NOT NULL AS is_encoded, bool_or(is_odd) AS is_odd,
  coalesce(bool_or(regexp_like(parent, '^(winword|excel|powerpnt|outlook|mshta|wscript|cscript|wmiprvse|w3wp|sqlservr|rundll32|regsvr32)')), false) AS odd_parent,
  count(DISTINCT host) AS hosts, count(*) AS starts, min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) AS examples
FROM told
WHERE encoded IS NOT NULL OR is_odd
GROUP BY coalesce(encoded, command), encoded IS NOT NULL
HAVING count(DISTINCT host) <= :most_hosts
ORDER BY odd_parent DESC, is_encoded DESC, hosts, starts, command
LIMIT 100

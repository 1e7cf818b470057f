/*
title:
  en: Tools of the system that fetch or run from the network
  ja: OS 標準ツールによるネットワークからの取得・実行
hypothesis:
  en: Built-in programs are used to bring in code, because nobody blocks them.
  ja: 遮断されない標準プログラムが、コードの持ち込みに使われている。
data: [windows, crowdstrike, osquery, carbon-black, sentinelone]
read:
  en: The tool with an address or a share in its command line. Software distribution does so from its own servers, on many hosts.
  ja: コマンドラインに URL や共有名を含む標準ツール。ソフト配布は自社サーバーから多数のホストで行う。
next:
  en: Fetch the address in a sandbox, look for the file that was written, isolate the host.
  ja: 隔離環境でアドレスを確認し、書き込まれたファイルを探し、ホストを隔離する。
attack: [T1218, T1105, T1197]
entities: { host: host, who: principal }
budgetBytes: 200000000000
days: 7
parameters:
  most_hosts: { type: integer, default: 3, min: 1, max: 10000 }
*/
WITH starts AS (
  SELECT lower(coalesce(process.file.name, process.name, regexp_extract(process.file.path, '[^\\/]+$'))) AS tool, lower(coalesce(device.hostname, device.name, device.uid, device.instance_uid)) AS host,
    lower(coalesce(process."user".name, actor."user".name)) AS who, process.cmd_line AS command,
    lower(regexp_extract(process.cmd_line, '(?i)(?:(?:https?|ftp)://|\\\\)([^/\\\s"'']+)', 1)) AS target,
    metadata.uid AS event_id, time_dt
  FROM process_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND activity_id = 1
    AND regexp_like(process.cmd_line, '(?i)(https?|ftp)://|\\\\[^\\\s]+\\|\bscrobj\b|/transfer\b')
)
SELECT tool, coalesce(target, 'a share or object') AS target, min_by(host, time_dt) AS host, min_by(who, time_dt) AS who, min_by(command, time_dt) AS command,
  count(DISTINCT host) AS hosts, count(*) AS starts, min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) AS examples
FROM starts
WHERE regexp_like(tool, '^(certutil|bitsadmin|mshta|regsvr32|rundll32|msiexec|wmic|cscript|wscript|installutil|msbuild|regasm|regsvcs|odbcconf|cmstp|hh|ieexec|desktopimgdownldr|esentutl|expand|extrac32|findstr|makecab|replace|mavinject|msxsl|presentationhost|forfiles|pcalua|finger|certreq|curl|wget)(\.exe)?$')
GROUP BY tool, coalesce(target, 'a share or object')
HAVING count(DISTINCT host) <= :most_hosts
ORDER BY tool IN ('curl', 'wget', 'curl.exe', 'msiexec.exe'), hosts, starts, tool, target
LIMIT 100

/*
title:
  en: Commands and sessions on instances by somebody new
  ja: 新しい者によるインスタンスへのコマンド・セッション
hypothesis:
  en: Systems Manager, EC2 Instance Connect or the serial console carry an attacker from the cloud into machines.
  ja: Systems Manager などを経由し、攻撃者がクラウドからマシンの中へ入っている。
data: [aws-cloudtrail]
read:
  en: A principal without earlier days that reaches several instances, or runs a shell document, comes first. Patching comes from services and each week.
  ja: 以前の実績がなく、複数のインスタンスに届く、あるいはシェルを実行したものが上に来る。パッチ適用はサービスから毎週行われる。
next:
  en: Read the command in the request (parameters) and the process events of those hosts at that minute.
  ja: リクエストのコマンド内容と、その時刻の該当ホストのプロセスイベントを読む。
attack: [T1651, T1021.008, T1021.007]
entities: { principal: principal, src_ip: ip, account_id: account, first_host: host }
budgetBytes: 20000000000
parameters:
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
*/
WITH acts AS (
  SELECT coalesce(session_issuer, user_arn, user_name) AS principal, account_id, src_ip, event_name, event_id, time, error_code,
    regexp_like(request, 'AWS-Run(Shell|PowerShell|Remote)Script|AWS-StartInteractiveCommand') OR event_name <> 'SendCommand' AS is_shell,
    regexp_extract_all(request, 'i-[0-9a-f]{8,17}') AS hosts
  FROM cloudtrail
  WHERE eventday BETWEEN :from_day AND :to_day
    AND event_name IN ('SendCommand', 'StartSession', 'ResumeSession', 'SendSSHPublicKey', 'SendSerialConsoleSSHPublicKey', 'CreateAssociation', 'StartAutomationExecution')
    AND coalesce(user_type, '') <> 'AWSService'
)
SELECT principal, account_id, min_by(src_ip, time) AS src_ip,
  count(*) AS acts, count_if(is_shell) AS shells, count(error_code) AS failures,
  cardinality(array_distinct(flatten(array_agg(hosts)))) AS hosts,
  element_at(array_sort(array_distinct(flatten(array_agg(hosts)))), 1) AS first_host,
  slice(array_sort(array_agg(DISTINCT event_name)), 1, 10) AS called,
  min(time) AS first_seen, max(time) AS last_seen, min_by(event_id, time, 3) AS examples
FROM acts
WHERE principal IS NOT NULL
GROUP BY principal, account_id
HAVING min(time) >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d'))
ORDER BY shells DESC, hosts DESC, acts DESC, principal
LIMIT 100

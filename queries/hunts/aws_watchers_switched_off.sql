/*
title:
  en: Logs, alarms and detectors switched off
  ja: ログ・アラーム・検知の停止
hypothesis:
  en: An attacker makes the account blind before acting.
  ja: 攻撃者が行動の前にアカウントの監視を止めている。
data: [aws-cloudtrail]
read:
  en: Several services by one principal, or one and then silence of a source, is blinding. A single change from a pipeline is a deployment.
  ja: 一人が複数サービスの監視を止める、または停止後にログが途絶えるのは目潰し。パイプラインからの単発はデプロイ。
next:
  en: Switch them on again, then read what the principal did in the hour after, in every log that still runs.
  ja: 監視を戻し、残っているログでその後 1 時間の行動を読む。
attack: [T1685.002, T1685]
entities: { principal: principal, src_ip: ip, account_id: account }
budgetBytes: 20000000000
level: high
*/
WITH acts AS (
  SELECT coalesce(session_issuer, user_arn, user_name) AS principal, account_id, src_ip, event_source, event_name, event_id, time, error_code
  FROM cloudtrail
  WHERE eventday BETWEEN :from_day AND :to_day
    AND regexp_like(event_name, '^(StopLogging|DeleteTrail|UpdateTrail|PutEventSelectors|DeleteEventDataStore|StopEventDataStoreIngestion|DeleteFlowLogs|DeleteDetector|UpdateDetector|DisassociateFromMasterAccount|DisassociateFromAdministratorAccount|StopMonitoringMembers|DeleteMembers|CreateFilter|StopConfigurationRecorder|DeleteConfigurationRecorder|DeleteDeliveryChannel|DisableSecurityHub|BatchDisableStandards|DisableMacie|DeleteAlarms|DisableAlarmActions|DeleteLogGroup|DeleteLogStream|PutRetentionPolicy|DisableRule|DeleteRule|RemoveTargets|DeleteWebACL|DisassociateWebACL|DeleteLoggingConfiguration|DeleteBucketLogging|DeleteResolverQueryLogConfig|DisassociateResolverQueryLogConfig|DeleteAnalyzer)$')
    AND coalesce(user_type, '') <> 'AWSService'
)
SELECT principal, account_id, min_by(src_ip, time) AS src_ip,
  count(DISTINCT event_source) AS services, count(*) AS acts, count(error_code) AS failures,
  count(DISTINCT account_id) AS accounts,
  slice(array_sort(array_agg(DISTINCT event_name)), 1, 10) AS called,
  min(time) AS first_seen, max(time) AS last_seen, min_by(event_id, time, 3) AS examples
FROM acts
WHERE principal IS NOT NULL
GROUP BY principal, account_id
ORDER BY services DESC, acts DESC, principal
LIMIT 100

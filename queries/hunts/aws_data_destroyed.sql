/*
title:
  en: Data and its copies destroyed by one principal
  ja: 一つのプリンシパルによるデータとコピーの破壊
hypothesis:
  en: Before a ransom note, backups, versions and keys are deleted so that nothing can be restored.
  ja: 身代金要求の前に、復元できないようバックアップ・バージョン・鍵が消されている。
data: [aws-cloudtrail]
read:
  en: Several kinds of destruction by one principal in an hour is an attack or a decommissioning. Deletions of one kind alone are mostly housekeeping.
  ja: 一人が 1 時間に複数種類の破壊を行うのは攻撃か廃止作業。一種類だけの削除はたいてい整理作業。
next:
  en: Stop the principal first (revoke sessions, disable keys), then cancel key deletions, which wait at least seven days.
  ja: まず実行者を止め (セッション失効・キー無効化)、続いて鍵の削除予約を取り消す (最低 7 日の猶予がある)。
attack: [T1485, T1490, T1486]
entities: { principal: principal, src_ip: ip, account_id: account }
budgetBytes: 50000000000
level: high
days: 3
parameters:
  least_weight: { type: integer, default: 20, min: 1, max: 1000000, about: { en: "an object counts 1, a whole store or its protection 10", ja: オブジェクトは 1、ストア全体や保護機能は 10 と数える } }
*/
WITH acts AS (
  SELECT coalesce(session_issuer, user_arn, user_name) AS principal, account_id, src_ip, event_id, time, date_trunc('hour', time) AS hour, event_name,
    CASE
      WHEN event_name IN ('DeleteObject', 'DeleteObjects', 'DeleteObjectVersion') THEN 'objects'
      WHEN event_name IN ('DeleteBucket', 'PutBucketLifecycle', 'PutBucketLifecycleConfiguration', 'PutBucketVersioning', 'DeleteBucketReplication') THEN 'buckets'
      WHEN regexp_like(event_name, '^Delete(DB|DBCluster)?Snapshot$|^DeregisterImage$') THEN 'snapshots'
      WHEN regexp_like(event_name, '^Delete(RecoveryPoint|BackupVault|BackupPlan|BackupVaultLockConfiguration)$') THEN 'backups'
      WHEN event_name IN ('ScheduleKeyDeletion', 'DisableKey', 'DeleteImportedKeyMaterial') THEN 'keys'
      WHEN regexp_like(event_name, '^Delete(DBInstance|DBCluster|Table|FileSystem|Volume|Cluster|Domain)$') THEN 'stores'
    END AS kind
  FROM cloudtrail
  WHERE eventday BETWEEN :from_day AND :to_day AND error_code IS NULL
    AND regexp_like(event_name, '^(Delete|Deregister|Schedule|Disable|PutBucket(Lifecycle|Versioning))')
    AND coalesce(user_type, '') <> 'AWSService'
)
SELECT principal, account_id, hour, min_by(src_ip, time) AS src_ip,
  count(DISTINCT kind) AS kinds, count(*) AS acts,
  sum(CASE WHEN kind = 'objects' THEN 1 ELSE 10 END) AS weight,
  count_if(kind = 'objects') AS objects, count_if(kind = 'keys') AS keys, count_if(kind IN ('snapshots', 'backups')) AS copies,
  slice(array_sort(array_agg(DISTINCT event_name)), 1, 10) AS called,
  min(time) AS first_seen, max(time) AS last_seen, min_by(event_id, time, 3) AS examples
FROM acts
WHERE kind IS NOT NULL AND principal IS NOT NULL
GROUP BY principal, account_id, hour
HAVING sum(CASE WHEN kind = 'objects' THEN 1 ELSE 10 END) >= :least_weight
ORDER BY kinds DESC, weight DESC, principal, hour
LIMIT 100

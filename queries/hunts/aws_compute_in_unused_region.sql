/*
title:
  en: Compute started in a region that the account does not use
  ja: 普段使わないリージョンでのコンピュート起動
hypothesis:
  en: Stolen credentials start machines for mining where nobody looks.
  ja: 盗んだ認証情報で、誰も見ていないリージョンに採掘用マシンを立てている。
data: [aws-cloudtrail]
read:
  en: Regions without an earlier launch in the account. Large instance types and many instances come first; a failed launch is a try as well.
  ja: アカウントで起動実績のないリージョン。大型や多数の起動が上に来る。失敗した起動も試みである。
next:
  en: Stop the instances after a snapshot, disable the credentials, and deny regions that are not used by an organization policy.
  ja: スナップショット後に停止し、認証情報を無効化し、使わないリージョンは組織ポリシーで拒否する。
attack: [T1535, T1496.001, T1578.002]
entities: { principal: principal, src_ip: ip, account_id: account }
budgetBytes: 20000000000
parameters:
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
*/
WITH launches AS (
  SELECT coalesce(session_issuer, user_arn, user_name) AS principal, account_id, region, src_ip, event_name, error_code, event_id, time,
    json_extract_scalar(request, '$.instanceType') AS instance_type,
    coalesce(try_cast(json_extract_scalar(request, '$.instancesSet.items[0].maxCount') AS integer), 1) AS wanted
  FROM cloudtrail
  WHERE eventday BETWEEN :from_day AND :to_day
    AND event_name IN ('RunInstances', 'RequestSpotInstances', 'RequestSpotFleet', 'CreateFleet', 'RunTask', 'CreateCluster', 'CreateNotebookInstance',
      'CreateTrainingJob', 'CreateEnvironment', 'CreateFunction20150331', 'ImportKeyPair', 'CreateKeyPair')
),
regions AS (
  SELECT account_id, region, min(time) AS first_launch FROM launches GROUP BY account_id, region
)
SELECT l.account_id, l.region, l.principal, min_by(l.src_ip, l.time) AS src_ip,
  count(*) AS launches, count(l.error_code) AS failures, sum(l.wanted) AS instances,
  slice(array_sort(array_agg(DISTINCT coalesce(l.instance_type, l.event_name))), 1, 10) AS kinds,
  min(l.time) AS first_seen, max(l.time) AS last_seen, min_by(l.event_id, l.time, 3) AS examples
FROM launches l JOIN regions r ON r.account_id = l.account_id AND r.region = l.region
WHERE r.first_launch >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d')) AND l.principal IS NOT NULL
GROUP BY l.account_id, l.region, l.principal
ORDER BY instances DESC, launches DESC, l.account_id, l.region, l.principal
LIMIT 100

/*
title:
  en: A resource opened to everybody or to a foreign account
  ja: リソースが全員または外部アカウントに公開された
hypothesis:
  en: Data leaves through a policy that names another account or the whole world, without any copying to see.
  ja: コピーの痕跡を残さず、外部アカウントや全世界を許すポリシーを通じてデータが流出している。
data: [aws-cloudtrail]
read:
  en: Foreign accounts are those in the request that own no event of the window. Known partners and vendors appear too; name them in known_accounts. What was opened to everybody comes first.
  ja: 外部アカウントとは、リクエストに現れ、期間内に自らのイベントを持たないもの。取引先やベンダーも現れるため known_accounts に登録する。全員に公開されたものが先に並ぶ。
next:
  en: Ask whether the sharing was wanted. If not, take it back and look in S3 access and snapshot copies for reads by that account.
  ja: 共有が意図したものか確認する。違えば取り消し、そのアカウントによる読み取りやコピーを調べる。
attack: [T1537, T1530, T1578.001]
entities: { principal: principal, resource: resource, src_ip: ip, account_id: account }
budgetBytes: 20000000000
parameters:
  known_accounts: { type: text, list: true, default: [none], about: { en: accounts that are no strangers, ja: 既知のアカウント } }
*/
WITH own AS (
  SELECT DISTINCT account_id FROM cloudtrail WHERE eventday BETWEEN :from_day AND :to_day AND account_id IS NOT NULL
),
changes AS (
  SELECT coalesce(session_issuer, user_arn, user_name) AS principal, account_id, src_ip, event_name, event_id, time,
    coalesce(element_at(resources, 1), json_extract_scalar(request, '$.bucketName'), json_extract_scalar(request, '$.functionName'),
      json_extract_scalar(request, '$.keyId'), json_extract_scalar(request, '$.snapshotId'), json_extract_scalar(request, '$.imageId'),
      json_extract_scalar(request, '$.dBSnapshotIdentifier'), json_extract_scalar(request, '$.secretId'), json_extract_scalar(request, '$.topicArn'),
      json_extract_scalar(request, '$.queueUrl'), json_extract_scalar(request, '$.repositoryName'), event_source) AS resource,
    regexp_extract_all(request, '\b[0-9]{12}\b') AS accounts,
    regexp_like(request, '(?i)AllUsers|AuthenticatedUsers|\\?"(AWS|Principal)\\?":\s*\[?\s*\\?"\*|\\?"(group|attributeValue|valuesToAdd)\\?":\s*\[?\s*\\?"all|\\?"(acl|x-amz-acl)\\?":\s*\[?\s*\\?"public') AS to_everybody
  FROM cloudtrail
  WHERE eventday BETWEEN :from_day AND :to_day AND error_code IS NULL
    AND regexp_like(event_name, '^(PutBucketPolicy|PutBucketAcl|PutObjectAcl|ModifySnapshotAttribute|ModifyImageAttribute|ModifyDBSnapshotAttribute|ModifyDBClusterSnapshotAttribute|PutKeyPolicy|CreateGrant|AddPermission.*|PutResourcePolicy|SetRepositoryPolicy|SetQueueAttributes|SetTopicAttributes|UpdateAssumeRolePolicy|CreateRole|PutAccessPointPolicy|SharedSnapshotCopyInitiated)$')
),
named AS (
  SELECT c.principal, c.account_id, c.src_ip, c.event_name, c.event_id, c.time, c.resource, c.to_everybody, a.foreign_account
  FROM changes c CROSS JOIN UNNEST(c.accounts) AS a (foreign_account)
  WHERE a.foreign_account NOT IN (SELECT account_id FROM own) AND a.foreign_account NOT IN (:known_accounts)
  UNION ALL
  SELECT principal, account_id, src_ip, event_name, event_id, time, resource, to_everybody, '*'
  FROM changes WHERE to_everybody
)
SELECT foreign_account, resource, principal, account_id, min_by(src_ip, time) AS src_ip,
  bool_or(to_everybody) AS to_everybody, count(*) AS changes,
  slice(array_sort(array_agg(DISTINCT event_name)), 1, 10) AS called,
  min(time) AS first_seen, max(time) AS last_seen, min_by(event_id, time, 3) AS examples
FROM named
GROUP BY foreign_account, resource, principal, account_id
ORDER BY to_everybody DESC, changes DESC, foreign_account, resource, principal
LIMIT 100

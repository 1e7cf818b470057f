/*
title:
  en: Permissions changed by somebody who never did
  ja: 権限変更をしたことのない者による権限変更
hypothesis:
  en: An attacker gives rights to a user or role under a name that has no business with IAM.
  ja: IAM を扱う立場にない名義で、攻撃者がユーザーやロールに権限を与えている。
data: [aws-cloudtrail]
read:
  en: Rows that name an administrator policy, or whose actor changes itself, come first. Names of a pipeline that is new this week are harmless when they come from its network.
  ja: 管理者ポリシーを含む行、自分自身を変更した行が上に来る。今週できたパイプラインの名義は、その発信元からであれば問題ない。
next:
  en: Compare with the change calendar. If there is no change, detach the policy and look at what the target did since.
  ja: 変更カレンダーと照合する。該当がなければポリシーを外し、対象がその後何をしたかを調べる。
attack: [T1098.003, T1098.001, T1136.003]
entities: { principal: principal, target: principal, src_ip: ip, account_id: account }
budgetBytes: 20000000000
parameters:
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
*/
WITH changes AS (
  SELECT coalesce(session_issuer, user_arn, user_name) AS principal, user_name, account_id, src_ip, event_name, request, event_id, time,
    coalesce(json_extract_scalar(request, '$.userName'), json_extract_scalar(request, '$.roleName'), json_extract_scalar(request, '$.groupName')) AS target,
    regexp_like(request, 'AdministratorAccess|IAMFullAccess|PowerUserAccess|\\"Action\\"\s*:\s*\[?\s*\\"(\*|iam:\*)\\"') AS is_admin
  FROM cloudtrail
  WHERE eventday BETWEEN :from_day AND :to_day AND event_source = 'iam.amazonaws.com' AND error_code IS NULL
    AND event_name IN ('AttachUserPolicy', 'AttachRolePolicy', 'AttachGroupPolicy', 'PutUserPolicy', 'PutRolePolicy', 'PutGroupPolicy',
      'CreatePolicyVersion', 'SetDefaultPolicyVersion', 'AddUserToGroup', 'CreateUser', 'CreateRole', 'CreateLoginProfile',
      'UpdateLoginProfile', 'UpdateAssumeRolePolicy', 'CreateAccessKey', 'DeleteUserPermissionsBoundary', 'DeleteRolePermissionsBoundary')
)
SELECT principal, account_id, min_by(src_ip, time) AS src_ip,
  count(*) AS changes, count_if(is_admin) AS admin_grants,
  count_if(target = user_name) AS on_itself,
  count(DISTINCT target) AS targets, min_by(target, time) AS target,
  slice(array_sort(array_agg(DISTINCT event_name)), 1, 10) AS called,
  min(time) AS first_seen, max(time) AS last_seen, min_by(event_id, time, 3) AS examples
FROM changes
WHERE principal IS NOT NULL
GROUP BY principal, account_id
HAVING min(time) >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d'))
ORDER BY admin_grants DESC, on_itself DESC, changes DESC, principal
LIMIT 100

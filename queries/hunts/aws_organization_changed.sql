/*
title:
  en: The organization itself is changed
  ja: 組織 (Organizations) そのものの変更
hypothesis:
  en: Guard rails are taken away, an account is led out of the organization, or control is delegated to another account.
  ja: ガードレールの撤去、アカウントの組織離脱、管理の委任が行われている。
data: [aws-cloudtrail]
read:
  en: Each row is rare in any organization. Leaving, detaching of policies and delegation come before invitations and account creation.
  ja: どの組織でもまれな操作。離脱・ポリシーの切り離し・委任が、招待やアカウント作成より上に来る。
next:
  en: Ask the owners of the organization by telephone, not by chat. Re-attach policies before anything else.
  ja: 組織の管理者に電話で確認する (チャットは避ける)。まずポリシーを再適用する。
attack: [T1666, T1484.002, T1098.003]
entities: { principal: principal, src_ip: ip, account_id: account }
budgetBytes: 20000000000
level: high
*/
WITH acts AS (
  SELECT coalesce(session_issuer, user_arn, user_name) AS principal, account_id, src_ip, event_name, event_id, time, error_code,
    CASE WHEN regexp_like(event_name, '^(LeaveOrganization|RemoveAccountFromOrganization|DeleteOrganization|DetachPolicy|DisablePolicyType|DeletePolicy|UpdatePolicy|RegisterDelegatedAdministrator|EnableOrganizationsRootSessions|EnableOrganizationsRootCredentialsManagement|PutResourcePolicy|MoveAccount|CloseAccount)$') THEN 10 ELSE 1 END AS weight
  FROM cloudtrail
  WHERE eventday BETWEEN :from_day AND :to_day
    AND (event_source = 'organizations.amazonaws.com' OR event_name IN ('EnableOrganizationsRootSessions', 'EnableOrganizationsRootCredentialsManagement'))
    AND NOT regexp_like(event_name, '^(List|Describe|Get)')
    AND coalesce(user_type, '') <> 'AWSService'
)
SELECT principal, account_id, min_by(src_ip, time) AS src_ip,
  sum(weight) AS weight, count(*) AS acts, count(error_code) AS failures,
  slice(array_sort(array_agg(DISTINCT event_name)), 1, 10) AS called,
  min(time) AS first_seen, max(time) AS last_seen, min_by(event_id, time, 3) AS examples
FROM acts
WHERE principal IS NOT NULL
GROUP BY principal, account_id
ORDER BY weight DESC, acts DESC, principal
LIMIT 100

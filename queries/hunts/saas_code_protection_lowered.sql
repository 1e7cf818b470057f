/*
title:
  en: Protection of code lowered
  ja: ソースコードの保護の引き下げ
hypothesis:
  en: Branch protection, secret scanning or two-factor rules are taken away to push code or leave with it.
  ja: コードの改ざんや持ち出しのため、ブランチ保護・シークレット検査・二要素の規則が外されている。
data: [github, gitlab, bitbucket]
read:
  en: Several kinds by one account, or a repository made public, come first. Single changes of one branch rule are everyday work of maintainers.
  ja: 一人が複数種類を行う、またはリポジトリを公開した行が上に来る。ブランチ規則一つの変更は日常作業。
next:
  en: Restore the rule, read the pushes since, and rotate secrets that were in a repository made public.
  ja: 規則を戻し、以後のプッシュを読み、公開されたリポジトリのシークレットを更新する。
attack: [T1685, T1213.003, T1195.002]
entities: { who: principal, src_ip: ip, repository: repository }
budgetBytes: 20000000000
parameters:
  least_weight: { type: integer, default: 3, min: 1, max: 100 }
*/
WITH acts AS (
  SELECT lower(coalesce(actor.user.email_addr, actor.user.name)) AS who, src_endpoint.ip AS src_ip, element_at(resources, 1).name AS repository,
    coalesce(api.operation, metadata.event_code) AS operation, element_at(unmapped, 'visibility') AS visibility, metadata.uid AS event_id, time_dt
  FROM api_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND source IN ('github', 'gitlab', 'bitbucket')
    AND regexp_like(coalesce(api.operation, metadata.event_code), '(?i)^protected_branch\.(destroy|policy_override|update_.*)|^repository_ruleset\.(destroy|update)|^repo\.(access|actions_enabled|add_member|update_default_branch)$|secret_scanning.*(disable|destroy)|^repository_(vulnerability_alerts|secret_scanning|dependency_graph).*\.disable|^org\.(disable_two_factor_requirement|disable_saml|oauth_app_access_approved|update_default_repository_permission)|^(public|deploy)_key\.create|^hook\.create|ip_allow_list.*(disable|destroy)|protected_branch_removed|visibility_level')
),
weighed AS (
  SELECT *, CASE
    WHEN regexp_like(operation, '(?i)^repo\.access$') AND coalesce(visibility, 'public') = 'public' THEN 10
    WHEN regexp_like(operation, '(?i)disable|destroy|override|removed') THEN 3
    ELSE 1 END AS weight
  FROM acts
)
SELECT who, min_by(src_ip, time_dt) AS src_ip, min_by(repository, time_dt) AS repository, sum(weight) AS total_weight,
  count(DISTINCT operation) AS kinds, count(*) AS acts, count(DISTINCT repository) AS repositories,
  slice(array_sort(array_agg(DISTINCT operation)), 1, 10) AS operations,
  min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) AS examples
FROM weighed
WHERE who IS NOT NULL
GROUP BY who
HAVING sum(weight) >= :least_weight
ORDER BY total_weight DESC, kinds DESC, who
LIMIT 100

/*
title:
  en: Many repositories cloned by one account
  ja: 一つのアカウントによる大量のリポジトリのクローン
hypothesis:
  en: Source code is taken with a stolen token before it is revoked.
  ja: 盗んだトークンが失効する前に、ソースコードが持ち出されている。
data: [github, gitlab, bitbucket]
read:
  en: Times usual compares the busiest recent day with the mean of the earlier days. Backups and scanners clone everything each day.
  ja: 直近で最も多い日を、それ以前の平均と比べる。バックアップやスキャナーは毎日すべてをクローンする。
next:
  en: Revoke the token, list the repositories, and search them for secrets that now need a change.
  ja: トークンを失効させ、対象リポジトリを列挙し、交換が必要なシークレットを探す。
attack: [T1213.003, T1078.004]
entities: { who: principal, src_ip: ip }
budgetBytes: 20000000000
parameters:
  least_repositories: { type: integer, default: 10, min: 1, max: 100000 }
  least_times: { type: number, default: 3, min: 1, max: 10000 }
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
*/
WITH clones AS (
  SELECT lower(coalesce(actor.user.email_addr, actor.user.name)) AS who, src_endpoint.ip AS src_ip, element_at(resources, 1).name AS repository,
    eventday, metadata.uid AS event_id, time_dt
  FROM api_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND source IN ('github', 'gitlab', 'bitbucket')
    AND regexp_like(coalesce(api.operation, metadata.event_code), '(?i)clone|git\.fetch|download_zip|repository_(export|archive)|project_export')
),
days AS (
  SELECT who, eventday, count(DISTINCT repository) AS repositories, min_by(src_ip, time_dt) AS src_ip,
    eventday >= date_format(date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d')), '%Y%m%d') AS is_recent,
    min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) AS examples
  FROM clones WHERE who IS NOT NULL AND repository IS NOT NULL GROUP BY who, eventday
),
people AS (
  SELECT who, max(repositories) FILTER (WHERE is_recent) AS repositories, count_if(NOT is_recent) AS earlier_days,
    coalesce(avg(CAST(repositories AS double)) FILTER (WHERE NOT is_recent), 0e0) AS usual,
    max_by(src_ip, repositories) FILTER (WHERE is_recent) AS src_ip,
    min(first_seen) FILTER (WHERE is_recent) AS first_seen, max(last_seen) FILTER (WHERE is_recent) AS last_seen,
    max_by(examples, repositories) FILTER (WHERE is_recent) AS examples
  FROM days GROUP BY who
)
SELECT who, src_ip, repositories, earlier_days, round(usual, 1) AS usual_repositories, round(repositories / greatest(usual, 1e0), 1) AS times_usual,
  first_seen, last_seen, examples
FROM people
WHERE repositories >= :least_repositories AND repositories / greatest(usual, 1e0) >= :least_times
ORDER BY times_usual DESC, repositories DESC, who
LIMIT 100

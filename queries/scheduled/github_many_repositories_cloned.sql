/*
title: { en: Many private repositories cloned by one person, ja: 一人による多数の非公開リポジトリのクローン }
description:
  en: One account clones twenty or more different private repositories within an hour. Builds clone the same ones again; a leaving employee or a stolen token takes everything once.
  ja: 一つのアカウントが 1 時間以内に 20 個以上の異なる非公開リポジトリをクローンしました。ビルドは同じリポジトリを繰り返しますが、退職予定者や盗まれたトークンは一度にすべてを持ち出します。
every: 1h
lookback: 3h
level: high
attack: [T1213.003]
sources: [github]
entities: { person: principal, src_ip: ip, repositories: repository }
targets: [repositories]
dedup: [person]
dedupWindow: 1d
budgetBytes: 20000000000
summary: '{person} cloned {count} different private repositories within an hour, among them {repositories}'
nextSteps:
  en: Is it a migration or a new machine? Ask the person over another channel. If not, revoke the token, and rotate the secrets in what was cloned.
  ja: 移行作業や新しい端末のセットアップではないか、別の手段で本人に確認してください。そうでなければトークンを失効させ、クローンされた内容に含まれるシークレットを更新してください。
parameters:
  least: { type: integer, default: 20, min: 2, max: 10000 }
*/
SELECT
  actor.user.name AS person,
  date_trunc('hour', time_dt) AS hour,
  count(DISTINCT element_at(unmapped, 'repository')) AS count,
  slice(array_sort(array_agg(DISTINCT element_at(unmapped, 'repository'))), 1, 20) AS repositories,
  slice(array_sort(array_agg(DISTINCT src_endpoint.ip) FILTER (WHERE src_endpoint.ip IS NOT NULL)), 1, 20) AS src_ip,
  max(time_dt) AS time,
  slice(array_sort(array_agg(metadata.uid)), 1, 200) AS event_uids
FROM api_activity
WHERE eventday BETWEEN :from_day AND :to_day AND ingest_time_dt >= :ingest_from AND ingest_time_dt < :ingest_to
  AND source = 'github' AND api.operation = 'git.clone' AND coalesce(element_at(unmapped, 'repository_public'), 'false') = 'false'
GROUP BY actor.user.name, date_trunc('hour', time_dt)
HAVING count(DISTINCT element_at(unmapped, 'repository')) >= :least

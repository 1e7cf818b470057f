/*
title: { en: One address fails to sign in as many accounts of several identity providers, ja: 一つのアドレスから複数の ID プロバイダーの多数アカウントへのサインイン失敗 }
description:
  en: Within an hour one address fails to sign in as ten or more different accounts, counted over every identity provider together. Password spraying is slow at each of them and plain over all.
  ja: 1 時間以内に一つのアドレスが、すべての ID プロバイダーを合わせて 10 個以上の異なるアカウントへのサインインに失敗しました。パスワードスプレーは各プロバイダーでは目立ちませんが、全体では明らかです。
every: 1h
lookback: 3h
level: medium
attack: [T1110.003]
sources: [okta, entra-id, aws-cloudtrail, google-workspace, onelogin, duo, auth0]
entities: { src_ip: ip, succeeded: principal }
targets: [succeeded]
dedup: [src_ip]
dedupWindow: 6h
budgetBytes: 20000000000
summary: '{src_ip} failed to sign in as {accounts} accounts of {providers} within an hour, among them {examples}; signed in as: {succeeded}'
nextSteps:
  en: Block the address where you can. If it signed in as anybody, end those sessions and reset those passwords first.
  ja: 可能な箇所でアドレスを遮断してください。サインインに成功したアカウントがあれば、先にセッションを終了しパスワードを再設定してください。
parameters:
  least: { type: integer, default: 10, min: 3, max: 10000 }
*/
SELECT
  src_endpoint.ip AS src_ip,
  date_trunc('hour', time_dt) AS hour,
  count(DISTINCT lower(coalesce(user.email_addr, user.name, user.uid))) FILTER (WHERE status_id = 2) AS accounts,
  array_sort(array_agg(DISTINCT source) FILTER (WHERE status_id = 2)) AS providers,
  slice(array_sort(array_agg(DISTINCT lower(coalesce(user.email_addr, user.name, user.uid))) FILTER (WHERE status_id = 2)), 1, 5) AS examples,
  array_sort(array_agg(DISTINCT lower(coalesce(user.email_addr, user.name, user.uid))) FILTER (WHERE status_id = 1)) AS succeeded,
  max_by(source, time_dt) AS source,
  max(time_dt) AS time,
  slice(array_sort(array_agg(metadata.uid)), 1, 200) AS event_uids
FROM authentication
WHERE eventday BETWEEN :from_day AND :to_day AND ingest_time_dt >= :ingest_from AND ingest_time_dt < :ingest_to
  AND activity_id = 1 AND status_id IN (1, 2) AND src_endpoint.ip IS NOT NULL
  AND coalesce(user.email_addr, user.name, user.uid) IS NOT NULL AND coalesce(user.name, '') <> 'HIDDEN_DUE_TO_SECURITY_REASONS'
GROUP BY src_endpoint.ip, date_trunc('hour', time_dt)
HAVING count(DISTINCT lower(coalesce(user.email_addr, user.name, user.uid))) FILTER (WHERE status_id = 2) >= :least

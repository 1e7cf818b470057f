/*
title: { en: Second factors removed and then a sign-in from a new address, ja: 第二要素の削除に続く新しいアドレスからのサインイン }
description:
  en: The factors of an account are reset or removed and within a day somebody signs in as that account from an address from which it had not come in 14 days. That is how help desks are used.
  ja: アカウントの認証要素がリセットまたは削除され、1 日以内に過去 14 日間使用していなかったアドレスからサインインがありました。ヘルプデスクを悪用する典型的な手口です。
every: 1h
lookback: 1d
level: high
attack: [T1556.006, T1078.004]
sources: [okta, aws-cloudtrail, entra-id, google-workspace, duo]
entities: { account_name: principal, src_ip: ip, removed_by: principal }
targets: [account_name]
dedup: [account_name]
dedupWindow: 1d
budgetBytes: 100000000000
summary: '{removed_by} removed factors of {account_name} at {removed_at}; then it signed in from {src_ip}, which is new for it'
nextSteps:
  en: Ask the owner of the account over another channel whether they asked for it. If not, end the sessions, take the new factors away and find who spoke with the help desk.
  ja: 本人が依頼したかを別の手段で確認してください。そうでなければセッションを終了し、新しい要素を削除し、ヘルプデスクとのやり取りを調査してください。
*/
WITH removals AS (
  SELECT lower(coalesce(user.email_addr, user.name, user.uid)) AS account_name, source,
    coalesce(actor.user.email_addr, actor.user.name, actor.user.uid) AS removed_by, time_dt AS removed_at, metadata.uid AS removal_uid
  FROM account_change
  WHERE eventday BETWEEN :from_day AND :to_day AND ingest_time_dt >= :ingest_from - INTERVAL '1' DAY AND ingest_time_dt < :ingest_to
    AND activity_id = 11 AND coalesce(status_id, 1) <> 2 AND coalesce(user.email_addr, user.name, user.uid) IS NOT NULL
),
logins AS (
  SELECT lower(coalesce(user.email_addr, user.name, user.uid)) AS account_name, source, src_endpoint.ip AS src_ip, time_dt AS time,
    ingest_time_dt AS ingested, metadata.uid AS login_uid,
    min(time_dt) OVER (PARTITION BY lower(coalesce(user.email_addr, user.name, user.uid)), source, src_endpoint.ip) AS address_since
  FROM authentication
  WHERE eventday BETWEEN date_format(date_parse(:from_day, '%Y%m%d') - INTERVAL '14' DAY, '%Y%m%d') AND :to_day
    AND ingest_time_dt < :ingest_to AND activity_id = 1 AND status_id = 1 AND src_endpoint.ip IS NOT NULL
    AND coalesce(user.email_addr, user.name, user.uid) IS NOT NULL
)
SELECT r.account_name, r.source, r.removed_by, min(r.removed_at) AS removed_at, l.src_ip, max(l.time) AS time,
  array_sort(array_distinct(array_agg(r.removal_uid) || array_agg(l.login_uid))) AS event_uids
FROM removals r
JOIN logins l ON l.account_name = r.account_name AND l.source = r.source
WHERE l.ingested >= :ingest_from AND l.time > r.removed_at AND l.time <= r.removed_at + INTERVAL '1' DAY AND l.address_since > r.removed_at
GROUP BY r.account_name, r.source, r.removed_by, l.src_ip

/*
title: { en: One long-lived access key used from many networks in a day, ja: 一つの長期アクセスキーの一日での多数ネットワークからの使用 }
description:
  en: Calls with one AKIA key come from five or more networks (/16, or /48 of IPv6) on one day. Keys in a server have one network; a key that was published has as many as find it.
  ja: 一つの AKIA キーが 1 日のうちに 5 つ以上のネットワーク（/16、IPv6 は /48）から使用されました。サーバー上のキーは通常一つのネットワークから使われますが、漏えいしたキーは多数から使われます。
every: 6h
lookback: 1d
level: high
attack: [T1078.004]
sources: [aws-cloudtrail]
entities: { access_key: access_key, principal: principal, src_ip: ip, account: account }
dedup: [access_key]
dedupWindow: 1d
budgetBytes: 50000000000
summary: 'Key {access_key} of {principal} made calls from {networks} networks on one day, among them {src_ip}'
nextSteps:
  en: Search the key in public repositories and in the chat. Which of the networks are yours? If one is not, disable the key; a playbook does it under approval.
  ja: 公開リポジトリやチャットでキーを検索してください。自社のものではないネットワークがあればキーを無効化してください（承認付きのプレイブックがあります）。
parameters:
  least: { type: integer, default: 5, min: 2, max: 1000 }
*/
SELECT
  actor.user.credential_uid AS access_key,
  date_trunc('day', time_dt) AS day,
  min(actor.user.uid) AS principal,
  count(DISTINCT CASE WHEN src_endpoint.ip LIKE '%:%' THEN regexp_extract(src_endpoint.ip, '^[^:]*:[^:]*:[^:]*') ELSE regexp_extract(src_endpoint.ip, '^[0-9]+[.][0-9]+') END) AS networks,
  slice(array_sort(array_agg(DISTINCT src_endpoint.ip)), 1, 20) AS src_ip,
  min(accountid) AS account,
  max(time_dt) AS time,
  slice(array_sort(array_agg(metadata.uid)), 1, 200) AS event_uids
FROM api_activity
WHERE eventday BETWEEN :from_day AND :to_day AND ingest_time_dt >= :ingest_from AND ingest_time_dt < :ingest_to
  AND source = 'aws-cloudtrail' AND actor.user.credential_uid LIKE 'AKIA%' AND src_endpoint.ip IS NOT NULL AND actor.invoked_by IS NULL
GROUP BY actor.user.credential_uid, date_trunc('day', time_dt)
HAVING count(DISTINCT CASE WHEN src_endpoint.ip LIKE '%:%' THEN regexp_extract(src_endpoint.ip, '^[^:]*:[^:]*:[^:]*') ELSE regexp_extract(src_endpoint.ip, '^[0-9]+[.][0-9]+') END) >= :least

/*
title:
  en: Mailbox rules that hide or carry away mail
  ja: メールを隠す・転送する受信ルール
hypothesis:
  en: In a mailbox that was taken over, rules delete, hide or forward answers so that the owner sees nothing.
  ja: 乗っ取られたメールボックスで、持ち主に気付かれないよう返信を削除・隠蔽・転送している。
data: [m365, google-workspace]
read:
  en: Forwarding to another domain, deleting, and moving to a folder that nobody opens weigh most; words such as invoice or payment, and one-letter names, too.
  ja: 外部転送・削除・誰も開かないフォルダーへの移動が重い。請求や支払いの語、一文字の名前も疑わしい。
next:
  en: Remove the rule, revoke sessions, then search the mailbox for what was hidden and warn those who were written to.
  ja: ルールを消してセッションを失効させ、隠されたメールを探し、送信先に警告する。
attack: [T1564.008, T1114.003]
entities: { who: principal, src_ip: ip }
budgetBytes: 20000000000
level: high
parameters:
  least_weight: { type: integer, default: 3, min: 1, max: 100 }
*/
WITH changes AS (
  SELECT actor, src_endpoint, api, unmapped, source, status_id, metadata, time_dt FROM api_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND source IN ('m365', 'google-workspace')
  UNION ALL
  SELECT actor, src_endpoint, api, unmapped, source, status_id, metadata, time_dt FROM account_change
  WHERE eventday BETWEEN :from_day AND :to_day AND source IN ('m365', 'google-workspace')
),
rules AS (
  SELECT lower(coalesce(actor.user.email_addr, actor.user.name)) AS who, src_endpoint.ip AS src_ip, coalesce(api.operation, metadata.event_code) AS operation,
    lower(concat(coalesce(api.operation, metadata.event_code), ' ', coalesce(api.request.data, ''), ' ', coalesce(element_at(unmapped, 'OperationProperties'), ''))) AS told,
    source, metadata.uid AS event_id, time_dt
  FROM changes
  WHERE regexp_like(coalesce(api.operation, metadata.event_code), '(?i)^(new|set|enable|update)-?inboxrules?$|^email_forwarding_(out_of_domain|change)|^new-transportrule$|^set-transportrule$')
    AND coalesce(status_id, 1) <> 2
),
weighed AS (
  SELECT *,
    regexp_like(told, 'forwardto|redirectto|forwardasattachmentto|forwarding|blindcopyto|copyto') AS forwards,
    regexp_like(told, 'deletemessage|softdeletemessage|permanentdelete') AS deletes,
    regexp_like(told, 'movetofolder') AND regexp_like(told, 'rss|archive|junk|conversation history|deleted|notes|history|アーカイブ|フィード') AS hides,
    regexp_like(told, 'invoice|payment|bank|wire|swift|iban|password|phish|hack|security|mfa|請求|支払|振込|口座') AS has_words,
    regexp_like(told, '"name":"name","value":"[^a-z0-9]{0,3}.?"') AS has_odd_name
  FROM rules
)
SELECT who, source, min_by(src_ip, time_dt) AS src_ip,
  sum(IF(forwards, 4, 0) + IF(deletes, 3, 0) + IF(hides, 3, 0) + IF(has_words, 2, 0) + IF(has_odd_name, 2, 0)) AS total_weight,
  count(*) AS rules, bool_or(forwards) AS forwards, bool_or(deletes) AS deletes, bool_or(hides) AS hides, bool_or(has_words) AS has_words,
  slice(array_sort(array_agg(DISTINCT operation)), 1, 5) AS operations,
  min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) AS examples
FROM weighed
WHERE who IS NOT NULL
GROUP BY who, source
HAVING sum(IF(forwards, 4, 0) + IF(deletes, 3, 0) + IF(hides, 3, 0) + IF(has_words, 2, 0) + IF(has_odd_name, 2, 0)) >= :least_weight
ORDER BY total_weight DESC, rules DESC, who
LIMIT 100

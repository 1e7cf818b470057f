/*
title:
  en: A user of a second factor signs in without one
  ja: 二要素を使う利用者が二要素なしでサインイン
hypothesis:
  en: A legacy protocol, an excluded application or a stolen session goes around the second factor.
  ja: 旧式プロトコル・除外アプリ・盗まれたセッションで二要素が迂回されている。
data: [entra-id, okta, onelogin]
read:
  en: Users who used a factor on several days and now succeed without, from a new address first. Applications of a trusted office network are excluded on purpose.
  ja: 数日二要素を使っていた利用者が、今回は使わずに成功。新しいアドレスが上に来る。信頼された社内網の除外は意図的。
next:
  en: Find which rule let it through (application, location, client) and close it; revoke the session.
  ja: どの規則が許したか (アプリ・場所・クライアント) を調べて塞ぎ、セッションを失効させる。
attack: [T1556.006, T1078]
entities: { who: principal, src_ip: ip }
budgetBytes: 20000000000
parameters:
  least_days: { type: integer, default: 3, min: 1, max: 90 }
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
*/
WITH sign_ins AS (
  SELECT lower(coalesce("user".email_addr, "user".name)) AS who, src_endpoint.ip AS src_ip, coalesce(is_mfa, false) AS is_mfa, is_mfa IS NOT NULL AS is_told,
    coalesce(actor.app_name, service.name) AS application, http_request.user_agent AS user_agent, eventday, metadata.uid AS event_id, time_dt,
    time_dt >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d')) AS is_recent
  FROM authentication
  WHERE eventday BETWEEN :from_day AND :to_day AND activity_id = 1 AND status_id = 1 AND source IN ('entra-id', 'okta', 'onelogin')
),
usual AS (
  SELECT who, count(DISTINCT eventday) AS mfa_days, count_if(NOT is_mfa AND is_told) AS earlier_without
  FROM sign_ins WHERE NOT is_recent GROUP BY who
  HAVING count(DISTINCT eventday) FILTER (WHERE is_mfa) >= :least_days
),
places AS (
  SELECT who AS place_user, src_ip AS place_ip, bool_and(is_recent) AS is_new FROM sign_ins GROUP BY who, src_ip
)
SELECT s.who, s.src_ip, min_by(s.application, s.time_dt) AS application, min_by(s.user_agent, s.time_dt) AS user_agent,
  bool_or(coalesce(p.is_new, true)) AS new_address, arbitrary(u.mfa_days) AS mfa_days, arbitrary(u.earlier_without) AS earlier_without, count(*) AS sign_ins,
  min(s.time_dt) AS first_seen, max(s.time_dt) AS last_seen, min_by(s.event_id, s.time_dt, 3) AS examples
FROM sign_ins s JOIN usual u ON u.who = s.who
LEFT JOIN places p ON p.place_user = s.who AND p.place_ip = s.src_ip
WHERE s.is_recent AND s.is_told AND NOT s.is_mfa
GROUP BY s.who, s.src_ip
ORDER BY new_address DESC, earlier_without, sign_ins DESC, s.who, s.src_ip
LIMIT 100

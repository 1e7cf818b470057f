/*
title:
  en: A user signs in from a network that nobody uses
  ja: 誰も使わないネットワークからのサインイン
hypothesis:
  en: Stolen sessions and passwords are used from hosting and residential proxies that the organization does not come from.
  ja: 盗まれた認証情報が、組織の通信元でないホスティングやプロキシから使われている。
data: [okta, entra-id]
read:
  en: The network is the autonomous system. New for the user and used by hardly anybody else comes first. Travel and new home providers are new for the user too, but of a country that fits.
  ja: ネットワークは自律システム。本人に新しく、他に利用者がいないものが上に来る。出張や引っ越しも新しくなるが、国は整合する。
next:
  en: Look at what the session did within the hour. Hosting providers and anonymizers are seldom a user's own.
  ja: セッションが 1 時間以内に何をしたかを見る。ホスティングや匿名化サービスが本人のものであることは少ない。
attack: [T1078.004, T1539]
entities: { who: principal, src_ip: ip }
budgetBytes: 20000000000
parameters:
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
  most_users: { type: integer, default: 2, min: 1, max: 10000 }
*/
WITH sign_ins AS (
  SELECT lower(coalesce("user".email_addr, "user".name)) AS who, src_endpoint.ip AS src_ip, src_endpoint.autonomous_system.number AS asn,
    src_endpoint.autonomous_system.name AS as_name, src_endpoint.location.country AS country, metadata.uid AS event_id, time_dt,
    time_dt >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d')) AS is_recent
  FROM authentication
  WHERE eventday BETWEEN :from_day AND :to_day AND status_id = 1 AND src_endpoint.autonomous_system.number IS NOT NULL
),
networks AS (
  SELECT asn, count(DISTINCT who) AS users FROM sign_ins GROUP BY asn
),
people AS (
  SELECT who, count(DISTINCT asn) AS usual_networks, count(DISTINCT country) AS usual_countries FROM sign_ins WHERE NOT is_recent GROUP BY who
),
pairs AS (
  SELECT who, asn, max_by(as_name, time_dt) AS as_name, max_by(country, time_dt) AS country, min_by(src_ip, time_dt) AS src_ip, count(*) AS sign_ins,
    bool_and(is_recent) AS is_new, min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) AS examples
  FROM sign_ins GROUP BY who, asn
)
SELECT p.who, p.src_ip, p.asn, p.as_name, p.country, n.users, u.usual_networks, u.usual_countries, p.sign_ins, p.first_seen, p.last_seen, p.examples
FROM pairs p JOIN networks n ON n.asn = p.asn JOIN people u ON u.who = p.who
WHERE p.is_new AND n.users <= :most_users
ORDER BY n.users, u.usual_networks, p.sign_ins DESC, p.who, p.asn
LIMIT 100

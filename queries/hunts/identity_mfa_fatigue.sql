/*
title:
  en: Second-factor prompts refused again and again
  ja: 二要素の要求が繰り返し拒否されている
hypothesis:
  en: The attacker has the password and sends prompts until the user gives in.
  ja: パスワードを得た攻撃者が、利用者が根負けするまで要求を送り続けている。
data: [okta, entra-id, duo, onelogin]
read:
  en: Several refusals within an hour, then a grant, is a user who gave in. Refusals without a grant still mean that the password is known.
  ja: 1 時間以内に複数の拒否、その後の承認は根負けの跡。承認がなくてもパスワードは知られている。
next:
  en: Telephone the user. Reset the password, revoke sessions, require number matching or a hardware key.
  ja: 利用者に電話し、パスワードをリセットしてセッションを失効、番号照合やハードウェアキーを必須にする。
attack: [T1621, T1078]
entities: { who: principal, src_ip: ip }
budgetBytes: 20000000000
level: high
days: 7
parameters:
  least_refusals: { type: integer, default: 4, min: 2, max: 1000 }
*/
WITH prompts AS (
  SELECT lower(coalesce("user".email_addr, "user".name)) AS who, src_endpoint.ip AS src_ip, metadata.uid AS event_id, time_dt, date_trunc('hour', time_dt) AS hour,
    coalesce(regexp_like(coalesce(api.operation, metadata.event_code), '(?i)deny_push|reject'), false)
      OR (source = 'entra-id' AND status_code = '500121')
      OR (source <> 'entra-id' AND coalesce(is_mfa, false) AND status_id = 2) AS is_refusal,
    coalesce(is_mfa, false) AND status_id = 1 AND NOT coalesce(regexp_like(coalesce(api.operation, metadata.event_code), '(?i)deny_push|send_factor|reject'), false) AS is_grant
  FROM authentication
  WHERE eventday BETWEEN :from_day AND :to_day AND source IN ('okta', 'entra-id', 'duo', 'onelogin')
)
SELECT who, hour, min_by(src_ip, time_dt) FILTER (WHERE is_refusal) AS src_ip,
  count_if(is_refusal) AS refusals, count_if(is_grant) AS grants,
  coalesce(max(time_dt) FILTER (WHERE is_grant) > min(time_dt) FILTER (WHERE is_refusal), false) AS gave_in,
  count(DISTINCT src_ip) AS addresses,
  min(time_dt) FILTER (WHERE is_refusal) AS first_seen, max(time_dt) AS last_seen,
  min_by(event_id, time_dt, 3) FILTER (WHERE is_refusal) AS examples
FROM prompts
WHERE who IS NOT NULL
GROUP BY who, hour
HAVING count_if(is_refusal) >= :least_refusals
ORDER BY gave_in DESC, refusals DESC, who, hour
LIMIT 100

/*
title:
  en: Rules of sign-in weakened or federation changed
  ja: サインインの規則の緩和・フェデレーションの変更
hypothesis:
  en: An attacker with administrator rights opens the door for later - a policy off, a network zone wider, a foreign identity provider.
  ja: 管理者権限を得た攻撃者が、ポリシーの停止・ネットワークゾーンの拡大・外部 IdP の追加で裏口を作っている。
data: [okta, entra-id, google-workspace, m365, duo]
read:
  en: Federation and identity-provider changes weigh most, then deletions and deactivations, then changes. The identity team makes such changes under a change number.
  ja: フェデレーションと IdP の変更が最も重く、次に削除・停止、変更の順。正規の変更には変更番号がある。
next:
  en: Take the change back, list sign-ins since that the old rule had refused.
  ja: 変更を戻し、旧ルールなら拒否したはずのサインインを洗い出す。
attack: [T1556.009, T1484.002, T1556.007]
entities: { who: principal }
budgetBytes: 50000000000
level: high
parameters:
  least_weight: { type: integer, default: 3, min: 1, max: 100 }
*/
WITH changes AS (
  SELECT lower(coalesce(actor.user.email_addr, actor.user.name)) AS who, coalesce(api.operation, metadata.event_code) AS operation, source, metadata.uid AS event_id, time_dt,
    CASE
      WHEN regexp_like(coalesce(api.operation, metadata.event_code), '(?i)federation|set domain authentication|add (un)?verified domain|system\.idp\.lifecycle\.(create|activate)|idp.*(create|add)|sso_(settings|profile)') THEN 10
      WHEN regexp_like(coalesce(api.operation, metadata.event_code), '(?i)(delete|deactivate|disable|turn_off).*(policy|strong|2_step|2sv|zone|mfa)|(policy|zone|strong|2_step|2sv|mfa).*(delete|deactivate|disable|turn_off|off$)|^delete conditional access') THEN 5
      ELSE 3
    END AS weight
  FROM events
  WHERE eventday BETWEEN :from_day AND :to_day AND source IN ('okta', 'entra-id', 'google-workspace', 'm365', 'duo')
    AND regexp_like(coalesce(api.operation, metadata.event_code), '(?i)federation|set domain authentication|add (un)?verified domain|system\.idp\.|conditional access policy|^policy\.(lifecycle|rule)\.(update|deactivate|delete)|^(network_)?zone\.(update|deactivate|delete|remove)|enforce_strong_authentication|allow_strong_authentication|change_two_step|2_step_verification|toggle_.*sso|sso_(settings|profile)|disable strong authentication|policy_(update|delete)|bypass')
    AND coalesce(status_id, 1) <> 2
)
SELECT who, source, max(weight) AS heaviest, sum(weight) AS total_weight, count(*) AS changes,
  slice(array_sort(array_agg(DISTINCT operation)), 1, 10) AS operations,
  min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) AS examples
FROM changes
WHERE who IS NOT NULL
GROUP BY who, source
HAVING sum(weight) >= :least_weight
ORDER BY heaviest DESC, total_weight DESC, who, source
LIMIT 100

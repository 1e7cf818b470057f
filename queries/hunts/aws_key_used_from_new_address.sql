/*
title:
  en: A long-lived key used from a network that it never came from
  ja: 長期アクセスキーが初めてのネットワークから使われた
hypothesis:
  en: A leaked access key is used from the attacker's machine beside its everyday place.
  ja: 漏えいしたアクセスキーが、普段の場所に加えて攻撃者の端末からも使われている。
data: [aws-cloudtrail]
read:
  en: Keys with many usual networks are people on the move; one usual network and one new one is a leak. Look at the new agent and at what was called.
  ja: 普段から多数のネットワークで使われるキーは移動する人のもの。普段 1 つのところへ新しい 1 つが現れたら漏えいを疑う。新しいエージェントと呼ばれた操作を見る。
next:
  en: Deactivate the key (playbook disable-access-key), then list everything that it did from the new network.
  ja: キーを無効化し (disable-access-key プレイブック)、新しいネットワークからの操作をすべて洗い出す。
attack: [T1078.004, T1552.001]
entities: { access_key_id: access_key, principal: principal, new_ip: ip, account_id: account }
budgetBytes: 20000000000
parameters:
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
  most_usual: { type: integer, default: 10, min: 1, max: 1000, about: { en: keys with more usual networks are left out, ja: 普段のネットワークがこれより多いキーは除く } }
*/
WITH uses AS (
  SELECT access_key_id, coalesce(user_arn, user_name) AS principal, account_id, src_ip, event_name, user_agent, event_id, time,
    coalesce(regexp_extract(src_ip, '^\d+\.\d+\.\d+'), regexp_extract(src_ip, '^[0-9a-fA-F]*(:[0-9a-fA-F]*){3}')) AS network,
    time >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d')) AS is_recent
  FROM cloudtrail
  WHERE eventday BETWEEN :from_day AND :to_day AND access_key_id LIKE 'AKIA%'
),
networks AS (
  SELECT access_key_id, network,
    arbitrary(principal) AS principal, arbitrary(account_id) AS account_id,
    count(*) AS calls, count(DISTINCT event_name) AS actions,
    min_by(src_ip, time) AS ip, min_by(user_agent, time) AS agent,
    array_agg(DISTINCT event_name) AS names,
    bool_and(is_recent) AS is_new,
    min(time) AS first_seen, max(time) AS last_seen, min_by(event_id, time, 3) AS examples
  FROM uses WHERE network IS NOT NULL GROUP BY access_key_id, network
),
keys AS (
  SELECT access_key_id, count(*) AS usual FROM networks WHERE NOT is_new GROUP BY access_key_id
)
SELECT n.access_key_id, n.principal, n.account_id, n.ip AS new_ip, n.agent AS new_agent,
  k.usual AS usual_networks, n.calls, n.actions,
  slice(array_sort(n.names), 1, 10) AS called,
  n.first_seen, n.last_seen, n.examples
FROM networks n JOIN keys k ON k.access_key_id = n.access_key_id
WHERE n.is_new AND k.usual <= :most_usual
ORDER BY k.usual, n.actions DESC, n.calls DESC, n.access_key_id, n.network
LIMIT 100

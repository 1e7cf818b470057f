/*
title:
  en: Code of a function changed by another hand than usual
  ja: 普段と異なる者による関数コードの変更
hypothesis:
  en: An attacker puts code into a function, a layer or a build, to run with its role and stay.
  ja: 攻撃者が関数・レイヤー・ビルドにコードを仕込み、そのロールで居座っている。
data: [aws-cloudtrail]
read:
  en: Functions that a pipeline deployed before and a person changes now come first. A function without any earlier change says less.
  ja: これまでパイプラインが配備し、今回は人が変更した関数が上に来る。変更履歴のない関数は根拠が弱い。
next:
  en: Download the code of the version before and after and compare. Look at what the function's role did since.
  ja: 前後のバージョンのコードを取得して比べ、関数のロールがその後何をしたかを見る。
attack: [T1648, T1525, T1677]
entities: { principal: principal, function: resource, src_ip: ip, account_id: account }
budgetBytes: 20000000000
parameters:
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
*/
WITH changes AS (
  SELECT coalesce(session_issuer, user_arn, user_name) AS principal, account_id, src_ip, event_name, event_id, time,
    regexp_replace(coalesce(json_extract_scalar(request, '$.functionName'), json_extract_scalar(request, '$.layerName'),
      json_extract_scalar(request, '$.name'), json_extract_scalar(request, '$.projectName'), element_at(resources, 1)), '^arn:[^:]+:lambda:[^:]*:[0-9]*:function:', '') AS function
  FROM cloudtrail
  WHERE eventday BETWEEN :from_day AND :to_day AND error_code IS NULL
    AND regexp_like(event_name, '^(UpdateFunctionCode|UpdateFunctionConfiguration|CreateFunction|PublishLayerVersion|AddPermission|CreateFunctionUrlConfig|UpdateProject|PutImage)(\d{8}(v\d)?)?$')
    AND coalesce(user_type, '') <> 'AWSService'
),
hands AS (
  SELECT function, principal, account_id, count(*) AS changes, min_by(src_ip, time) AS src_ip,
    slice(array_sort(array_agg(DISTINCT event_name)), 1, 5) AS called,
    min(time) >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d')) AS is_new,
    min(time) AS first_seen, max(time) AS last_seen, min_by(event_id, time, 3) AS examples
  FROM changes WHERE function IS NOT NULL AND principal IS NOT NULL GROUP BY function, principal, account_id
),
usual AS (
  SELECT function, account_id, count(*) AS usual_hands, sum(changes) AS earlier_changes, min_by(principal, first_seen) AS usual_hand
  FROM hands WHERE NOT is_new GROUP BY function, account_id
),
known AS (
  SELECT principal, count(DISTINCT function) AS other_functions FROM hands WHERE NOT is_new GROUP BY principal
)
SELECT h.function, h.principal, h.account_id, h.src_ip, h.changes,
  coalesce(u.earlier_changes, 0) AS earlier_changes, u.usual_hand, h.called, h.first_seen, h.last_seen, h.examples
FROM hands h LEFT JOIN usual u ON u.function = h.function AND u.account_id = h.account_id
LEFT JOIN known k ON k.principal = h.principal
WHERE h.is_new AND k.principal IS NULL
ORDER BY coalesce(u.earlier_changes, 0) DESC, h.changes DESC, h.function, h.principal
LIMIT 100

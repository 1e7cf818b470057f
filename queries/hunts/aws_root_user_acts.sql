/*
title:
  en: What root users did
  ja: root ユーザーの行動
hypothesis:
  en: The root user of an account is used, though nobody has a reason to.
  ja: 必要がないはずの root ユーザーが使われている。
data: [aws-cloudtrail]
read:
  en: Anything but a planned change is wrong. Calls with an access key, changes, and addresses that no person of the account uses come first.
  ja: 計画された変更以外はすべて異常。アクセスキーによる呼び出し、変更操作、誰も使わないアドレスが上に来る。
next:
  en: Call the account's owner. Change the password and the factor, delete root access keys, read all changes since.
  ja: アカウントの責任者に電話する。パスワードと二要素を変更し、root のキーを削除し、以後の変更をすべて読む。
attack: [T1078.004]
entities: { account_id: account, src_ip: ip, principal: principal }
budgetBytes: 20000000000
level: high
*/
WITH acts AS (
  SELECT account_id, user_arn AS principal, src_ip, event_name, access_key_id, error_code, event_id, time,
    regexp_like(event_name, '^(Get|List|Describe|Lookup|Check)') OR event_name = 'ConsoleLogin' AS is_read
  FROM cloudtrail
  WHERE eventday BETWEEN :from_day AND :to_day AND user_type = 'Root'
),
people AS (
  SELECT DISTINCT account_id, src_ip FROM cloudtrail
  WHERE eventday BETWEEN :from_day AND :to_day AND user_type IN ('IAMUser', 'AssumedRole')
)
SELECT a.account_id, a.src_ip, arbitrary(a.principal) AS principal,
  count_if(p.src_ip IS NULL) > 0 AS address_of_nobody,
  count_if(NOT a.is_read) AS changes, count(*) AS acts, count_if(a.access_key_id LIKE 'AKIA%') AS with_key, count(a.error_code) AS failures,
  slice(array_sort(array_agg(DISTINCT a.event_name)), 1, 10) AS called,
  min(a.time) AS first_seen, max(a.time) AS last_seen, min_by(a.event_id, a.time, 3) AS examples
FROM acts a LEFT JOIN people p ON p.account_id = a.account_id AND p.src_ip = a.src_ip
WHERE coalesce(a.src_ip, '') NOT LIKE '%.amazonaws.com'
GROUP BY a.account_id, a.src_ip
ORDER BY with_key DESC, address_of_nobody DESC, changes DESC, acts DESC, a.account_id, a.src_ip
LIMIT 100

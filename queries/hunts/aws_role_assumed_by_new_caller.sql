/*
title:
  en: A role assumed by a caller that never assumed it before
  ja: これまで引き受けたことのない呼び出し元によるロールの引き受け
hypothesis:
  en: Somebody with stolen credentials moves on by assuming roles that their owner never used.
  ja: 盗んだ認証情報を持つ者が、本来の持ち主が使ったことのないロールを引き受けて横展開している。
data: [aws-cloudtrail]
read:
  en: Rows without earlier days are new pairs of caller and role. Failures beside a success are somebody trying. New deployments make new pairs too, but from the network of the pipeline.
  ja: 呼び出し元とロールの新しい組み合わせ。成功の前に失敗があれば試行錯誤の跡。新しいデプロイでも組み合わせは増えるが、発信元はパイプラインのネットワークになる。
next:
  en: Ask the caller's owner. If it was not them, revoke the role's sessions and follow the issued key through `aws_key_used_from_new_address`.
  ja: 呼び出し元の持ち主に確認する。本人でなければロールのセッションを無効化し、発行されたキーを `aws_key_used_from_new_address` で追う。
attack: [T1078.004, T1548.005, T1550.001]
entities: { caller: principal, role: role, src_ip: ip, account_id: account }
budgetBytes: 20000000000
days: 14
parameters:
  recent_days: { type: integer, default: 1, min: 1, max: 30, about: { en: days at the end of the window that count as new, ja: 期間の末尾で「新しい」とみなす日数 } }
*/
WITH calls AS (
  SELECT coalesce(session_issuer, user_arn, user_name) AS caller,
    json_extract_scalar(request, '$.roleArn') AS role,
    account_id, src_ip, error_code, event_id, time
  FROM cloudtrail
  WHERE eventday BETWEEN :from_day AND :to_day
    AND event_name IN ('AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity', 'AssumeRoot')
    AND coalesce(user_type, '') <> 'AWSService'
)
SELECT caller, role, account_id,
  count(*) AS calls,
  count(error_code) AS failures,
  count(DISTINCT src_ip) AS addresses,
  min_by(src_ip, time) AS src_ip,
  min(time) AS first_seen, max(time) AS last_seen,
  min_by(event_id, time, 3) AS examples
FROM calls
WHERE caller IS NOT NULL AND role IS NOT NULL
GROUP BY caller, role, account_id
HAVING min(time) >= date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d'))
ORDER BY failures DESC, calls DESC, caller, role
LIMIT 100

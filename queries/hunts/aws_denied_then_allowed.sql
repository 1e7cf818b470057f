/*
title:
  en: Denied first, allowed later
  ja: はじめは拒否、のちに成功した操作
hypothesis:
  en: Somebody raises their own permissions until a refused action works.
  ja: 拒否された操作が通るまで、自らの権限を引き上げている。
data: [aws-cloudtrail]
read:
  en: An action that was refused and then works within a day, with a change of permissions in between, is an escalation. Without a change in between it may be a policy that somebody else mended.
  ja: 拒否された操作が 1 日以内に成功し、その間に権限変更があれば権限昇格。間に変更がなければ、別の人がポリシーを直しただけかもしれない。
next:
  en: Open the change of permissions in between, see who made it and whether it was asked for. Undo it if not.
  ja: 間にある権限変更を開き、誰が行い、申請があったかを確認する。なければ元に戻す。
attack: [T1098.003, T1548.005]
entities: { principal: principal, account_id: account }
budgetBytes: 30000000000
days: 3
parameters:
  within_hours: { type: integer, default: 24, min: 1, max: 168 }
*/
WITH calls AS (
  SELECT coalesce(session_issuer, user_arn, user_name) AS principal, account_id, event_source, event_name, error_code, event_id, time
  FROM cloudtrail
  WHERE eventday BETWEEN :from_day AND :to_day AND coalesce(user_type, '') <> 'AWSService'
),
refused AS (
  SELECT principal, account_id, event_source, event_name, min(time) AS refused_at, count(*) AS refusals, min_by(event_id, time) AS event_id
  FROM calls
  WHERE regexp_like(error_code, '(?i)AccessDenied|UnauthorizedOperation|AuthorizationError|not authorized')
  GROUP BY principal, account_id, event_source, event_name
),
worked AS (
  SELECT c.principal, c.account_id, c.event_name, c.event_source, r.refused_at, r.refusals, r.event_id AS refused_id,
    min(c.time) AS worked_at, min_by(c.event_id, c.time) AS worked_id
  FROM calls c JOIN refused r ON r.principal = c.principal AND r.account_id = c.account_id
    AND r.event_source = c.event_source AND r.event_name = c.event_name
  WHERE c.error_code IS NULL AND c.time > r.refused_at AND c.time < date_add('hour', :within_hours, r.refused_at)
  GROUP BY c.principal, c.account_id, c.event_name, c.event_source, r.refused_at, r.refusals, r.event_id
),
changes AS (
  SELECT principal AS changed_by, account_id, event_name AS change, event_id AS change_id, time AS changed_at
  FROM calls
  WHERE event_source = 'iam.amazonaws.com' AND error_code IS NULL
    AND regexp_like(event_name, '^(Attach|Put|Create|Set|Update|Add|Delete|Detach).*(Policy|PolicyVersion|ToGroup|ToInstanceProfile|PermissionsBoundary)$')
)
SELECT w.principal, w.account_id, w.event_source, w.event_name, w.refusals,
  date_diff('minute', w.refused_at, w.worked_at) AS minutes_between,
  count(c.change) AS permission_changes,
  bool_or(c.changed_by = w.principal) AS changed_by_itself,
  min_by(c.change, c.changed_at) AS first_change,
  w.refused_at AS first_seen, w.worked_at AS last_seen,
  array_sort(array_distinct(ARRAY[w.refused_id, coalesce(min_by(c.change_id, c.changed_at), w.worked_id), w.worked_id])) AS examples
FROM worked w LEFT JOIN changes c ON c.account_id = w.account_id AND c.changed_at BETWEEN w.refused_at AND w.worked_at
GROUP BY w.principal, w.account_id, w.event_source, w.event_name, w.refusals, w.refused_at, w.worked_at, w.refused_id, w.worked_id
ORDER BY coalesce(bool_or(c.changed_by = w.principal), false) DESC, permission_changes DESC, w.refusals DESC, w.principal, w.event_name
LIMIT 100

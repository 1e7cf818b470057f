/*
title:
  en: Mailboxes forwarded or opened to others
  ja: メールボックスの転送・他者への開放
hypothesis:
  en: An attacker reads along by a forwarding address, by rights on a mailbox, or by an audit that was switched off.
  ja: 転送先・メールボックス権限・監査の停止によって、攻撃者がメールを読み続けている。
data: [m365]
read:
  en: Forwarding out of the organization and auditing switched off come first. Assistants and shared mailboxes get rights in the same way.
  ja: 組織外への転送と監査停止が上に来る。秘書や共有メールボックスの権限付与も同じ操作になる。
next:
  en: Take the forwarding or right away, see for how long it stood, and what was read by MailItemsAccessed.
  ja: 転送や権限を外し、期間と、MailItemsAccessed で読まれた内容を調べる。
attack: [T1114.003, T1098.002, T1685.002]
entities: { who: principal, mailbox: principal, src_ip: ip }
budgetBytes: 20000000000
level: high
*/
WITH changes AS (
  SELECT lower(coalesce(actor.user.email_addr, actor.user.name)) AS who, src_endpoint.ip AS src_ip, coalesce(api.operation, metadata.event_code) AS operation,
    coalesce(element_at(resources, 1).name, element_at(resources, 1).uid) AS mailbox, lower(coalesce(api.request.data, '')) AS told, metadata.uid AS event_id, time_dt
  FROM api_activity
  WHERE eventday BETWEEN :from_day AND :to_day AND source = 'm365' AND coalesce(status_id, 1) <> 2
    AND coalesce(api.operation, metadata.event_code) IN ('Set-Mailbox', 'Add-MailboxPermission', 'Add-RecipientPermission', 'Add-MailboxFolderPermission', 'Set-MailboxFolderPermission',
      'Set-CASMailbox', 'New-MailboxExportRequest', 'New-ManagementRoleAssignment', 'Set-MailboxAuditBypassAssociation', 'Set-AdminAuditLogConfig')
),
kinds AS (
  SELECT *, CASE
    WHEN regexp_like(told, 'forwardingsmtpaddress|forwardingaddress') THEN 10
    WHEN operation IN ('Set-MailboxAuditBypassAssociation', 'Set-AdminAuditLogConfig', 'New-MailboxExportRequest') OR regexp_like(told, '"auditenabled","value":"false"') THEN 10
    WHEN operation IN ('Add-MailboxPermission', 'Add-RecipientPermission', 'New-ManagementRoleAssignment') THEN 5
    WHEN operation LIKE '%FolderPermission' AND regexp_like(told, '"(default|anonymous)"') THEN 5
    ELSE 0 END AS weight
  FROM changes
)
SELECT who, min_by(mailbox, time_dt) AS mailbox, min_by(src_ip, time_dt) AS src_ip, max(weight) AS heaviest, sum(weight) AS total_weight, count(DISTINCT mailbox) AS mailboxes,
  slice(array_sort(array_agg(DISTINCT operation)), 1, 5) AS operations,
  min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) AS examples
FROM kinds
WHERE weight > 0 AND who IS NOT NULL
GROUP BY who
ORDER BY heaviest DESC, total_weight DESC, mailboxes DESC, who
LIMIT 100

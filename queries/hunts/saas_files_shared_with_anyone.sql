/*
title:
  en: Files shared with anyone who has the link
  ja: リンクを知る誰にでも共有されたファイル
hypothesis:
  en: Documents are put outside by anonymous links, by mistake or on purpose.
  ja: 過失または故意で、匿名リンクにより文書が外部に公開されている。
data: [m365, google-workspace, box, dropbox]
read:
  en: Many files of one user in one day come first. Marketing shares in public each week; finance and personnel do not.
  ja: 一人が一日に多数共有した行が上に来る。広報は毎週公開するが、財務や人事はしない。
next:
  en: Take the links back, read the access log of the files, ask the owner of the data whether notification is due.
  ja: リンクを取り消し、アクセスログを読み、データの責任者に通知義務の有無を確認する。
attack: [T1567.002, T1537]
entities: { who: principal, src_ip: ip }
budgetBytes: 20000000000
parameters:
  least_files: { type: integer, default: 3, min: 1, max: 1000000 }
*/
WITH shares AS (
  SELECT lower(coalesce(actor.user.email_addr, actor.user.name)) AS who, src_endpoint.ip AS src_ip, coalesce(file.uid, file.path, file.name) AS file,
    file.name AS file_name, coalesce(api.operation, metadata.event_code) AS operation, source, eventday, metadata.uid AS event_id, time_dt
  FROM file_hosting
  WHERE eventday BETWEEN :from_day AND :to_day AND coalesce(status_id, 1) <> 2
    AND (regexp_like(coalesce(api.operation, metadata.event_code), '(?i)anonymouslink(created|updated|used)?$|shared_link.*(create|public)|shared_content.*link')
      OR regexp_like(share_type, '(?i)public|people_with_link|anyone|anonymous'))
    AND NOT regexp_like(coalesce(api.operation, metadata.event_code), '(?i)remove|delete|view')
)
SELECT who, source, eventday AS day, min_by(src_ip, time_dt) AS src_ip, count(DISTINCT file) AS files, count(*) AS shares,
  slice(array_sort(array_agg(DISTINCT coalesce(file_name, file))), 1, 5) AS names,
  slice(array_sort(array_agg(DISTINCT operation)), 1, 5) AS operations,
  min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) AS examples
FROM shares
WHERE who IS NOT NULL
GROUP BY who, source, eventday
HAVING count(DISTINCT file) >= :least_files
ORDER BY files DESC, shares DESC, who, day
LIMIT 100

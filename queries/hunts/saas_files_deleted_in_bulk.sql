/*
title:
  en: Far more files deleted than on other days
  ja: 普段よりはるかに多いファイルの削除
hypothesis:
  en: Files are destroyed in anger or for ransom, with their versions.
  ja: 怨恨または身代金目的で、ファイルが版とともに消されている。
data: [m365, google-workspace, box, dropbox]
read:
  en: Times usual compares the busiest recent day with the mean of the earlier ones. Moves by a synchronization client delete as well.
  ja: 直近で最も多い日を以前の平均と比べる。同期クライアントの移動も削除として記録される。
next:
  en: Suspend the account, restore from the recycle bin before it empties, look for encrypted names that were written.
  ja: アカウントを停止し、ごみ箱が空になる前に復元し、暗号化された名前のファイルを探す。
attack: [T1485, T1490]
entities: { who: principal, src_ip: ip }
budgetBytes: 20000000000
parameters:
  least_files: { type: integer, default: 50, min: 1, max: 10000000 }
  least_times: { type: number, default: 4, min: 1, max: 100000 }
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
*/
WITH files AS (
  SELECT lower(coalesce(actor.user.email_addr, actor.user.name)) AS who, src_endpoint.ip AS src_ip,
    coalesce(file.uid, file.path, file.name) AS file, source, eventday, metadata.uid AS event_id, time_dt
  FROM file_hosting
  WHERE eventday BETWEEN :from_day AND :to_day AND coalesce(status_id, 1) <> 2 AND (activity_id = 4 OR regexp_like(coalesce(api.operation, metadata.event_code), '(?i)delete|recycle|trash'))
),
days AS (
  SELECT who, source, eventday, count(DISTINCT file) AS files, min_by(src_ip, time_dt) AS src_ip,
    eventday >= date_format(date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d')), '%Y%m%d') AS is_recent,
    min(time_dt) AS first_seen, max(time_dt) AS last_seen, min_by(event_id, time_dt, 3) AS examples
  FROM files WHERE who IS NOT NULL AND file IS NOT NULL GROUP BY who, source, eventday
),
people AS (
  SELECT who, source, max(files) FILTER (WHERE is_recent) AS files, count_if(NOT is_recent) AS earlier_days,
    coalesce(avg(CAST(files AS double)) FILTER (WHERE NOT is_recent), 0e0) AS usual,
    max_by(src_ip, files) FILTER (WHERE is_recent) AS src_ip,
    min(first_seen) FILTER (WHERE is_recent) AS first_seen, max(last_seen) FILTER (WHERE is_recent) AS last_seen,
    max_by(examples, files) FILTER (WHERE is_recent) AS examples
  FROM days GROUP BY who, source
)
SELECT who, source, src_ip, files, earlier_days, round(usual, 1) AS usual_files, round(files / greatest(usual, 1e0), 1) AS times_usual,
  first_seen, last_seen, examples
FROM people
WHERE files >= :least_files AND files / greatest(usual, 1e0) >= :least_times
ORDER BY times_usual DESC, files DESC, who, source
LIMIT 100

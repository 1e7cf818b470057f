/*
title:
  en: Far more objects read than on other days
  ja: 普段よりはるかに多い S3 オブジェクトの読み取り
hypothesis:
  en: Data is collected from a bucket by a name that normally reads little of it.
  ja: 普段は少ししか読まない名義が、バケットからデータを集めている。
data: [aws-cloudtrail, aws-s3-access]
read:
  en: Times usual compares the busiest recent day with the mean of the earlier days; 0 earlier days means the pair is new. Backups and analytics have steady numbers.
  ja: 「普段の何倍か」は直近で最も多い日と、それ以前の平均との比。以前の日数が 0 なら新しい組み合わせ。バックアップや分析は安定した数になる。
next:
  en: List the prefixes that were read, and where the principal came from. Personal data in them starts the regulator's clock.
  ja: 読まれたプレフィックスと発信元を確認する。個人データを含むなら当局報告の時計が動き始める。
attack: [T1530, T1619]
entities: { principal: principal, bucket: resource, src_ip: ip, account_id: account }
budgetBytes: 100000000000
parameters:
  least_objects: { type: integer, default: 100, min: 1, max: 1000000000 }
  least_times: { type: number, default: 5, min: 1, max: 100000 }
  recent_days: { type: integer, default: 1, min: 1, max: 30 }
*/
WITH reads AS (
  SELECT coalesce(session_issuer, user_arn, user_name) AS principal, account_id, src_ip, event_id, time, eventday,
    coalesce(json_extract_scalar(request, '$.bucketName'), split_part(element_at(resources, 1), '/', 1)) AS bucket,
    coalesce(json_extract_scalar(request, '$.key'), element_at(resources, 1)) AS object
  FROM audit
  WHERE eventday BETWEEN :from_day AND :to_day AND source IN ('aws-cloudtrail', 'aws-s3-access')
    AND event_name IN ('GetObject', 'REST.GET.OBJECT', 'CopyObject', 'SelectObjectContent')
    AND error_code IS NULL
),
days AS (
  SELECT principal, account_id, bucket, eventday, count(DISTINCT object) AS objects,
    min_by(src_ip, time) AS src_ip, min(time) AS first_seen, max(time) AS last_seen, min_by(event_id, time, 3) AS examples,
    eventday >= date_format(date_add('day', 1 - :recent_days, date_parse(:to_day, '%Y%m%d')), '%Y%m%d') AS is_recent
  FROM reads WHERE principal IS NOT NULL AND bucket IS NOT NULL
  GROUP BY principal, account_id, bucket, eventday
),
pairs AS (
  SELECT principal, account_id, bucket,
    max(objects) FILTER (WHERE is_recent) AS objects,
    count_if(NOT is_recent) AS earlier_days,
    coalesce(avg(CAST(objects AS double)) FILTER (WHERE NOT is_recent), 0e0) AS usual_objects,
    max_by(src_ip, objects) FILTER (WHERE is_recent) AS src_ip,
    min(first_seen) FILTER (WHERE is_recent) AS first_seen, max(last_seen) FILTER (WHERE is_recent) AS last_seen,
    max_by(examples, objects) FILTER (WHERE is_recent) AS examples
  FROM days GROUP BY principal, account_id, bucket
)
SELECT principal, bucket, account_id, src_ip, objects, earlier_days, round(usual_objects, 1) AS usual_objects,
  round(objects / greatest(usual_objects, 1e0), 1) AS times_usual, first_seen, last_seen, examples
FROM pairs
WHERE objects >= :least_objects AND objects / greatest(usual_objects, 1e0) >= :least_times
ORDER BY times_usual DESC, objects DESC, principal, bucket
LIMIT 100

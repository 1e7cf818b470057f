/** The fields of VPC and transit gateway flow logs, and their lines: a selection in the order that a header names, or the default format. */
import type { JsonObject } from '../../core/json.ts';
import type { LineFormat, ReadLine } from '../source.ts';

/** @see VPC User Guide, "Flow log records": version 2, the default format and its order */
export const DEFAULT_FIELDS =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status'.split(' ');

/** Versions 3 to 10. @see VPC User Guide, "Available fields"; Transit Gateway guide, "Transit gateway flow log records" */
const LATER_FIELDS =
  'vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id sublocation-type sublocation-id pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn ecs-container-instance-id ecs-container-id ecs-second-container-id ecs-service-name ecs-task-definition-arn ecs-task-arn ecs-task-id reject-reason resource-id encryption-status resource-type tgw-id tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id tgw-pair-attachment-id packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired next-hop-ip'.split(
    ' ',
  );

/** Field names as lines write them; Parquet files and exports write `_` for `-`. */
export const FIELDS: ReadonlySet<string> = new Set(
  [...DEFAULT_FIELDS, ...LATER_FIELDS].flatMap((name) => [name, name.replaceAll('-', '_')]),
);

/** A line of the default format: it needs no header, as in CloudWatch Logs. */
const DEFAULT_LINE =
  /^\d{1,2} (?:\d{12}|unknown|-) (?:eni-[0-9a-f]+|-) \S+ \S+ \S+ \S+ \S+ \S+ \S+ \d{9,11} \d{9,11} \S+ (?:OK|NODATA|SKIPDATA)$/;

const isHeader = (words: readonly string[]): boolean => words.length >= 3 && words.every((word) => FIELDS.has(word));

/** `-` says that the field does not apply, so it is left out. Undefined where the line has not as many words as fields. */
function recordOf(fields: readonly string[], words: readonly string[]): JsonObject | undefined {
  if (words.length !== fields.length) return undefined;
  const record: JsonObject = {};
  for (let i = 0; i < fields.length; i++) {
    const word = words[i] ?? '-';
    if (word !== '-') record[fields[i] ?? ''] = word;
  }
  return record;
}

export const flowLines: LineFormat = {
  recognizesLine: (line) => DEFAULT_LINE.test(line) || isHeader(line.split(' ')),
  open: () => {
    let fields: readonly string[] = DEFAULT_FIELDS;
    return {
      read: (line): ReadLine => {
        const words = line.split(' ');
        if (isHeader(words)) {
          fields = words;
          return 'header';
        }
        const record = recordOf(fields, words);
        return record === undefined ? undefined : { record };
      },
    };
  },
};

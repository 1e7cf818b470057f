/** Turns a range of sort keys into a DynamoDB key condition, which allows one comparison only. */
import type { Range } from '../../ports/table.ts';

export interface KeyNames {
  pk: string;
  sk: string;
}

export interface RangeInput {
  KeyConditionExpression: string;
  ExpressionAttributeNames: Record<string, string>;
  ExpressionAttributeValues: Record<string, string>;
  ScanIndexForward: boolean;
}

/** Greater than any character that a key has after a prefix: the last code point, a noncharacter. */
const LAST = '\u{10FFFF}';
/** DynamoDB orders texts by their UTF-8 bytes, JavaScript by UTF-16 units. */
const isAfter = (a: string, b: string): boolean => Buffer.compare(Buffer.from(a), Buffer.from(b)) > 0;
const later = (a: string, b: string): string => (isAfter(a, b) ? a : b);
const earlier = (a: string, b: string): string => (isAfter(a, b) ? b : a);

/** The query's key condition; undefined where no key can be in the range. */
export function queryInput(names: KeyNames, pk: string, range: Range): RangeInput | undefined {
  if (range.limit !== undefined && range.limit < 1) return undefined;
  const condition = sortCondition(range);
  if (condition === undefined || pk === '') return undefined;
  const [text, values] = condition;
  return {
    KeyConditionExpression: text === '' ? '#pk = :pk' : `#pk = :pk AND ${text}`,
    ExpressionAttributeNames: { '#pk': names.pk, ...(text === '' ? {} : { '#sk': names.sk }) },
    ExpressionAttributeValues: { ':pk': pk, ...values },
    ScanIndexForward: range.descending !== true,
  };
}

function sortCondition(range: Range): [string, Record<string, string>] | undefined {
  const prefix = range.prefix ?? '';
  const bounded = range.from !== undefined || range.to !== undefined;
  if (prefix !== '' && !bounded) return ['begins_with(#sk, :prefix)', { ':prefix': prefix }];
  const from = later(range.from ?? '', prefix);
  const to = prefix === '' ? range.to : earlier(range.to ?? prefix + LAST, prefix + LAST);
  if (to !== undefined && (to === '' || isAfter(from, to))) return undefined;
  if (from !== '' && to !== undefined) return ['#sk BETWEEN :from AND :to', { ':from': from, ':to': to }];
  if (from !== '') return ['#sk >= :from', { ':from': from }];
  if (to !== undefined) return ['#sk <= :to', { ':to': to }];
  return ['', {}];
}

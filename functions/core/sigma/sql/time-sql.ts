/** Turns a part of a timestamp's text into SQL, as `timestampPart` reads it. */
import type { TimePart } from '../ast.ts';
import { sqlText } from './literal.ts';

const ISO = '(\\d{4})-(\\d{2})-(\\d{2})(?:[T ](\\d{2}):(\\d{2})(?::\\d{2})?(?:.|\\n)*)?';
const GROUPS = { year: 1, month: 2, day: 3, hour: 4, minute: 5 } as const;
const EPOCH = '\\A\\d{9,13}(?:\\.\\d+)?\\z';

/** A function from a text expression to a double (NULL where the text has no such part), or why there is none. */
export function timePartSql(part: TimePart): ((x: string) => string) | { why: string } {
  if (part === 'week') return { why: 'the week of a text that need not be a real date is not computed in SQL; use month or day' };
  const pattern = sqlText(`\\A${ISO.replaceAll('\\d', '[0-9]')}\\z`);
  return (x) => {
    const number = `TRY_CAST(trim(${x}) AS double)`;
    const seconds = `CASE WHEN ${number} < 1E11 THEN ${number} ELSE ${number} / 1E3 END`;
    const epoch = `CASE WHEN regexp_like(trim(${x}), ${sqlText(EPOCH.replaceAll('\\d', '[0-9]'))}) THEN date_format(from_unixtime(${seconds}), '%Y-%m-%dT%H:%i:%s') END`;
    return `TRY_CAST(coalesce(regexp_extract(trim(${x}), ${pattern}, ${GROUPS[part]}), regexp_extract(${epoch}, ${pattern}, ${GROUPS[part]})) AS double)`;
  };
}

/** Turns words into fields of the lake: an attribute's name says its type unless the word does. */
import type { LakeField, LakeType, ScalarKind } from './types.ts';

export const STRING: LakeType = { kind: 'string' };
export const list = (element: LakeType): LakeType => ({ kind: 'array', element });

/** A number of this name would be wrong: `original_time` is the source's own text. */
const TEXT_TIMES = new Set(['original_time']);
const BIGINTS = new Set([
  'bytes',
  'bytes_in',
  'bytes_out',
  'packets',
  'packets_in',
  'packets_out',
  'size',
  'sequence',
  'ptid',
  'type_uid',
]);
const INTS = new Set([
  'port',
  'pid',
  'code',
  'risk_score',
  'confidence_score',
  'impact_score',
  'count',
  'class_uid',
  'category_uid',
]);

/** The type that an attribute's name says: `is_…` boolean, `…_id` int, `…_time` epoch ms, `…_dt` timestamp, `data` JSON, else text. */
function typeOfName(name: string): LakeType {
  const kind = (): ScalarKind => {
    if (/^(is|has)_/.test(name)) return 'boolean';
    if (name.endsWith('_dt')) return 'timestamp';
    if (BIGINTS.has(name) || (/(^|_)time$/.test(name) && !TEXT_TIMES.has(name))) return 'bigint';
    if (INTS.has(name) || name.endsWith('_id')) return 'int';
    return name === 'data' ? 'json' : 'string';
  };
  if (name.endsWith('_ids')) return list({ kind: 'int' });
  return { kind: kind() };
}

const MARKED: Readonly<Record<string, LakeType>> = {
  '[]': list(STRING),
  ':int': { kind: 'int' },
  ':bigint': { kind: 'bigint' },
  ':double': { kind: 'double' },
  ':boolean': { kind: 'boolean' },
  ':string': STRING,
};

type Part = string | Readonly<Record<string, LakeType>>;

/** Fields from words (`uid labels[] num:int`) and from named types, in the order given. */
export function fieldsOf(...parts: readonly Part[]): LakeField[] {
  return parts.flatMap((part) => {
    if (typeof part !== 'string') return Object.entries(part).map(([name, type]) => ({ name, type }));
    return part.split(/\s+/).map((word) => {
      const [, name = word, mark = ''] = /^([a-z0-9_]+)(.*)$/.exec(word) ?? [];
      return { name, type: MARKED[mark] ?? typeOfName(name) };
    });
  });
}

/** A struct of such fields. */
export const struct = (...parts: readonly Part[]): LakeType => ({ kind: 'struct', fields: fieldsOf(...parts) });

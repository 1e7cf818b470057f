/** A list and a cursor → one page, the greatest first; what comes meanwhile neither repeats nor hides an item of a later page. */
import { YaguraError } from '../core/error.ts';

export interface PageOptions<T> {
  limit: number;
  cursor?: string | undefined;
  /** What sorts an item: a number, and an id that no two share. */
  at: (item: T) => [number, string];
}

/** @throws YaguraError BadInput for a cursor that we did not give */
export function pageOf<T>(items: readonly T[], { limit, cursor, at }: PageOptions<T>): { items: T[]; next?: string } {
  const after = cursor === undefined ? undefined : readCursor(cursor);
  const sorted = [...items].sort((a, b) => compare(at(a), at(b)));
  const rest = after === undefined ? sorted : sorted.filter((item) => compare(at(item), after) > 0);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  if (last === undefined || rest.length <= limit) return { items: page };
  return { items: page, next: Buffer.from(JSON.stringify(at(last))).toString('base64url') };
}

const compare = ([a, x]: [number, string], [b, y]: [number, string]): number => b - a || (x < y ? -1 : x > y ? 1 : 0);

function readCursor(text: string): [number, string] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'string') return [value[0], value[1]];
  } catch {
    // Told below.
  }
  throw new YaguraError('BadInput', 'this cursor is none of ours', {
    problems: [{ at: 'cursor', what: text.slice(0, 40), allowed: 'the `next` of a page', fix: 'begin without a cursor' }],
  });
}

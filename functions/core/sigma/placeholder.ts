/** Turns a value with %placeholders% into the values that the supplied lists make of it. */

/** Placeholder name → its values (Sigma text, wildcards allowed). */
export type Placeholders = Readonly<Record<string, readonly string[]>>;

const PLACEHOLDER = /\\%|%([\w.-]+)%/g;
const MAX_VALUES = 20_000;

/**
 * Every combination of the placeholders' values; `\%` is a plain percent sign.
 * @see Sigma rules specification 2.1, "Placeholders"
 */
export function expandPlaceholders(text: string, lists: Placeholders): string[] | { what: string; allowed: string; fix: string } {
  let heads = [''];
  let from = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    const [whole, name] = match;
    const before = text.slice(from, match.index);
    from = match.index + whole.length;
    const values = name === undefined ? ['%'] : Object.hasOwn(lists, name) ? lists[name] : undefined;
    if (values === undefined) {
      const known = Object.keys(lists);
      return {
        what: `The placeholder %${name}% has no list`,
        allowed: known.length > 0 ? known.join(', ') : 'no placeholder list is configured',
        fix: `supply the values of "${name}", or write them into the rule.`,
      };
    }
    heads = heads.flatMap((head) => values.map((value) => head + before + value));
    if (heads.length > MAX_VALUES) {
      return {
        what: `The placeholders make more than ${MAX_VALUES} values`,
        allowed: `${MAX_VALUES} values`,
        fix: 'use fewer placeholders in one value.',
      };
    }
  }
  return heads.map((head) => head + text.slice(from));
}

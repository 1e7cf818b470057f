/** Rows with ids and patterns → a look-up that finds every row that means an id: exact ones first, then patterns, the longest first. */

export class Lookup<Row extends { id: string }> {
  readonly #exact = new Map<string, Row[]>();
  readonly #patterns: { row: Row; fits: (text: string) => boolean }[];

  constructor(rows: readonly Row[]) {
    const patterns = rows
      .filter(({ id }) => id.includes('*'))
      .sort((a, b) => b.id.length - a.id.length || (a.id < b.id ? -1 : 1));
    this.#patterns = patterns.map((row) => ({ row, fits: patternOf(row.id) }));
    for (const row of rows.filter(({ id }) => !id.includes('*'))) {
      const key = row.id.toLowerCase();
      this.#exact.set(key, [...(this.#exact.get(key) ?? []), row]);
    }
  }

  /** For any of the names of one thing. */
  find(names: readonly string[]): Row[] {
    const exact = names.flatMap((name) => this.#exact.get(name.toLowerCase()) ?? []);
    const fitting = this.#patterns.filter(({ fits }) => names.some(fits)).map(({ row }) => row);
    return [...new Set([...exact, ...fitting])];
  }
}

/** `*` is any text; everything else stands for itself. Each part is looked for once, so no id and no pattern makes it slow. */
function patternOf(id: string): (text: string) => boolean {
  const [head = '', ...rest] = id.toLowerCase().split(/\*+/);
  const tail = rest.pop() ?? '';
  return (text) => {
    const lower = text.toLowerCase();
    if (!lower.startsWith(head) || lower.length < head.length + tail.length) return false;
    let at = head.length;
    for (const part of rest) {
      const found = lower.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return lower.length - tail.length >= at && lower.endsWith(tail);
  };
}

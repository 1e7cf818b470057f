/** Turns pairs that belong together into groups. */
export class UnionFind {
  readonly #parent = new Map<string, string>();

  /** The group's representative: the smallest member, so that it never depends on the order of unions. */
  find(item: string): string {
    let root = item;
    for (let up = this.#parent.get(root); up !== undefined; up = this.#parent.get(root)) root = up;
    for (let at = item; at !== root; ) {
      const up = this.#parent.get(at) ?? root;
      this.#parent.set(at, root);
      at = up;
    }
    return root;
  }

  union(a: string, b: string): void {
    const [x, y] = [this.find(a), this.find(b)];
    if (x !== y) this.#parent.set(x < y ? y : x, x < y ? x : y);
  }

  /** Representative → members, for the given items. */
  groups(items: Iterable<string>): Map<string, string[]> {
    const groups = new Map<string, string[]>();
    for (const item of items) {
      const root = this.find(item);
      const group = groups.get(root);
      if (group === undefined) groups.set(root, [item]);
      else group.push(item);
    }
    return groups;
  }
}

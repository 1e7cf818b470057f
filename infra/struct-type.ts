/** Text of a Glue type → a tree that tells whether another type only adds to it. */

export interface GlueType {
  /** `struct`, `array`, `map`, or the text of a plain type. */
  kind: string;
  /** Of a struct: name and type in order; of an array or a map: its parts without names. */
  parts: readonly (readonly [name: string, type: GlueType])[];
  /** True where `other` is the same, or shorter in some struct. */
  extends(other: GlueType): boolean;
}

/** @throws TypeError for a text that ends too early */
export function struct(text: string): GlueType {
  const [type, rest] = read(text.replaceAll(/\s/g, ''));
  if (rest !== '') throw new TypeError(`"${rest.slice(0, 40)}" stands behind a type`);
  return type;
}

function read(text: string): [GlueType, string] {
  const opened = /^(struct|array|map)</.exec(text);
  if (opened?.[1] === undefined) {
    // `decimal(38,0)` has a comma of its own.
    const plain = /^\w+(\(\d+(,\d+)*\))?/.exec(text)?.[0];
    if (plain === undefined) throw new TypeError(`"${text.slice(0, 40)}" is no type`);
    return [typeOf(plain, []), text.slice(plain.length)];
  }
  const parts: [string, GlueType][] = [];
  let rest = text.slice(opened[0].length);
  for (;;) {
    const name = opened[1] === 'struct' ? (/^[^:<>,]+:/.exec(rest)?.[0] ?? '') : '';
    const [type, behind] = read(rest.slice(name.length));
    parts.push([name.slice(0, -1), type]);
    rest = behind.slice(1);
    if (behind.startsWith('>')) return [typeOf(opened[1], parts), rest];
    if (!behind.startsWith(',')) throw new TypeError(`"${behind.slice(0, 40)}" where , or > should be`);
  }
}

function typeOf(kind: string, parts: GlueType['parts']): GlueType {
  const isExtended = (other: GlueType): boolean =>
    kind === other.kind &&
    (kind === 'struct' ? parts.length >= other.parts.length : parts.length === other.parts.length) &&
    other.parts.every(([name, part], i) => parts[i]?.[0] === name && parts[i][1].extends(part));
  return { kind, parts, extends: isExtended };
}

/** Random records and rules for parity: records built from what rules ask, then spoiled; rules built of every kind of test. */
import fc from 'fast-check';
import type { Json, JsonObject } from '../../functions/core/json.ts';
import { type Atom, atomsOf, type Expr, type Pattern, type SigmaRule, wholeExpr } from '../../functions/core/sigma/ast.ts';

/** A field, and texts that some rule looks for in it. */
export interface Asked {
  field: string;
  texts: string[];
}

const textOf = (pattern: Pattern): string =>
  typeof pattern === 'string'
    ? pattern
    : pattern.map((part) => (typeof part === 'string' ? part : part.any === 'one' ? 'x' : 'any\nthing')).join('');

/** The fields of rules, each with the texts that they test. */
export function askedBy(rules: readonly SigmaRule[]): Asked[] {
  const asked = new Map<string, Set<string>>();
  for (const atom of rules.flatMap((rule) => [...atomsOf(wholeExpr(rule))])) {
    if (atom.field === null) continue;
    const texts = asked.get(atom.field) ?? new Set();
    asked.set(atom.field, texts);
    if (atom.test === 'text') for (const pattern of atom.patterns.slice(0, 50)) texts.add(textOf(pattern));
    if (atom.test === 'number') for (const step of [-1, 0, 0.5, 1]) texts.add(String(atom.value + step));
    if (atom.test === 'cidr') for (const network of atom.networks) texts.add(network.split('/')[0] ?? '');
    if (atom.test === 'regex') for (const { source } of atom.regexes) texts.add(source.replace(/[\\^$*+?()[\]{}|]/g, ''));
  }
  return [...asked].map(([field, texts]) => ({ field, texts: [...texts] }));
}

const ODD_TEXTS = [
  '',
  ' ',
  '*',
  '?',
  '%',
  '_',
  '\\',
  "'",
  '"',
  '$',
  'null',
  '[]',
  '{}',
  'true',
  '0',
  '-1',
  ' 7 ',
  '1e3',
  'Unknown',
  'root',
  'arn:',
  'AWS Internal',
  'cloudtrail.amazonaws.com',
  'a\nb',
  'a\n',
  'İ',
  'ΑΣ',
  'ſK',
  '日本',
  '😀',
  '203.0.113.7',
  '2001:db8::1',
  '::ffff:10.1.2.3',
  '[2001:db8::5]',
  '010.1.2.3',
  '2026-11-20T08:30:00Z',
  '2026-11-20T08:30:00.123Z',
  '1700000000',
  '1.5',
  'f'.repeat(64),
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
];

const changed = (text: string): fc.Arbitrary<string> =>
  fc.constantFrom(text, text.toUpperCase(), text.toLowerCase(), ` ${text}`, `${text}x`, `x${text}`, text.slice(1), `${text}\n`);

/** What may stand in a field: a text that was asked for, spoiled, or something else entirely; now and then a list of such. */
function value({ texts }: Asked): fc.Arbitrary<Json> {
  const text = fc.constantFrom(...(texts.length === 0 ? ['x'] : texts)).chain(changed);
  const scalar: fc.Arbitrary<Json> = fc.oneof(
    { weight: 12, arbitrary: text },
    { weight: 3, arbitrary: fc.constantFrom(...ODD_TEXTS) },
    { weight: 2, arbitrary: fc.constantFrom<Json>(null, true, false, 0, 1, 7, -3, 1.5, 443, 1e21) },
  );
  return fc.oneof(
    { weight: 12, arbitrary: scalar },
    { weight: 3, arbitrary: fc.array(scalar, { maxLength: 3 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Json>([[]], {}, [null], { type: 'x' }, [{ name: 'x' }], [['a', ['b']]], { 'a.b': 1 }),
    },
  );
}

type Change = (record: JsonObject) => void;

/** Writes a value at a path: through objects, through a list on the way, or under a key with a dot. */
function setter(path: readonly string[], item: Json, shape: number): Change {
  return (record) => {
    let at: JsonObject = record;
    const keys = shape === 2 && path.length > 1 ? [...path.slice(0, -2), path.slice(-2).join('.')] : path;
    for (const [index, key] of keys.entries()) {
      if (index === keys.length - 1) {
        at[key] = item;
        return;
      }
      const old = at[key];
      const child: JsonObject = typeof old === 'object' && old !== null && !Array.isArray(old) ? old : {};
      at[key] = shape === 1 && index === keys.length - 2 ? [child, { other: 1 }] : child;
      at = child;
    }
  };
}

const remover =
  (path: readonly string[]): Change =>
  (record) => {
    let at: Json | undefined = record;
    for (const key of path.slice(0, -1)) at = typeof at === 'object' && at !== null && !Array.isArray(at) ? at[key] : undefined;
    if (typeof at === 'object' && at !== null && !Array.isArray(at)) delete at[path.at(-1) ?? ''];
  };

function change(asked: readonly Asked[]): fc.Arbitrary<Change> {
  return fc.constantFrom(...asked).chain((one) => {
    // `a..b` is a key that begins with a dot.
    const path = one.field
      .replaceAll('..', '.\0')
      .split('.')
      .map((step) => step.replace('\0', '.'));
    return fc.oneof(
      {
        weight: 8,
        arbitrary: fc
          .tuple(value(one), fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 2))
          .map(([item, shape]) => setter(path, item, shape)),
      },
      { weight: 2, arbitrary: fc.constant(remover(path)) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: path.length }).map((length) => remover(path.slice(0, length))) },
    );
  });
}

/** A record of a test case, or nothing at all, with some of its fields changed. */
export const recordArbitrary = (bases: readonly JsonObject[], asked: readonly Asked[]): fc.Arbitrary<JsonObject> =>
  fc
    .tuple(fc.constantFrom<JsonObject>({}, ...bases), fc.array(change(asked), { minLength: 0, maxLength: 6 }))
    .map(([base, changes]) => {
      const record = structuredClone(base);
      for (const apply of changes) apply(record);
      return record;
    });

/** A text without a field, as the parser writes it: open at both ends. */
function keyword(text: string, kind: string, flag: { cased: true | undefined; not: true | undefined }): Atom {
  const any = { any: 'many' } as const;
  if (kind === 'regex')
    return { test: 'regex', field: null, regexes: [{ source: text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), flags: 'i' }] };
  const half = Math.floor(text.length / 2);
  const parts: Pattern = kind === 'wild' ? [any, text.slice(0, half), any, text.slice(half), any] : [any, text, any];
  return { test: 'text', field: null, patterns: [parts.filter((part) => part !== '')], ...flag } as Atom;
}

function atomArbitrary(asked: readonly Asked[]): fc.Arbitrary<Atom> {
  const pair = fc
    .constantFrom(...asked)
    .chain((one) =>
      fc.tuple(fc.constant(one.field), fc.constantFrom(...(one.texts.length === 0 ? ['x'] : one.texts), ...ODD_TEXTS)),
    );
  const flags = fc.record({
    cased: fc.constantFrom(true as const, undefined, undefined),
    not: fc.constantFrom(true as const, undefined, undefined),
  });
  const clean = <T extends object>(object: T): T =>
    Object.fromEntries(Object.entries(object).filter(([, one]) => one !== undefined)) as T;
  const pattern = (text: string): fc.Arbitrary<Pattern> => {
    const [half, part] = [Math.floor(text.length / 2), text.slice(1, 4)];
    const any = { any: 'many' } as const;
    const patterns: Pattern[] = [
      text,
      text,
      [text, any],
      [any, text],
      [any, text, any],
      [text.slice(0, half), any, text.slice(half)],
      [any],
      [{ any: 'one' }, text.slice(1)],
      [any, part, { any: 'one' }, any],
    ];
    return fc.constantFrom(...patterns.map((one) => (typeof one === 'string' ? one : one.filter((piece) => piece !== ''))));
  };
  const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const regexes = (text: string): fc.Arbitrary<{ source: string; flags: string }> =>
    fc.record({
      source: fc.constantFrom(
        escaped(text),
        `^${escaped(text)}$`,
        `${escaped(text.slice(0, 3))}.*`,
        '^.$',
        '\\d+',
        '[^a-z]\\s',
        '(?:a|b)[A-Z_.*+?-]{2}',
        '^$',
        'x$',
        '\\w\\W',
        '[\\]x]\\b',
        '(?P<n>a).',
      ),
      flags: fc.constantFrom('', 'i', 's', 'is'),
    });
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(fc.array(pair, { minLength: 1, maxLength: 12 }), flags).chain(([pairs, flag]) => {
        const [[field] = ['eventName']] = pairs;
        return fc
          .tuple(...pairs.map(([, text]) => pattern(text)))
          .map((patterns) => clean({ test: 'text' as const, field, patterns, ...flag }) as Atom);
      }),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(pair, flags)
        .chain(([[field, text], { not }]) =>
          fc
            .array(regexes(text), { minLength: 1, maxLength: 2 })
            .map((list) => clean({ test: 'regex' as const, field, regexes: list, not }) as Atom),
        ),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          pair,
          flags,
          fc.constantFrom(
            '10.0.0.0/8',
            '203.0.113.5/24',
            '::/0',
            '2001:db8::/32',
            '::ffff:10.0.0.0/104',
            '0.0.0.0/0',
            '198.51.100.7',
          ),
        )
        .map(([[field], { not }, network]) => clean({ test: 'cidr' as const, field, networks: [network], not }) as Atom),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(pair, flags, fc.constantFrom('eq', 'lt', 'lte', 'gt', 'gte'), fc.constantFrom(0, 1, 7, -3, 1.5, 443, 1e21, 1000))
        .map(
          ([[field], { not }, compare, number]) => clean({ test: 'number' as const, field, compare, value: number, not }) as Atom,
        ),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(pair, fc.constantFrom('minute', 'hour', 'day', 'month', 'year'), fc.constantFrom(2026, 11, 20, 8, 30, 2023, 14))
        .map(([[field], part, number]) => ({ test: 'number', field, compare: 'eq', value: number, part }) as Atom),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(pair, pair, fc.constantFrom('equals', 'startswith', 'endswith', 'contains'), flags)
        .map(([[field], [other], how, flag]) => clean({ test: 'fieldref' as const, field, other, how, ...flag }) as Atom),
    },
    { weight: 1, arbitrary: fc.tuple(pair, fc.boolean()).map(([[field], want]) => ({ test: 'exists', field, want }) as Atom) },
    { weight: 1, arbitrary: pair.map(([field]) => ({ test: 'null', field }) as Atom) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(pair, flags, fc.constantFrom('whole', 'wild', 'regex'))
        .map(([[, text], flag, kind]) => clean(keyword(text, kind, flag))),
    },
  );
}

/** A rule of random tests, otherwise like the given one. */
export function ruleArbitrary(like: SigmaRule, asked: readonly Asked[]): fc.Arbitrary<SigmaRule> {
  const { expr } = fc.letrec<{ expr: Expr }>((tie) => ({
    expr: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'expr' },
      { weight: 3, arbitrary: atomArbitrary(asked).map((atom): Expr => ({ op: 'atom', atom })) },
      {
        weight: 2,
        arbitrary: fc.record({
          op: fc.constantFrom('and', 'or'),
          of: fc.array(tie('expr'), { minLength: 1, maxLength: 3 }),
        }) as fc.Arbitrary<Expr>,
      },
      { weight: 1, arbitrary: tie('expr').map((of): Expr => ({ op: 'not', of })) },
    ),
  }));
  return expr.map((written) => ({
    ...like,
    selections: [{ name: 's', expr: written }],
    condition: { op: 'selection', name: 's' },
  }));
}

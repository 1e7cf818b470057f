/** The stream: binding of rules to sources, the index against plain evaluation, and what hostile records and rules can do. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../functions/core/json.ts';
import type { SigmaRule } from '../../../functions/core/sigma/ast.ts';
import { evaluate } from '../../../functions/core/sigma/predicate.ts';
import { compileStream } from '../../../functions/core/sigma/stream.ts';
import { hitsOf, OCSF_EVENT, rule, SOURCES } from './rule-text.ts';

const streamOf = (...rules: SigmaRule[]) => compileStream(rules, { sources: SOURCES });

describe('binding', () => {
  const on = (logsource: string, taxonomy = '') => rule('selection: {f: x}', `logsource: ${logsource}\n${taxonomy}`);
  const boundTo = (one: SigmaRule) => {
    const { stream } = streamOf(one);
    return SOURCES.map(({ id }) => id).filter((id) => hitsOf(stream, { f: 'x' }, id, { ...OCSF_EVENT, f: 'x' }).length > 0);
  };
  test.each([
    ['{product: aws, service: cloudtrail}', '', ['aws-cloudtrail']],
    ['{product: AWS}', '', ['aws-cloudtrail']],
    ['{service: audit}', '', ['github']],
    ['{product: aws, service: s3}', '', []],
    ['{product: aws, category: api}', '', []],
    ['{category: process_creation, product: windows}', '', []],
    ['{}', 'taxonomy: ocsf\n', ['aws-cloudtrail', 'github']],
    ['{product: github}', 'taxonomy: ocsf\n', ['github']],
  ])('%s %s', (logsource, taxonomy, expected) => {
    expect(boundTo(on(logsource, taxonomy))).toEqual(expected);
  });

  test('rules without a connected source wait, they are no error', () => {
    const windows = on('{product: windows}');
    const { stream, problems, unbound } = streamOf(windows, on('{product: aws}'));
    expect(problems).toEqual([]);
    expect(unbound).toEqual([windows.info]);
    expect(stream.rules).toHaveLength(1);
    expect(hitsOf(stream, { f: 'x' }, 'never-heard-of')).toEqual([]);
  });

  test('a native rule sees the raw record, an ocsf rule the event', () => {
    const native = rule('selection: {eventName: StopLogging}');
    const ocsf = rule('selection: {api.operation: StopLogging}', 'taxonomy: ocsf\n');
    const { stream } = streamOf(native, ocsf);
    const event = { ...OCSF_EVENT, api: { operation: 'StopLogging' } };
    expect(hitsOf(stream, { eventName: 'StopLogging' })).toEqual([native.info.title]);
    expect(hitsOf(stream, { other: 1 }, 'aws-cloudtrail', event)).toEqual([ocsf.info.title]);
  });

  test('one id on two rules is a problem that names both; the first runs', () => {
    const one = rule('selection: {f: x}');
    const two = { ...one, info: { ...one.info, title: 'Copy', path: 'copy' } };
    const { stream, problems } = streamOf(one, two);
    expect(problems[0]).toMatchObject({ at: 'copy', what: expect.stringContaining(one.info.path), allowed: expect.any(String) });
    expect(stream.rules).toEqual([one.info]);
  });

  test('a field map names the paths of a field, for its log source only', () => {
    const fieldMaps = [{ logsource: { product: 'aws' }, fields: { action: ['eventName', 'detail.eventName'] } }];
    const one = rule('selection: {action: StopLogging}');
    const { stream } = compileStream([one], { sources: SOURCES, fieldMaps });
    expect(hitsOf(stream, { eventName: 'StopLogging' })).toHaveLength(1);
    expect(hitsOf(stream, { detail: { eventName: 'StopLogging' } })).toHaveLength(1);
    expect(hitsOf(stream, { action: 'StopLogging' })).toHaveLength(0);
    expect(evaluate(one, { eventName: 'StopLogging' }, fieldMaps)).toBe('match');
    const elsewhere = compileStream([one], {
      sources: SOURCES,
      fieldMaps: [{ ...fieldMaps[0], fields: { action: ['x'] }, logsource: { product: 'github' } }],
    });
    expect(hitsOf(elsewhere.stream, { action: 'StopLogging' })).toHaveLength(1);
  });
});

const FIELDS = ['eventName', 'eventSource', 'a.b', 'list', 'n'];
const WORDS = ['Stop', 'Start', 'StopLogging', 'iam', 'x', 'log', '10.0.0.1', '7', ''];
const word = fc.constantFrom(...WORDS);
const quoted = (text: string) => `'${text}'`;
const entry = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(...FIELDS),
      fc.constantFrom('', '|contains', '|startswith', '|endswith', '|cased', '|contains|all', '|neq'),
      fc.array(word, { minLength: 2, maxLength: 4 }),
    )
    .map(([field, modifiers, values]) => `'${field}${modifiers}': [${values.map(quoted).join(', ')}]`),
  fc
    .tuple(fc.constantFrom(...FIELDS), fc.constantFrom('St?p*', '*o*g*', '*', 's*g', '*ing'))
    .map(([field, value]) => `'${field}': ${quoted(value)}`),
  fc
    .tuple(fc.constantFrom(...FIELDS), fc.constantFrom('^St.p', 'Log+ing$', '.+Logging.*', '(?i)STOP', 'x|log', '\\d+'))
    .map(([field, value]) => `'${field}|re': ${quoted(value)}`),
  fc.constantFrom(...FIELDS).map((field) => `'${field}': null`),
  fc.tuple(fc.constantFrom(...FIELDS), fc.boolean()).map(([field, want]) => `'${field}|exists': ${want}`),
  fc.constant("'list|cidr': 10.0.0.0/8"),
  fc.constantFrom(...FIELDS).map((field) => `'${field}|fieldref': eventName`),
  fc.constantFrom(5, 7, 9).map((value) => `'n|gte': ${value}`),
);
const selection = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .uniqueArray(entry, { minLength: 1, maxLength: 3, selector: (text) => text.split(':')[0] })
      .map((entries) => `{${entries.join(', ')}}`),
  },
  {
    weight: 2,
    arbitrary: fc
      .array(
        entry.map((text) => `{${text}}`),
        { minLength: 1, maxLength: 3 },
      )
      .map((maps) => `[${maps.join(', ')}]`),
  },
  { weight: 1, arbitrary: fc.constantFrom('[Stop]', "['log', 'iam']", "{'|all': [Stop, iam]}") },
);
const condition = fc.constantFrom(
  'a',
  'a and b',
  'a or b',
  'a and not b',
  'not a',
  'not a and not b',
  'not (a or b)',
  '1 of *',
  'all of them',
  'not 1 of b*',
  'a or not b',
);
const randomRule = fc.tuple(selection, selection, condition).map(([a, b, text]) => rule(`a: ${a}\nb: ${b}\ncondition: ${text}`));
const leaf = fc.oneof(
  word,
  fc.constantFrom('stoplogging', 'IAM', 'xStopLogging', '10.9.9.9'),
  fc.constantFrom(7, 5, 12, true, null),
  fc.constant([]),
);
const record = fc.record(
  {
    eventName: leaf,
    eventSource: leaf,
    a: fc.oneof(fc.record({ b: leaf }), leaf, fc.array(fc.record({ b: leaf }), { maxLength: 2 })),
    list: fc.array(leaf, { maxLength: 3 }),
    n: leaf,
    'a.b': leaf,
  },
  { requiredKeys: [] },
);

describe('the index', () => {
  test('finds exactly the rules that plain evaluation finds, on random rules and records', () => {
    let hits = 0;
    fc.assert(
      fc.property(
        fc.array(randomRule, { minLength: 1, maxLength: 12 }),
        fc.array(record, { minLength: 1, maxLength: 8 }),
        (rules, records) => {
          const { stream } = streamOf(...rules);
          for (const raw of records) {
            const one: JsonObject = JSON.parse(JSON.stringify(raw));
            const expected = rules.filter((candidate) => evaluate(candidate, one) === 'match').map(({ info }) => info.title);
            hits += expected.length;
            // Twice: the second time every memo answers.
            expect(hitsOf(stream, one)).toEqual(expected);
            expect(hitsOf(stream, one)).toEqual(expected);
          }
        },
      ),
      { numRuns: 200 },
    );
    expect(hits).toBeGreaterThan(250);
  });

  test('two thousand rules: only those of the event match, and every rule has an anchor', () => {
    const rules = Array.from({ length: 2_000 }, (_, index) =>
      rule(
        [
          `selection: {eventSource: s${index % 40}.example.com, eventName: [Action${index}, Other${index}]}`,
          `selection: {eventName|startswith: Begin${index}x}\nfilter: {userAgent|contains: console}\ncondition: selection and not filter`,
          `selection: {requestParameters|contains|all: [needle${index}x, hay]}`,
          `selection: {userAgent|re: 'tool-${index}/\\d+'}`,
        ][index % 4] ?? '',
      ),
    );
    const { stream, unanchored } = streamOf(...rules);
    expect(unanchored).toEqual([]);
    const titleOf = (index: number) => rules[index]?.info.title;
    expect(hitsOf(stream, { eventSource: 's4.example.com', eventName: 'ACTION44' })).toEqual([titleOf(44)]);
    expect(hitsOf(stream, { eventName: 'begin45xyz' })).toEqual([titleOf(45)]);
    expect(hitsOf(stream, { eventName: 'begin45xyz', userAgent: 'the console' })).toEqual([]);
    expect(hitsOf(stream, { requestParameters: { key: 'needle46x in hay' } })).toEqual([titleOf(46)]);
    expect(hitsOf(stream, { userAgent: 'tool-47/3' })).toEqual([titleOf(47)]);
    expect(hitsOf(stream, { eventName: 'DescribeInstances' })).toEqual([]);
  });

  test('rules that nothing in an event is necessary for are named', () => {
    const negative = rule('filter: {f: x}\ncondition: not filter');
    const { unanchored } = streamOf(negative, rule('selection: {f: x}'));
    expect(unanchored).toEqual([{ sourceId: 'aws-cloudtrail', rule: negative.info }]);
  });

  test('memos forget rather than grow without bound, and answer the same', () => {
    const { stream } = streamOf(rule('selection: {f|contains: needle}'), rule("selection: {g|re: 'x\\d'}"));
    for (let index = 0; index < 12_000; index++) {
      const found = index % 1_000 === 0;
      expect(hitsOf(stream, { f: `${index}${found ? 'needle' : ''}`, g: `y${index}` }).length).toBe(found ? 1 : 0);
    }
  });
});

describe('trouble', () => {
  test('a record that throws when read stops only the rules that read it, and is reported for each', () => {
    const trap = rule('selection: {trap: x}');
    const good = rule('selection: {f: x}');
    const { stream } = streamOf(trap, good);
    const hostile: JsonObject = { f: 'x' };
    Object.defineProperty(hostile, 'trap', {
      enumerable: true,
      get: () => {
        throw new Error('boom');
      },
    });
    const errors: [string, unknown][] = [];
    const hits = stream.match('aws-cloudtrail', hostile, OCSF_EVENT, (info, error) => errors.push([info.id, error]));
    expect(hits.map((hit) => hit.rule.id)).toEqual([good.info.id]);
    expect(errors).toEqual([[trap.info.id, expect.objectContaining({ message: 'boom' })]]);
    expect(stream.match('aws-cloudtrail', hostile, OCSF_EVENT)).toHaveLength(1);
    const failing = () => {
      throw new Error('the reporter fails');
    };
    expect(stream.match('aws-cloudtrail', hostile, OCSF_EVENT, failing)).toHaveLength(1);
  });

  test('records nested tens of thousands deep are read, not a stack overflow', () => {
    const deepList: JsonObject = JSON.parse(`{"f":${'['.repeat(30_000)}"x"${']'.repeat(30_000)},"eventName":"x"}`);
    const deepObject: JsonObject = JSON.parse(`{"f":${'{"a":'.repeat(30_000)}"x"${'}'.repeat(30_000)},"eventName":"x"}`);
    const rules = [
      rule('selection: {eventName: x}'),
      rule('selection: {f|contains: needle}'),
      rule('selection: [needle]'),
      rule('selection: {f.a.a.a|contains: needle}'),
    ];
    const { stream } = streamOf(...rules);
    const errors: unknown[] = [];
    for (const deep of [deepList, deepObject]) {
      expect(
        stream.match('aws-cloudtrail', deep, OCSF_EVENT, (_, error) => errors.push(error)).map((hit) => hit.rule.title),
      ).toEqual([rules[0]?.info.title]);
    }
    expect(errors).toEqual([]);
    expect(hitsOf(stream, JSON.parse(`{"f":${'{"a":'.repeat(20_000)}"a needle"${'}'.repeat(20_000)}}`))).toHaveLength(3);
  });

  test('a text of ten million characters is searched', () => {
    const giant = `${'A'.repeat(10_000_000)}needle`;
    const { stream } = streamOf(
      rule('selection: {f|contains: NEEDLE}'),
      rule("selection: {f|re: '(A+)+B'}"),
      rule('selection: {f: A*A?B*C}'),
    );
    expect(hitsOf(stream, { f: giant })).toHaveLength(1);
  }, 60_000);

  test('names of the prototype are fields and values like any other', () => {
    const { stream } = streamOf(
      rule('selection: {f: [__proto__, constructor, toString]}'),
      rule('selection: {__proto__: x}'),
      rule('selection: {constructor|exists: true}'),
    );
    expect(hitsOf(stream, { f: '__proto__' })).toHaveLength(1);
    expect(hitsOf(stream, { f: 'hasOwnProperty' })).toHaveLength(0);
    expect(hitsOf(stream, JSON.parse('{"__proto__":"x","constructor":null}'))).toHaveLength(2);
  });

  test('values that are no JSON at all are no reason to throw', () => {
    const { stream } = streamOf(rule('selection: {f: x}'), rule('selection: [x]'));
    for (const odd of [null, undefined, 5, 'x', [{ f: 'x' }]]) {
      expect(() => Reflect.apply(stream.match, stream, ['aws-cloudtrail', odd, odd])).not.toThrow();
    }
  });
});

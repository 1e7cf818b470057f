import { describe, expect, it } from 'vitest';
import { casesOf, parseCases, runCases } from '../../../functions/core/sigma/cases.ts';
import { atomText, conditionText, exprLines, traceRule } from '../../../functions/core/sigma/explain.ts';
import { rule } from './rule-text.ts';

const one = rule('selection: {eventName: CreateUser}\nfilter: {userAgent|startswith: aws}\ncondition: selection and not filter');
const yaml = (cases: string): string => `cases:\n${cases}`;
const CASES = yaml(`  - {name: made by hand, expect: match, event: {eventName: CreateUser, userAgent: Mozilla}}
  - {name: another call, expect: no_match, event: {eventName: ListUsers, userAgent: Mozilla}}
  - {name: made by the tool, expect: no_match, event: {eventName: CreateUser, userAgent: aws-cli}}
  - {name: no call, expect: not_applicable, event: {x: 1}}
`);

describe('test cases', () => {
  it('are read with their places', () => {
    const { cases, problems } = parseCases(CASES, 'r.tests.yml');
    expect(problems).toEqual([]);
    expect(cases.map(({ name, at }) => [name, at])[2]).toEqual(['made by the tool', 'r.tests.yml:4:5']);
  });

  it('pass, and notice each selection that is lost', () => {
    const { cases } = parseCases(CASES, 'r.tests.yml');
    expect(runCases(one, cases)).toEqual({ passed: 4, failures: [], survivors: [], mutants: 2, proven: true });
  });

  it('fail with what came instead, and name selections that nobody would miss', () => {
    const { cases } = parseCases(CASES.replace('userAgent: aws-cli', 'userAgent: curl'), 'r.tests.yml');
    const outcome = runCases(one, cases);
    expect(outcome.failures).toMatchObject([{ case: { name: 'made by the tool', expect: 'no_match' }, got: 'match' }]);
    expect(outcome.survivors).toEqual(['filter']);
  });

  it('do not prove a rule whose match case fails', () => {
    const { cases } = parseCases(yaml('  - {name: wrong, expect: match, event: {eventName: X}}\n'), 'r.tests.yml');
    expect(runCases(one, cases).proven).toBe(false);
  });

  it.each([
    ['cases:\n  - {name: abc, expect: maybe, event: {}}\n', 'r.tests.yml:2:25'],
    ['cases:\n  - {name: abc, expect: match}\n', 'r.tests.yml:2:5'],
    ['cases: []\n', 'r.tests.yml:1:1'],
    ['', 'r.tests.yml:1:1'],
    ['cases:\n  - {name: abc, expect: match, event: {}}\n  - {name: abc, expect: match, event: {}}\n', 'r.tests.yml:3:5'],
  ])('say where %j is wrong', (text, at) => {
    expect(parseCases(text, 'r.tests.yml').problems[0]?.at).toBe(at);
  });

  it('may name the rule that they are for', () => {
    const { cases } = parseCases(
      yaml('  - {name: abc, expect: match, event: {}, rule: other}\n  - {name: abd, expect: match, event: {}}\n'),
      'f',
    );
    expect(casesOf(one, cases).map(({ name }) => name)).toEqual(['abd']);
  });
});

describe('an explanation', () => {
  it('shows each selection and test with the value that was there', () => {
    expect(traceRule(one, { eventName: 'CreateUser', userAgent: 'aws-cli' })).toEqual({
      verdict: 'no_match',
      selections: [
        { name: 'selection', seen: 'true', atoms: [{ text: 'eventName is "CreateUser"', seen: 'true', values: ['CreateUser'] }] },
        { name: 'filter', seen: 'true', atoms: [{ text: 'userAgent is like "aws*"', seen: 'true', values: ['aws-cli'] }] },
      ],
    });
  });

  it('calls an absent field unknown', () => {
    const { verdict, selections } = traceRule(one, { userAgent: 'x' });
    expect([verdict, selections[0]?.seen, selections[0]?.atoms[0]?.values]).toEqual(['not_applicable', 'unknown', undefined]);
  });

  it('has words for every kind of test', () => {
    const all = rule(`selection:
    a|contains: x
    b|re|i: y.+z
    c|cidr: 192.0.2.0/24
    d|gte: 5
    e|exists: false
    f: null
    g|fieldref: h
    i|cased: Q
    j|neq: k`);
    const texts = (all.selections[0]?.expr.op === 'and' ? all.selections[0].expr.of : []).flatMap((expr) =>
      expr.op === 'atom' ? [atomText(expr.atom)] : [],
    );
    expect(texts).toEqual([
      'a is like "*x*"',
      'b matches /y.+z/i',
      'c is in 192.0.2.0/24',
      'd ≥ 5',
      'e does not exist',
      'f is empty or absent',
      'g equals the value of h',
      'i is "Q" (upper and lower case differ)',
      'j is not "k"',
    ]);
  });

  it('writes conditions out and counts long lists', () => {
    const many = rule(
      `a1: {x: [${Array.from({ length: 30 }, (_, i) => `v${i}`).join(', ')}]}\na2: [word]\ncondition: 1 of a* and not (a1 and a2)`,
    );
    expect(conditionText(many.condition)).toBe('(a1 or a2) and not (a1 and a2)');
    expect(exprLines(many.selections[0]?.expr ?? { op: 'or', of: [] })[0]).toMatch(/^x is any of 30: "v0", .*…$/);
  });
});

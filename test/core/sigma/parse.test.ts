/** Rule files as people write them: documents, metadata, conditions, and messages that end the search for the cause. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { problemText } from '../../../functions/core/error.ts';
import { withoutSelection } from '../../../functions/core/sigma/ast.ts';
import { parseSigma } from '../../../functions/core/sigma/parse.ts';
import { evaluate } from '../../../functions/core/sigma/predicate.ts';
import { compileStream } from '../../../functions/core/sigma/stream.ts';
import { matches, problemsOf, rule, ruleText, SOURCES } from './rule-text.ts';

const FILE = 'queries/detections/aws-cloudtrail/aws_cloudtrail_x.yml';
const RULE = `title: Trail stopped
id: 5a2c0f8e-4a1d-4f39-9c0a-0f6f3c0a1b2c
name: trail_stopped
status: test
description: Someone stops a trail.
references: [https://docs.example.com/]
author: A. Writer
date: 2026-01-02
tags: [attack.defense-impairment, attack.t1685.002, detection.threat-hunting]
logsource: {product: AWS, service: cloudtrail, definition: Any trail}
detection:
    selection: {eventName: StopLogging}
    condition: selection
falsepositives: [Maintenance]
level: high
yagura:
    dedup: [userIdentity.arn]
    dedupWindowMin: 30
    playbooks: [disable-access-key]
    d3fend: [D3-RC]
    hunts: [aws_watchers_switched_off]
    nextSteps: {en: Ask the owner., ja: 所有者に確認する。}
`;

describe('metadata', () => {
  test('a rule carries what a finding needs', () => {
    const { rules, problems, notes } = parseSigma(RULE, FILE, { attack: 'strict' });
    expect(problems).toEqual([]);
    expect(notes).toEqual([]);
    expect(rules[0]?.info).toEqual({
      id: '5a2c0f8e-4a1d-4f39-9c0a-0f6f3c0a1b2c',
      version: expect.stringMatching(/^[0-9a-f]{12}$/),
      path: 'detections/aws-cloudtrail/aws_cloudtrail_x',
      title: 'Trail stopped',
      level: 'high',
      status: 'test',
      attack: ['T1685.002'],
      tactics: ['defense-impairment'],
      falsepositives: ['Maintenance'],
      yagura: {
        dedup: ['userIdentity.arn'],
        dedupWindowMin: 30,
        playbooks: ['disable-access-key'],
        d3fend: ['D3-RC'],
        hunts: ['aws_watchers_switched_off'],
        nextSteps: { en: 'Ask the owner.', ja: '所有者に確認する。' },
      },
    });
    expect(rules[0]?.logsource).toEqual({ product: 'aws', service: 'cloudtrail', definition: 'Any trail' });
    expect(rules[0]?.name).toBe('trail_stopped');
  });

  test('a response that D3FEND does not know, and a hunt that is no name of a file, are told with their place', () => {
    const wrong = RULE.replace('D3-RC', 'D3-NONE').replace('aws_watchers_switched_off', '../secret');
    const { problems } = parseSigma(wrong, FILE, { attack: 'strict' });
    const line = (text: string): number => wrong.split('\n').findIndex((one) => one.includes(text)) + 1;
    expect(problems.map(({ at = '', what }) => [Number(at.split(':').at(-2)), what])).toEqual([
      [line('D3-NONE'), 'yagura.d3fend.0: no D3FEND technique that we know'],
      [line('../secret'), 'yagura.hunts.0: the name of a file in queries/hunts, without its ending'],
    ]);
  });

  test('the version changes with the content, not with its layout', () => {
    const version = (text: string) => parseSigma(text, FILE).rules[0]?.info.version;
    expect(version(RULE.replace('[Maintenance]', '\n    - Maintenance'))).toBe(version(RULE));
    expect(version(RULE.replace('StopLogging', 'DeleteTrail'))).not.toBe(version(RULE));
    expect(version(RULE.replace('level: high', 'level: low'))).not.toBe(version(RULE));
  });

  test('a parsed rule is plain JSON and means the same after a journey as text', () => {
    const { rules } = parseSigma(RULE, FILE);
    const shipped = JSON.parse(JSON.stringify(rules));
    expect(shipped).toEqual(rules);
    const { stream } = compileStream(shipped, { sources: SOURCES });
    expect(stream.rules).toHaveLength(1);
  });

  test('a rule without an id has the same id in every run, and a note', () => {
    const text = RULE.replace(/^id: .*\n/m, '');
    const [one, two] = [parseSigma(text, FILE), parseSigma(text, FILE)];
    expect(one.rules[0]?.info.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(one.rules[0]?.info.id).toBe(two.rules[0]?.info.id);
    expect(one.notes[0]?.what).toContain('no id');
  });

  test('several authors and one reference are fine, whatever their shape', () => {
    const text = RULE.replace('A. Writer', '[A. Writer, B. Reader]').replace(
      '[https://docs.example.com/]',
      'https://docs.example.com/',
    );
    expect(parseSigma(text, FILE).rules[0]).toMatchObject({
      author: 'A. Writer, B. Reader',
      references: ['https://docs.example.com/'],
    });
    expect(parseSigma(RULE.replace('Someone stops a trail.', '{a: b}'), FILE).rules).toHaveLength(1);
  });

  test('keys of the author are allowed; a slip in a weighty key is a problem', () => {
    expect(parseSigma(`${RULE}x_team: blue\n`, FILE).problems).toEqual([]);
    const [problem] = problemsOf(RULE.replace('detection:', 'detecton:'));
    expect(problem).toMatchObject({ at: 'rules/x.yml:11:1', what: 'Unknown key "detecton"', fix: 'write "detection".' });
  });

  test('older ATT&CK tags follow the map in imported rules and are problems in our own', () => {
    const text = RULE.replace(
      'attack.defense-impairment, attack.t1685.002',
      'attack.defense_evasion, attack.T1562.008, attack.ta0006, attack.t9999',
    );
    const imported = parseSigma(text, FILE);
    expect(imported.rules[0]?.info).toMatchObject({
      attack: ['T1685.002'],
      tactics: ['defense-impairment', 'credential-access'],
    });
    expect(imported.notes.map(({ what }) => what)).toEqual([
      expect.stringContaining('was split'),
      expect.stringContaining('T1562.008 was revoked by T1685.002'),
      expect.stringContaining('T9999 is no technique'),
    ]);
    const own = parseSigma(text, FILE, { attack: 'strict' });
    expect(own.rules).toEqual([]);
    expect(own.problems.map(({ at }) => at)).toEqual([`${FILE}:9:8`, `${FILE}:9:32`, `${FILE}:9:65`]);
  });
});

describe('problems say where, what, and what is allowed', () => {
  test.each([
    [
      'level',
      RULE.replace('level: high', 'level: hihg'),
      '15:8',
      'Unknown level "hihg"',
      'informational, low, medium, high, critical',
    ],
    ['status', RULE.replace('status: test', 'status: tset'), '4:9', 'Unknown status "tset"', 'stable, test, experimental'],
    ['taxonomy', `${RULE}taxonomy: ecs\n`, '23:11', 'Unknown taxonomy "ecs"', 'sigma, ocsf'],
    [
      'logsource key',
      RULE.replace('service: cloud', 'servcie: cloud'),
      '10:27',
      'Unknown key "servcie"',
      'product, service, category',
    ],
    [
      'empty logsource',
      RULE.replace(/^logsource: .*$/m, 'logsource: {definition: x}'),
      '10:1',
      'names no product',
      'at least one',
    ],
    ['no logsource', RULE.replace(/^logsource: .*\n/m, ''), '1:1', 'no logsource', 'product'],
    ['our own block', RULE.replace('dedup: [', 'dedupe: ['), '17:13', 'Unrecognized key', 'dedup, dedupWindowMin'],
    [
      'a value in our own block',
      RULE.replace('dedupWindowMin: 30', 'dedupWindowMin: soon'),
      '18:21',
      'yagura.dedupWindowMin',
      'dedup',
    ],
    ['no condition', RULE.replace('    condition: selection\n', ''), '12:5', 'no condition', 'condition: selection'],
    ['an empty selection', RULE.replace('{eventName: StopLogging}', '{}'), '12:16', 'empty', 'a map of field'],
    ['an empty keyword', RULE.replace('{eventName: StopLogging}', "['']"), '12:17', 'empty keyword', 'text'],
    ['a list for a title', RULE.replace('title: Trail stopped', 'title: [x]'), '1:1', '"title" is a list', 'text'],
    ['a related type', `${RULE}related: [{id: x, type: cousin}]\n`, '23:25', 'Unknown type "cousin"', 'derived, obsolete'],
    ['a duplicate key', RULE.replace('level: high', 'level: high\nlevel: low'), '16:1', 'Map keys must be unique', ''],
    ['a value that begins with an asterisk', RULE.replace('StopLogging', '*Logging'), '12:28', 'Unresolved alias', ''],
    ['no map', '- a\n- b\n', '1:1', 'is a map, not a list', 'title'],
    ['an empty file', '', '1:1', 'no document', 'a Sigma rule'],
    ['an unknown action', `action: globl\n${RULE}`, '1:1', 'Unknown action "globl"', 'global, reset, repeat'],
  ])('%s', (_, text, place, what, allowed) => {
    const problems = problemsOf(text);
    const found = problems.find((problem) => problem.what.includes(what));
    expect(found, problems.map(problemText).join('\n')).toBeDefined();
    expect(found?.at).toBe(`rules/x.yml:${place}`);
    expect(found?.allowed ?? '').toContain(allowed);
  });

  test('all problems of a file are told at once, and a good rule beside a bad one is kept', () => {
    const bad = RULE.replace('level: high', 'level: hihg').replace('status: test', 'status: tset');
    const { rules, problems } = parseSigma(`${bad}---\n${RULE}`, 'rules/x.yml');
    expect(rules).toHaveLength(1);
    expect(problems.map(({ what }) => what)).toEqual(['Unknown level "hihg"', 'Unknown status "tset"']);
  });

  test('a text with any slip of the pen gives rules or located problems, never an exception', () => {
    const slip = fc.tuple(
      fc.nat(RULE.length),
      fc.nat(6),
      fc.constantFrom('', '*', '"', "'", '{', ']', ':', '- ', '\n', '  ', '|', '&a ', '%', '\\', '\u0000', 'null', '---\n'),
    );
    fc.assert(
      fc.property(fc.array(slip, { minLength: 1, maxLength: 3 }), (slips) => {
        const text = slips.reduce((before, [at, cut, put]) => before.slice(0, at) + put + before.slice(at + cut), RULE);
        const { rules, correlations, filters, problems } = parseSigma(text, 'rules/x.yml');
        if (rules.length + correlations.length + filters.length === 0) expect(problems.length).toBeGreaterThan(0);
        for (const problem of problems) expect(problem.at).toMatch(/^rules\/x\.yml:\d+:\d+$/);
        for (const one of rules)
          expect(['match', 'no_match', 'not_applicable']).toContain(evaluate(one, { eventName: 'StopLogging' }));
      }),
      { numRuns: 500 },
    );
  });

  test('nested aliases do not blow up', () => {
    const lines = Array.from({ length: 12 }, (_, index) => `  - &a${index + 1} [${Array(10).fill(`*a${index}`).join(', ')}]`);
    const { problems } = parseSigma(`title: x\nbomb:\n  - &a0 [x, x, x]\n${lines.join('\n')}\n`, 'rules/x.yml');
    expect(problems.length).toBeGreaterThan(0);
  });
});

describe('conditions', () => {
  const hit = (condition: string, ...truths: string[]): boolean => {
    const record = Object.fromEntries(
      ['sel_a', 'sel_b', 'filter_x', '_hidden'].map((name) => [name, truths.includes(name) ? 1 : 0]),
    );
    const detection = Object.keys(record).map((name) => `${name}: {${name}: 1}`);
    return matches([...detection, `condition: ${condition}`].join('\n'), record);
  };
  test.each([
    ['sel_a and sel_b', ['sel_a'], false],
    ['sel_a or sel_b and filter_x', ['sel_a'], true],
    ['(sel_a or sel_b) and filter_x', ['sel_a'], false],
    ['not sel_a or sel_b', ['sel_a', 'sel_b'], true],
    ['not (sel_a or sel_b)', ['sel_b'], false],
    ['not not sel_a', ['sel_a'], true],
    ['1 of sel_*', ['sel_b'], true],
    ['any of sel_*', ['sel_b'], true],
    ['all of sel_*', ['sel_b'], false],
    ['all of sel_*', ['sel_a', 'sel_b'], true],
    ['1 of them', ['_hidden'], false],
    ['1 of _hid*', ['_hidden'], true],
    ['all of them', ['sel_a', 'sel_b', 'filter_x'], true],
    ['sel_a and not 1 of filter_*', ['sel_a'], true],
    ['sel_a and not 1 of filter_*', ['sel_a', 'filter_x'], false],
    ['1 of *_x', ['filter_x'], true],
    ['sel_a AND NOT filter_x', ['sel_a'], true],
    ['((((sel_a))))', ['sel_a'], true],
    ['[sel_a and sel_b, filter_x]', ['filter_x'], true],
    ['[sel_a, sel_b]', [], false],
  ])('%s with %j: %s', (condition, truths, expected) => {
    expect(hit(condition, ...truths)).toBe(expected);
  });

  const at = (column: number) => `rules/x.yml:8:${column}`;
  test.each([
    ['selection an other', at(26), 'Unexpected "an"'],
    ['selektion', at(16), 'no selection "selektion"'],
    ['(selection', at(16), 'not closed'],
    ['selection)', at(25), 'Unexpected ")"'],
    ['selection and', at(29), 'ends where'],
    ['1 of filter_*', at(21), 'No selection matches'],
    ['2 of selection*', at(16), 'Unknown quantifier "2"'],
    ['1 of', at(16), 'needs a selection pattern'],
    ["'selection nand x'", at(27), 'Unexpected "nand"'],
    ["''", at(17), 'empty'],
  ])('%s', (condition, place, what) => {
    const [problem] = problemsOf(ruleText(`selection: {f: x}\ncondition: ${condition}`));
    expect(problem?.what).toContain(what);
    expect(problem?.at).toBe(place);
    expect(problem?.allowed).toBeTruthy();
  });

  test('a misspelt selection comes with the nearest one', () => {
    expect(problemsOf(ruleText('selection: {f: x}\ncondition: selektion'))[0]?.fix).toBe('write "selection".');
  });

  test('ten thousand parentheses are refused, not a crash', () => {
    const [problem] = problemsOf(ruleText(`selection: {f: x}\ncondition: ${'('.repeat(10_000)}selection${')'.repeat(10_000)}`));
    expect(problem?.what).toContain('deeper than 100');
    expect(problemsOf(ruleText(`selection: {f: x}\ncondition: ${'not '.repeat(10_000)}selection`))[0]?.what).toContain('deeper');
  });

  test('a long chain of or is fine', () => {
    const names = Array.from({ length: 2_000 }, (_, index) => `s${index}`);
    const detection = [...names.map((name) => `${name}: {f: ${name}}`), `condition: ${names.join(' or ')}`].join('\n');
    expect(evaluate(rule(detection), { f: 's1999' })).toBe('match');
  });

  test('a selection that the condition does not use gets a note', () => {
    const { notes } = parseSigma(ruleText('selection: {f: x}\nother: {f: y}'), FILE);
    expect(notes.map(({ what }) => what)).toEqual(['The condition does not use the selection "other"']);
  });

  test('without one selection a rule is wider or gone', () => {
    const three = rule('a: {a: 1}\nb: {b: 1}\nc: {c: 1}\ncondition: a and (b or not c)');
    expect(evaluate(three, { a: 1, b: 0, c: 1 })).toBe('no_match');
    const wider = withoutSelection(three, 'b');
    expect(wider && evaluate(wider, { a: 1, b: 0, c: 0 })).toBe('match');
    const only = rule('selection: {a: 1}');
    expect(withoutSelection(only, 'selection')).toBeUndefined();
  });
});

describe('the legacy aggregation pipe is refused with the correlation rule to write', () => {
  const fixOf = (condition: string) => problemsOf(ruleText(`selection: {f: x}\ntimeframe: 10m\ncondition: ${condition}`))[0];
  test('count by', () => {
    const problem = fixOf('selection | count() by userIdentity.arn > 5');
    expect(problem?.at).toBe('rules/x.yml:9:16');
    expect(problem?.what).toContain('| count() by userIdentity.arn > 5');
    for (const line of ['type: event_count', '- userIdentity.arn', 'timespan: 10m', 'gt: 5'])
      expect(problem?.fix).toContain(line);
  });
  test('count of distinct values', () => {
    for (const line of ['type: value_count', 'field: TargetUser', 'gte: 10']) {
      expect(fixOf('selection | count(TargetUser) by src >= 10')?.fix).toContain(line);
    }
  });
  test('near', () => expect(fixOf('selection | near other')?.fix).toContain('type: temporal'));
  test('the suggested correlation parses', () => {
    const text = fixOf('selection | count(TargetUser) by a, b >= 10')?.fix ?? '';
    const yaml = text.slice(text.indexOf('title: '));
    const { correlations, problems } = parseSigma(yaml, FILE);
    expect(problems).toEqual([]);
    expect(correlations[0]).toMatchObject({ type: 'value_count', groupBy: ['a', 'b'], timespanSec: 600, field: ['TargetUser'] });
  });
});

describe('several documents', () => {
  const head = 'title: T\nlevel: low\nstatus: test\nlogsource: {product: aws}\n';
  const detection = (name: string) => `detection: {selection: {f: ${name}}, condition: selection}\n`;
  test('global is merged into the documents that follow, until reset', () => {
    const text = `action: global\n${head}detection: {condition: selection}\n---\nid: 1\ndetection: {selection: {f: a}}\n---\nid: 2\nlevel: high\ndetection: {selection: {f: b}}\n---\naction: reset\n---\nid: 3\ndetection: {selection: {f: c}}\n`;
    const { rules, problems } = parseSigma(text, FILE);
    expect(rules.map(({ info }) => [info.id, info.level])).toEqual([
      ['1', 'low'],
      ['2', 'high'],
    ]);
    expect(problems.map(({ what }) => what)).toContain('The rule has no title');
  });
  test('repeat is the document before with changes', () => {
    const { rules } = parseSigma(
      `${head}id: 1\n${detection('a')}---\naction: repeat\nid: 2\ndetection: {selection: {f: b}}\n`,
      FILE,
    );
    expect(rules.map((one) => evaluate(one, { f: 'b' }))).toEqual(['no_match', 'match']);
  });
  test('repeat with nothing before it is a problem', () => {
    expect(parseSigma(`action: repeat\n${head}`, FILE).problems[0]?.at).toBe(`${FILE}:1:1`);
  });
  test('CRLF and a byte order mark do not matter', () => {
    const text = `\uFEFF${head}id: 1\n${detection('a')}`.replaceAll('\n', '\r\n');
    expect(parseSigma(text, FILE).rules).toHaveLength(1);
  });
});

describe('the public sample rules', () => {
  const folder = fileURLToPath(new URL('../../../../shared/samples/sigma-rules/rules', import.meta.url));
  const present = existsSync(folder);
  if (!present) console.warn('SKIPPED: the public sample rules are not beside the repository');
  test.skipIf(!present)('all parse and compile', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yml'));
    const parsed = files.map((name) => parseSigma(readFileSync(join(folder, name), 'utf8'), relative(folder, name)));
    expect(parsed.flatMap(({ problems }) => problems).map(problemText)).toEqual([]);
    const rules = parsed.flatMap(({ rules }) => rules);
    expect(rules).toHaveLength(files.length);
    const logsources = rules.map(({ logsource }) => logsource);
    const { stream, problems, unanchored } = compileStream(rules, { sources: [{ id: 'all', logsources }] });
    expect(problems).toEqual([]);
    expect(stream.rules).toHaveLength(rules.length);
    expect(unanchored).toEqual([]);
  });
});
